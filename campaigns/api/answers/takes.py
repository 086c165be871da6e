"""Takes as the API tells them: what they are, what came of them, what people think of them."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from accounts.access import Access
from campaigns.models import Take
from campaigns.take_reading import flags, moved_on
from campaigns.takes import MadeTakes
from generation import media
from generation.api.answers.jobs import clip_of, cost_of, telling_leg
from generation.api.answers.plain import moment
from generation.api.answers.quotes import QuoteAnswer
from generation.money.pricing import as_json_number


class FlagAnswer(TypedDict):
    """What the checks found; no flag keeps a take from being picked."""

    flag: str
    detail: str


class StaleAnswer(TypedDict):
    """A source that has changed since: its key, and a sentence."""

    source: str
    detail: str


class TakeAnswer(TypedDict):
    """One take. `state` is its job's; `cost` is null until it is settled, the addresses until
    it is completed. `drift` says how far a final went from its draft: 0 the same, 1 another
    scene, null until it is measured or where there is no draft."""

    take_id: str
    shot_id: str
    campaign_id: str
    number: int
    state: str
    job_id: str
    batch_id: str | None
    prompt: str
    provider: str
    quality: str
    duration: int
    aspect_ratio: str
    seed: int | None
    factors: dict[str, str]
    note: str
    estimated_cost: float
    cost: float | None
    error: str | None
    video_url: str | None
    thumbnail_url: str | None
    rating: int | None
    verdict: str
    reject_reason: str | None
    reject_note: str | None
    judged_by: str | None
    judged_at: str | None
    picked: bool
    final: bool
    promoted_from: str | None
    drift: float | None
    drift_worst_second: float | None
    drift_note: str | None
    flags: list[FlagAnswer]
    stale: list[StaleAnswer]
    created_at: str | None


class TakeMade(TypedDict):
    take_id: str
    shot_id: str
    job_id: str
    number: int


class TakesMade(TypedDict):
    """Takes that were admitted, in the order asked, under one hold."""

    status: str
    campaign_id: str
    batch_id: str
    takes: list[TakeMade]
    total_estimated_cost: float
    batch_url: str


class VariantAnswer(TypedDict):
    """One combination of factors, with its whole prompt."""

    factors: dict[str, str]
    prompt: str


class VariantsPriced(TypedDict):
    """What would be made, and a kept quote for exactly that. Of `possible` combinations those
    are taken in which every pair of values meets, as far as `most` allows: `pairs_met` of
    `pairs`."""

    variants: list[VariantAnswer]
    possible: int
    pairs: int
    pairs_met: int
    quote: QuoteAnswer


def take_answer(
    take: Take, *, access: Access, current: Mapping[str, tuple[str, int]]
) -> TakeAnswer:
    """A take of `take_reading.told`; `current` is `sources.versions` of its campaign."""
    job, shot = take.job, take.shot
    found = clip_of(job) if access.may("media:read") else None
    done = list(job.attempts.all())
    return {
        "take_id": take.uid,
        "shot_id": shot.uid,
        "campaign_id": shot.campaign.uid,
        "number": take.number,
        "state": job.state,
        "job_id": job.uid,
        "batch_id": job.batch.uid if job.batch else None,
        "prompt": job.prompt,
        "provider": telling_leg(job)["provider"],
        "quality": job.tier,
        "duration": job.seconds,
        "aspect_ratio": job.ratio,
        "seed": job.seed,
        "factors": take.factors,
        "note": take.note,
        "estimated_cost": as_json_number(job.estimated_micros),
        "cost": cost_of(job, done),
        "error": job.error or None,
        "video_url": (media.signed_url(found) or None) if found else None,
        "thumbnail_url": (media.signed_url(found, thumbnail=True) or None) if found else None,
        "rating": take.rating,
        "verdict": take.verdict or "none",
        "reject_reason": take.reject_reason or None,
        "reject_note": take.reject_note or None,
        "judged_by": take.judged_by.get_username() if take.judged_by else None,
        "judged_at": moment(take.judged_at),
        "picked": shot.picked_id == take.pk,
        "final": shot.final_id == take.pk,
        "promoted_from": take.promoted_from.uid if take.promoted_from else None,
        "drift": take.drift,
        "drift_worst_second": take.drift_worst_second,
        "drift_note": take.drift_note or None,
        "flags": [{"flag": flag.word.lower(), "detail": flag.words} for flag in flags(take)],
        "stale": [
            {"source": one.source, "detail": one.words} for one in moved_on(take, current=current)
        ],
        "created_at": moment(take.created_at),
    }


def takes_made(made: MadeTakes, *, campaign_id: str, shots: Sequence[str]) -> TakesMade:
    """`shots` are the public ids of the takes' shots, in their order."""
    return {
        "status": "success",
        "campaign_id": campaign_id,
        "batch_id": made.batch.uid,
        "takes": [
            {"take_id": take.uid, "shot_id": shot, "job_id": take.job.uid, "number": take.number}
            for take, shot in zip(made.takes, shots, strict=True)
        ],
        "total_estimated_cost": as_json_number(made.batch.estimated_micros),
        "batch_url": f"/api/ai-video/batches/{made.batch.uid}",
    }
