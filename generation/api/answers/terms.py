"""Clients, rate cards and insight as the API tells them."""

from typing import TypedDict

from generation.api.answers.plain import moment
from generation.models import CostCentre, RateCard
from generation.money.funnel import Step
from generation.money.insight import Spent
from generation.money.replay import Replayed
from generation.money.tiering import FORMULA, Saving
from providers.micros import decimal_from_micros


class CentreAnswer(TypedDict):
    """A client or a campaign; `client` is null for a campaign of the workspace itself."""

    id: str
    kind: str
    name: str
    client: str | None
    created_at: str | None


class RateCardAnswer(TypedDict):
    """What a client pays from a day on, in `currency`."""

    id: str
    kind: str
    valid_from: str
    currency: str
    rate: float
    markup_percent: float
    price_per_second: float
    monthly_fee: float
    included_seconds: int
    note: str


class SpentAnswer(TypedDict):
    key: str
    name: str
    spent: float
    jobs: int


class StepAnswer(TypedDict):
    """Nulls are figures that nobody knows yet; they are not 0."""

    name: str
    label: str
    jobs: int | None
    seconds: int | None
    spent: float | None


class SavingAnswer(TypedDict):
    saved: float
    premium: float
    paid: float
    clips_compared: int
    clips_left_out: int
    formula: str


class InsightAnswer(TypedDict):
    """One mode only. Costs per second are null where there is no second, or nobody knows."""

    mode: str
    first: str
    last: str
    time_zone: str
    currency: str
    spent: float
    delivered_clips: int
    delivered_seconds: int
    cost_per_delivered_second: float | None
    picked_seconds: int
    cost_per_picked_second: float | None
    cost_per_approved_second: float | None
    by: str
    breakdown: list[SpentAnswer]
    funnel: list[StepAnswer]
    fates: list[StepAnswer]
    wasted: float
    saved_by_tiering: SavingAnswer


class ReplayedAnswer(TypedDict):
    tier: str
    jobs: int
    changed: int
    impossible: int
    actual: float
    replayed: float


class ReplayAnswer(TypedDict):
    """`saved` is above 0 where the other policy would have been cheaper."""

    mode: str
    first: str
    last: str
    actual: float
    replayed: float
    saved: float
    tiers: list[ReplayedAnswer]


def exact(micros: int) -> float:
    """Dollars with every place that a micro-dollar has: prices and averages need them."""
    return float(decimal_from_micros(micros))


def centre_answer(centre: CostCentre) -> CentreAnswer:
    """With its parent at hand."""
    above = centre.parent
    return {
        "id": centre.uid,
        "kind": centre.kind,
        "name": centre.name,
        "client": above.uid if above and above.kind == "client" else None,
        "created_at": moment(centre.created_at),
    }


def card_answer(card: RateCard) -> RateCardAnswer:
    return {
        "id": card.uid,
        "kind": card.kind,
        "valid_from": card.valid_from.isoformat(),
        "currency": card.currency,
        "rate": exact(card.micros_per_dollar),
        "markup_percent": card.markup_bp / 100,
        "price_per_second": exact(card.second_micros),
        "monthly_fee": exact(card.fee_micros),
        "included_seconds": card.included_seconds,
        "note": card.note,
    }


def spent_answer(row: Spent) -> SpentAnswer:
    return {"key": row.key, "name": row.name, "spent": exact(row.micros), "jobs": row.jobs}


def step_answer(step: Step) -> StepAnswer:
    return {
        "name": step.name,
        "label": step.label,
        "jobs": step.jobs,
        "seconds": step.seconds,
        "spent": None if step.micros is None else exact(step.micros),
    }


def saving_answer(saving: Saving) -> SavingAnswer:
    return {
        "saved": exact(saving.saved_micros),
        "premium": exact(saving.premium_micros),
        "paid": exact(saving.paid_micros),
        "clips_compared": saving.compared,
        "clips_left_out": saving.left_out,
        "formula": FORMULA,
    }


def per_second_answer(micros: int | None) -> float | None:
    return None if micros is None else exact(micros)


def replayed_answer(row: Replayed) -> ReplayedAnswer:
    return {
        "tier": row.tier,
        "jobs": row.jobs,
        "changed": row.changed,
        "impossible": row.impossible,
        "actual": exact(row.actual_micros),
        "replayed": exact(row.replayed_micros),
    }
