"""Takes as frames of a contact sheet: what one knows at a glance, without a query of their own."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from campaigns.judging import REASONS
from campaigns.models import Take, Verdict
from campaigns.sources import Stale
from campaigns.take_reading import Flag, clip, flags, last_try, moved_on
from generation.choices import JobState
from generation.media import signed_path
from generation.pages.labels import Label, of_job
from generation.pages.rows import version_of
from generation.wording import provider_name
from providers.micros import dollars

RUNNING, OPEN, PICKED, REJECTED, FAILED = "running", "open", "picked", "rejected", "failed"
STATES = {
    "": "All takes",
    OPEN: "To judge",
    PICKED: "Picked",
    REJECTED: "Rejected",
    RUNNING: "Being made",
    FAILED: "Failed",
}


@dataclass(frozen=True, kw_only=True)
class TakeCard:
    """`clip` and `thumbnail` are addresses, empty where there is no file (yet). `outcome` says
    of a failed take what happened and what it cost."""

    uid: str
    shot: str
    job: str
    number: int
    state: str
    label: Label
    ended: bool
    shape: str
    ratio: str
    clip: str
    thumbnail: str
    provider: str
    model: str
    seconds: int
    tier: str
    seed: int | None
    prompt: str
    price: str
    price_is_final: bool
    percent: int | None
    since: datetime
    made_in: float | None
    rating: int
    picked: bool
    final: bool
    rejected: str
    reject_note: str
    judged_by: str
    note: str
    factors: tuple[tuple[str, str], ...]
    flags: tuple[Flag, ...]
    stale: tuple[Stale, ...]
    outcome: str

    @property
    def glyph(self) -> str:
        """One letter for a provider; its name stands beside it for readers and as a title."""
        return self.provider[:1]

    @property
    def version(self) -> str:
        # An address is signed anew now and then; that alone is no news.
        return version_of(replace(self, clip=str(bool(self.clip)), thumbnail=""))


def card_of(take: Take, *, current: Mapping[str, tuple[str, int]]) -> TakeCard:
    """A take of `take_reading.told`; `current` is `sources.versions` of its campaign."""
    job, asset, at = take.job, clip(take), last_try(take)
    leg = at.leg if at else job.route[0]
    done = job.state == JobState.COMPLETED and job.ended_at is not None
    return TakeCard(
        uid=take.uid,
        shot=take.shot.uid,
        job=job.uid,
        number=take.number,
        state=state_of(take),
        label=of_job(job),
        ended=job.is_ended,
        shape=f"r-{job.ratio.replace(':', 'x')}",
        ratio=job.ratio,
        clip=signed_path(asset) if asset else "",
        thumbnail=signed_path(asset, thumbnail=True) if asset else "",
        provider=provider_name(leg["provider"]),
        model=leg["model"],
        seconds=job.seconds,
        tier=job.tier,
        seed=job.seed if job.seed is not None else at.seed if at and done else None,
        prompt=job.prompt,
        price=dollars(job.cost_micros if job.is_ended else job.estimated_micros),
        price_is_final=job.is_ended,
        percent=at.percent if at and not job.is_ended else None,
        since=job.ended_at or job.created_at,
        made_in=(job.ended_at - job.created_at).total_seconds() if done and job.ended_at else None,
        rating=take.rating or 0,
        picked=take.verdict == Verdict.PICKED,
        final=take.shot.final_id == take.pk,
        rejected=REASONS.get(take.reject_reason, "") if take.verdict == Verdict.REJECTED else "",
        reject_note=take.reject_note,
        judged_by=take.judged_by.get_username() if take.judged_by and take.verdict else "",
        note=take.note,
        factors=tuple(take.factors.items()),
        flags=tuple(flags(take)),
        stale=moved_on(take, current=current),
        outcome=_outcome(take),
    )


def state_of(take: Take) -> str:
    """Under which word of the filter a take is found."""
    if not take.job.is_ended:
        return RUNNING
    if take.job.state != JobState.COMPLETED:
        return FAILED
    return {Verdict.PICKED: PICKED, Verdict.REJECTED: REJECTED}.get(Verdict(take.verdict), OPEN)


def _outcome(take: Take) -> str:
    """ "Runway refused this prompt. $0.25 was charged; it is not tried again by itself." """
    job = take.job
    if job.state not in (JobState.FAILED, JobState.CANCELLED):
        return ""
    happened = job.error or "Cancelled before there was a clip."
    if "charged" in happened:
        return f"{happened} It is not tried again by itself."
    charged = (
        f"{dollars(job.cost_micros)} was charged" if job.cost_micros else "Nothing was charged"
    )
    return f"{happened} {charged}; it is not tried again by itself."
