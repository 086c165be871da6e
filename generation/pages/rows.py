"""Jobs as rows and frames of a list: everything a glance needs, in few queries."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Prefetch, prefetch_related_objects

from generation.choices import AssetKind, AssetState
from generation.media import signed_path
from generation.models import Asset, Attempt, Job
from generation.pages.labels import Label, of_job
from generation.wording import provider_name
from providers.micros import dollars


@dataclass(frozen=True, kw_only=True)
class JobRow:
    """`clip` and `thumbnail` are addresses, empty where there is no file (yet). `percent` is
    the vendor's own figure, None where it sends none."""

    uid: str
    prompt: str
    label: Label
    ended: bool
    provider: str
    seconds: int
    ratio: str
    tier: str
    price: str
    price_is_final: bool
    since: datetime
    thumbnail: str
    clip: str
    error: str
    percent: int | None

    @property
    def shape(self) -> str:
        """The ratio as a class name: "r-16x9"."""
        return f"r-{self.ratio.replace(':', 'x')}"


def rows_of(jobs: Sequence[Job]) -> list[JobRow]:
    """Two queries for any number of jobs."""
    clips = Asset.objects.filter(kind=AssetKind.CLIP, state=AssetState.STORED).order_by("unclaimed")
    tries = Attempt.objects.only("job_id", "provider", "seq", "percent", "parked").order_by("seq")
    prefetch_related_objects(
        list(jobs),
        Prefetch("assets", queryset=clips, to_attr="clips"),
        Prefetch("attempts", queryset=tries, to_attr="tries"),
    )
    return [_row(job) for job in jobs]


def version_of(*shown: object) -> str:
    """A short word that changes when anything that is shown does."""
    return hashlib.sha256(repr(shown).encode()).hexdigest()[:16]


def _row(job: Job) -> JobRow:
    clips: list[Asset] = job.clips  # type: ignore[attr-defined]
    tries: list[Attempt] = job.tries  # type: ignore[attr-defined]
    clip = clips[0] if clips else None
    last = tries[-1] if tries else None
    return JobRow(
        uid=job.uid,
        prompt=" ".join(job.prompt.split())[:200],
        label=of_job(job),
        ended=job.is_ended,
        provider=provider_name(last.provider) if last else "",
        seconds=job.seconds,
        ratio=job.ratio,
        tier=job.tier,
        price=dollars(job.cost_micros if job.is_ended else job.estimated_micros),
        price_is_final=job.is_ended,
        since=job.ended_at or job.created_at,
        thumbnail=signed_path(clip, thumbnail=True) if clip else "",
        clip=signed_path(clip) if clip else "",
        error=job.error,
        percent=last.percent if last and not job.is_ended else None,
    )
