"""Storyboards as the API tells them: shots with their price and marks, plans, and limits."""

from collections.abc import Mapping, Sequence
from typing import TypedDict

from campaigns import sources
from campaigns.api.answers.takes import StaleAnswer
from campaigns.drafting import Money
from campaigns.models import Shot
from campaigns.planning.affording import Room
from campaigns.planning.blockers import REQUEST_NAMES, Blocker
from campaigns.planning.facts import Contradiction
from campaigns.planning.pricing import Offer
from generation.api.answers.plain import moment
from generation.money.pricing import as_json_number


class ShotOfferAnswer(TypedDict):
    """Who would make a shot and why, and why the others would not. Dollars."""

    provider: str
    model: str
    why: str
    duration: int
    billed_seconds: int
    likely_cost: float
    max_cost: float
    notes: list[str]
    left_out: list[str]


class ShotBlockerAnswer(TypedDict):
    """Nobody can make the shot. `setting` is the one whose change to `value` makes it possible;
    `remedy` says so with the price."""

    detail: str
    setting: str
    value: str
    remedy: str


class ShotAnswer(TypedDict):
    """One shot. It has an `offer` or a `blocked`, never both; `stale` names the sources that have
    changed since it was written. `shot_id` is null for one that is only planned."""

    shot_id: str | None
    campaign_id: str
    position: int
    role: str
    prompt: str
    negative_prompt: str
    duration: int
    quality: str
    aspect_ratio: str
    style: str | None
    seed: int | None
    provider: str | None
    image: str | None
    product: str | None
    note: str
    locked: bool
    removed: bool
    takes: int
    picked: str | None
    final: str | None
    stale: list[StaleAnswer]
    offer: ShotOfferAnswer | None
    blocked: ShotBlockerAnswer | None
    created_at: str | None


class ContradictionAnswer(TypedDict):
    """Two things that cannot both hold. `setting` is the one field whose change ends it."""

    code: str
    detail: str
    setting: str
    options: list[str]


class RoomAnswer(TypedDict):
    """A limit and what is still to be made of the storyboard. `budget` is null for what was
    agreed in the brief. Dollars."""

    budget: str | None
    name: str
    hard: bool
    limit: float
    left: float
    likely_cost: float
    max_cost: float
    short: float


class StoryboardAnswer(TypedDict):
    """The whole storyboard in order, each shot priced once; it is never longer than one page.
    `to_make` is the price of the shots that have no take yet. Dollars and seconds."""

    results: list[ShotAnswer]
    next: str | None
    next_cursor: str | None
    total_seconds: int
    likely_cost: float
    max_cost: float
    to_make: float
    blocked: int
    limits: list[RoomAnswer]
    contradictions: list[ContradictionAnswer]


def shot_answer(
    shot: Shot, price: Offer | Blocker, *, current: Mapping[str, tuple[str, int]]
) -> ShotAnswer:
    """A shot of `storyboard.shots_of` or of a plan; `current` is `sources.versions`."""
    moved = sources.stale(shot.made_of, current=current)
    return {
        "shot_id": shot.uid if shot.pk else None,
        "campaign_id": shot.campaign.uid,
        "position": shot.position,
        "role": shot.role,
        "prompt": shot.prompt,
        "negative_prompt": shot.negative_prompt,
        "duration": shot.seconds,
        "quality": shot.tier,
        "aspect_ratio": shot.ratio,
        "style": shot.style or None,
        "seed": shot.seed,
        "provider": shot.provider or None,
        "image": shot.picture.uid if shot.picture else None,
        "product": shot.product.uid if shot.product else None,
        "note": shot.note,
        "locked": shot.locked,
        "removed": shot.removed_at is not None,
        "takes": int(getattr(shot, "take_count", 0)),
        "picked": shot.picked.uid if shot.picked else None,
        "final": shot.final.uid if shot.final else None,
        "stale": [{"source": one.source, "detail": one.words} for one in moved],
        "offer": _offer(price) if isinstance(price, Offer) else None,
        "blocked": _blocker(price) if isinstance(price, Blocker) else None,
        "created_at": moment(shot.created_at),
    }


def storyboard_answer(
    shots: Sequence[Shot], money: Money, *, current: Mapping[str, tuple[str, int]]
) -> StoryboardAnswer:
    pairs = zip(shots, money.prices.shots, strict=True)
    return {
        "results": [shot_answer(shot, price, current=current) for shot, price in pairs],
        "next": None,
        "next_cursor": None,
        "total_seconds": sum(shot.seconds for shot in shots),
        "likely_cost": as_json_number(money.prices.likely_micros),
        "max_cost": as_json_number(money.prices.worst_micros),
        "to_make": as_json_number(money.to_make.likely_micros),
        "blocked": money.prices.blocked,
        "limits": [_room(room) for room in money.rooms],
        "contradictions": [contradiction_answer(one) for one in money.contradictions],
    }


def _offer(offer: Offer) -> ShotOfferAnswer:
    return {
        "provider": offer.provider,
        "model": offer.model,
        "why": f"{offer.name}: {offer.why}",
        "duration": offer.asked_seconds,
        "billed_seconds": offer.billed_seconds,
        "likely_cost": as_json_number(offer.likely_micros),
        "max_cost": as_json_number(offer.worst_micros),
        "notes": list(offer.notes),
        "left_out": list(offer.left_out),
    }


def _blocker(blocker: Blocker) -> ShotBlockerAnswer:
    return {
        "detail": blocker.message,
        "setting": SETTINGS.get(blocker.setting, blocker.setting),
        "value": blocker.value,
        "remedy": blocker.remedy,
    }


SETTINGS = {**REQUEST_NAMES, "budget_micros": "budget"}


def contradiction_answer(one: Contradiction) -> ContradictionAnswer:
    return {
        "code": one.code,
        "detail": one.message,
        "setting": SETTINGS.get(one.setting, one.setting),
        "options": list(one.options),
    }


def _room(room: Room) -> RoomAnswer:
    return {
        "budget": room.uid or None,
        "name": room.name,
        "hard": room.hard,
        "limit": as_json_number(room.limit_micros),
        "left": as_json_number(room.left_micros),
        "likely_cost": as_json_number(room.likely_micros),
        "max_cost": as_json_number(room.worst_micros),
        "short": as_json_number(room.short_micros),
    }
