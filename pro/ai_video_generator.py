"""The Python client: make clips with the desk, from one to thousands, and pay for each once.

async with AIVideoGenerator() as generator:
    result = await generator.generate_video(VideoGenerationRequest(prompt="A red kite"))
"""

import asyncio
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from os import PathLike
from pathlib import Path
from typing import Any
from urllib.parse import quote
from uuid import uuid4

from pro import batches, clips
from pro.batches import BatchResult
from pro.clips import GenerationMode, QualityTier, VideoGenerationRequest, VideoProvider
from pro.connected import Connected
from pro.errors import AIVideoError, NotFound
from pro.prices import CostEstimate, estimate_cost, estimate_of
from pro.results import GenerationStatus, VideoGenerationResult, never_a_job, result_of
from pro.wire import downloads, pauses
from pro.wire.link import Ask

__all__ = [
    "AIVideoError",
    "AIVideoGenerator",
    "BatchResult",
    "Cancellation",
    "CostEstimate",
    "GenerationMode",
    "GenerationStatus",
    "QualityTier",
    "VideoGenerationRequest",
    "VideoGenerationResult",
    "VideoProvider",
    "ai_batch_generate",
    "estimate_cost",
]

API = "/api/ai-video"
WAIT_SECONDS = 3600.0


@dataclass(frozen=True, kw_only=True)
class Cancellation:
    """`success` is False where the job had ended already; the message speaks of money, too."""

    success: bool
    job_id: str
    message: str


class AIVideoGenerator(Connected):
    """A client of the desk. Settings: arguments, then the environment (AIVIDEO_API_KEY,
    AIVIDEO_BASE_URL), then `.env` and `var/demo.env` in the working directory.

    Its methods raise AIVideoError for what never became a job; a job that fails is a result. If
    the task that waits is cancelled, the job goes on: `cancel` ends it. After `close` the next
    call opens new connections.
    """

    async def generate_video(
        self,
        request: VideoGenerationRequest,
        *,
        timeout: float | None = WAIT_SECONDS,
        idempotency_key: str | None = None,
    ) -> VideoGenerationResult:
        """Make one clip and wait for its end, `timeout` seconds at most (None: to the end).

        A job that has not ended by then goes on; the result says so in `error` and `wait` takes
        it up again. The key is made here if none is given, and no try can make a second job.
        """
        queued = await self.submit(request, idempotency_key=idempotency_key)
        return await self.wait(queued, timeout=timeout)

    async def submit(
        self, request: VideoGenerationRequest, *, idempotency_key: str | None = None
    ) -> VideoGenerationResult:
        """Queue one clip and return at once. Raises AIVideoError; then nothing was made."""
        body = clips.body_of(request)
        await self._pictures.place_all(body)
        key = idempotency_key or str(uuid4())
        told = await self._link.ask(Ask(method="POST", path=f"{API}/generate", json=body, key=key))
        return result_of(told, facts=clips.facts_of(request))

    async def wait(
        self, job: VideoGenerationResult | str, *, timeout: float | None = WAIT_SECONDS
    ) -> VideoGenerationResult:
        """The end of a job, given by its last result or its id; see `generate_video`."""
        last = await self.status(job) if isinstance(job, str) else job
        path, facts = f"{API}/status/{_quoted(last.job_id)}", last.metadata

        async def look() -> VideoGenerationResult:
            return result_of(await self._link.ask(Ask(method="GET", path=path)), facts=facts)

        waited = await pauses.until_ended(
            look, last=last, ended=lambda seen: seen.ended, timeout=timeout
        )
        return waited.last.still_open(waited.reason)

    async def generate_many(
        self,
        requests: Iterable[VideoGenerationRequest],
        *,
        concurrency: int = 8,
        timeout: float | None = WAIT_SECONDS,
    ) -> list[VideoGenerationResult]:
        """The results in the order of the requests, `concurrency` clips under way at a time.

        A request that never became a job is a FAILED result without a job id.
        """
        if concurrency < 1:
            raise ValueError("concurrency must be at least 1.")
        gate = asyncio.Semaphore(concurrency)

        async def one(request: VideoGenerationRequest) -> VideoGenerationResult:
            async with gate:
                return await self.generate_video(request, timeout=timeout)

        asked = list(requests)
        found = await asyncio.gather(*map(one, asked), return_exceptions=True)
        return [_kept(request, outcome) for request, outcome in zip(asked, found, strict=True)]

    async def batch_generate(
        self,
        batch: Mapping[str, Any],
        *,
        wait: bool = True,
        timeout: float | None = WAIT_SECONDS,
        idempotency_key: str | None = None,
    ) -> BatchResult:
        """Many clips admitted together, all or none, by the API's own field names."""
        key = idempotency_key or str(uuid4())
        started = await batches.start(self._link, batch, pictures=self._pictures, key=key)
        return await batches.finish(self._link, started, timeout=timeout) if wait else started

    async def estimate(
        self,
        duration: int = 5,
        *,
        quality: QualityTier = QualityTier.STANDARD,
        provider: VideoProvider | None = None,
        mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO,
    ) -> CostEstimate:
        """What the desk itself says that a clip costs, with the other providers' prices."""
        query = {"duration": duration, "quality": quality, "mode": mode}
        query |= {"provider": provider} if provider else {}
        told = await self._link.ask(Ask(method="GET", path=f"{API}/estimate-cost", query=query))
        return estimate_of(told)

    async def status(self, job_id: str) -> VideoGenerationResult:
        """Where a job stands now."""
        path = f"{API}/jobs/{_quoted(job_id)}"
        return result_of(await self._link.ask(Ask(method="GET", path=path)))

    async def cancel(self, job_id: str) -> Cancellation:
        """Ask a job to end. What its provider finishes anyway may still be charged."""
        path = f"{API}/cancel/{_quoted(job_id)}"
        told = await self._link.ask(Ask(method="POST", path=path, json={}))
        return Cancellation(success=told["success"], job_id=told["job_id"], message=told["message"])

    async def download(self, result: VideoGenerationResult, path: str | PathLike[str]) -> Path:
        """Fetch the clip into a file (or into a folder, named by its job); returns its path.

        Raises NotFound where there is no clip.
        """
        target = downloads.target(path, name=f"{result.job_id}.mp4")
        for known in (result, None):
            told = known or await self.status(result.job_id)
            if told.video_url and await downloads.fetch(self._link, told.video_url, into=target):
                return target
        raise NotFound(f"Job {result.job_id} has no clip; it is {told.status}.")


async def ai_batch_generate(
    batch: Mapping[str, Any], *, wait: bool = True, timeout: float | None = WAIT_SECONDS
) -> BatchResult:
    """`AIVideoGenerator.batch_generate` with a client of its own, closed afterwards."""
    async with AIVideoGenerator() as generator:
        return await generator.batch_generate(batch, wait=wait, timeout=timeout)


def _quoted(job_id: str) -> str:
    if not job_id:
        raise NotFound("This never became a job.")
    return quote(job_id, safe="")


def _kept(
    request: VideoGenerationRequest, outcome: VideoGenerationResult | BaseException
) -> VideoGenerationResult:
    if isinstance(outcome, VideoGenerationResult):
        return outcome
    if not isinstance(outcome, Exception):
        raise outcome
    reason = str(outcome) or type(outcome).__name__
    return never_a_job(reason, facts={"prompt": request.prompt})
