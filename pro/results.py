"""Where a job stands, as the client tells it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any

from pro.clips import VideoProvider

ASKED_FOR = ("prompt", "mode", "quality", "duration", "aspect_ratio")


class GenerationStatus(StrEnum):
    QUEUED = "queued"
    PROCESSING = "processing"
    COMPLETED = "completed"
    FAILED = "failed"
    CANCELLED = "cancelled"


ENDED = frozenset({GenerationStatus.COMPLETED, GenerationStatus.FAILED, GenerationStatus.CANCELLED})


@dataclass(frozen=True, kw_only=True)
class ProviderAttempt:
    """One try at one provider. `cost` is in dollars, None while it is not known."""

    provider: str
    state: str
    reason: str
    cost: float | None


@dataclass(frozen=True, kw_only=True)
class VideoGenerationResult:
    """What became of one request.

    `cost` is what has been charged, in dollars; it is final where `cost_is_final`. `video_url`
    holds for some minutes: `AIVideoGenerator.download` asks for a new one by itself. A result
    without a `job_id` never became a job. `metadata` has the prompt and the other facts of the
    request, with the caller's own.
    """

    status: GenerationStatus
    job_id: str = ""
    video_url: str | None = None
    thumbnail_url: str | None = None
    cost: float = 0.0
    cost_is_final: bool = True
    estimated_cost: float | None = None
    provider: VideoProvider | None = None
    error: str | None = None
    progress: int = 0
    attention: str | None = None
    attempts: tuple[ProviderAttempt, ...] = ()
    metadata: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        return self.status in ENDED

    def still_open(self, reason: str | None) -> "VideoGenerationResult":
        """The same, saying why nobody waited for the end; the job goes on."""
        if reason is None:
            return self
        return replace(self, error=f"{reason} The job goes on.")


def result_of(
    body: Mapping[str, Any], *, facts: Mapping[str, Any] | None = None
) -> VideoGenerationResult:
    """The result that a job's JSON tells; `facts` are those that the caller knows already."""
    attempts = tuple(_attempt(told) for told in body.get("attempts", ()))
    charged, cost = sum(attempt.cost or 0.0 for attempt in attempts), body.get("cost")
    return VideoGenerationResult(
        status=_status(body.get("status")),
        job_id=str(body["job_id"]),
        video_url=body.get("video_url"),
        thumbnail_url=body.get("thumbnail_url"),
        cost=charged if cost is None else cost,
        cost_is_final=cost is not None,
        estimated_cost=body.get("estimated_cost"),
        provider=_provider(body.get("provider")),
        error=body.get("error"),
        progress=body.get("progress") or 0,
        attention=body.get("attention"),
        attempts=attempts,
        metadata={**_facts(body), **(facts or {})},
    )


def never_a_job(reason: str, *, facts: Mapping[str, Any]) -> VideoGenerationResult:
    """The result of a request that was refused, where others must not be lost for it."""
    return VideoGenerationResult(status=GenerationStatus.FAILED, error=reason, metadata=facts)


def _attempt(told: Mapping[str, Any]) -> ProviderAttempt:
    return ProviderAttempt(
        provider=told["provider"], state=told["state"], reason=told["reason"], cost=told["cost"]
    )


def _facts(body: Mapping[str, Any]) -> dict[str, Any]:
    told = {name: body[name] for name in ASKED_FOR if name in body}
    return {**(body.get("metadata") or {}), **told}


def _status(word: Any) -> GenerationStatus:
    """A word that a newer server may say is taken for a job that still runs."""
    known = {status.value: status for status in GenerationStatus}
    return known.get(word, GenerationStatus.PROCESSING)


def _provider(word: Any) -> VideoProvider | None:
    known = {provider.value: provider for provider in VideoProvider}
    return known.get(word)
