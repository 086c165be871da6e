"""One job as its page shows it: a value of plain words and amounts, built in few queries."""

from dataclasses import dataclass
from datetime import datetime

from accounts.access import Access
from generation.choices import ATTEMPT_LIVE, AssetKind, AssetState, AttemptState
from generation.media import signed_path
from generation.models import Asset, Attempt, Event, Job
from generation.pages.attention import Decision, Notice, decision_of, notice_of
from generation.pages.labels import Label, of_attempt, of_job
from generation.pages.rows import version_of
from generation.pages.story import Moment, moment_of
from generation.pages.waiting import Waiting, waiting_of
from generation.wording import provider_name

MOST_MOMENTS = 200


@dataclass(frozen=True, kw_only=True)
class Clip:
    """A stored clip: addresses, size in pixels and bytes, length in seconds."""

    address: str
    poster: str
    download: str
    width: int
    height: int
    seconds: float
    bytes: int
    unclaimed: bool


@dataclass(frozen=True, kw_only=True)
class TryLine:
    """One attempt: at which offer, how it stands, why, and what it holds or has cost."""

    number: int
    provider: str
    model: str
    label: Label
    reason: str
    held_micros: int | None
    cost_micros: int | None
    task_id: str
    seconds: float | None


@dataclass(frozen=True, kw_only=True)
class JobView:
    """Everything on the page that may still change. `version` changes with any of it."""

    uid: str
    state: str
    label: Label
    ended: bool
    cancelling: bool
    created_at: datetime
    ended_at: datetime | None
    made_by: str
    made_in: float | None
    waiting: Waiting | None
    notice: Notice | None
    decision: Decision | None
    clip: Clip | None
    fetching: bool
    tries: tuple[TryLine, ...]
    moments: tuple[Moment, ...]
    estimated_micros: int
    cap_micros: int
    held_micros: int
    cost_micros: int

    @property
    def version(self) -> str:
        return version_of(self)

    @property
    def settled(self) -> bool:
        """Whether nothing on this page can still change by itself."""
        return self.ended and not self.held_micros and not self.fetching


def job_view(access: Access, job: Job) -> JobView:
    """Three queries: attempts, clip and events; a fourth for the pace of the offer at work."""
    tries = list(Attempt.objects.filter(job=job).order_by("seq"))
    files = list(Asset.objects.filter(job=job, kind=AssetKind.CLIP).order_by("unclaimed", "-pk"))
    at_work = _at_work(tries)
    return JobView(
        uid=job.uid,
        state=job.state,
        label=of_job(job),
        ended=job.is_ended,
        cancelling=job.is_cancelling,
        created_at=job.created_at,
        ended_at=job.ended_at,
        made_by=_made_by(tries),
        made_in=_span(job.created_at, job.ended_at) if job.state == "completed" else None,
        waiting=None if job.is_ended else waiting_of(job, at_work),
        notice=notice_of(job, tries),
        decision=decision_of(job, tries) if access.may("jobs:decide") else None,
        clip=_clip(job, files),
        fetching=any(one.state == AssetState.PENDING for one in files),
        tries=tuple(_line(one) for one in tries),
        moments=_moments(job),
        estimated_micros=job.estimated_micros,
        cap_micros=job.cap_micros,
        held_micros=sum(one.max_micros for one in tries if one.state in ATTEMPT_LIVE),
        cost_micros=job.cost_micros,
    )


def _at_work(tries: list[Attempt]) -> Attempt | None:
    """The attempt that decides what one waits for; those parked are only looked for."""
    active = [one for one in tries if not one.parked]
    if not active:
        return None
    last = active[-1]
    return last if last.state in (*ATTEMPT_LIVE, AttemptState.SUCCEEDED) else None


def _made_by(tries: list[Attempt]) -> str:
    done = next((one for one in reversed(tries) if one.state == AttemptState.SUCCEEDED), None)
    return provider_name(done.provider) if done else ""


def _clip(job: Job, files: list[Asset]) -> Clip | None:
    """The clip of the job; one that came too late to complete it only where there is no other."""
    asset = next((one for one in files if one.state == AssetState.STORED), None)
    if asset is None:
        return None
    asset.job = job  # spares the download's name a query
    return Clip(
        address=signed_path(asset),
        poster=signed_path(asset, thumbnail=True),
        download=signed_path(asset, download=True),
        width=asset.width or 0,
        height=asset.height or 0,
        seconds=asset.seconds or 0.0,
        bytes=asset.bytes or 0,
        unclaimed=asset.unclaimed,
    )


def _line(one: Attempt) -> TryLine:
    return TryLine(
        number=one.seq + 1,
        provider=provider_name(one.provider),
        model=one.model,
        label=of_attempt(one),
        reason=one.reason,
        held_micros=one.max_micros if one.state in ATTEMPT_LIVE else None,
        cost_micros=one.cost_micros,
        task_id=one.task_id,
        seconds=_span(one.accepted_at, one.ended_at),
    )


def _span(start: datetime | None, end: datetime | None) -> float | None:
    return (end - start).total_seconds() if start and end else None


def _moments(job: Job) -> tuple[Moment, ...]:
    rows = Event.objects.filter(job=job).select_related("attempt").order_by("id")[:MOST_MOMENTS]
    return tuple(moment_of(event) for event in rows)
