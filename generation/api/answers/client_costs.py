"""A client's costs as the API tells them, in dollars; what it pays in its own currency."""

from typing import TypedDict

from generation.api.answers.budgets import BudgetAnswer, budget_answer
from generation.api.answers.statements import MarginAnswer, statement_answer
from generation.api.answers.terms import (
    SpentAnswer,
    StepAnswer,
    exact,
    per_second_answer,
    spent_answer,
    step_answer,
)
from generation.money.client_costs import BilledMonth, ClientCosts
from generation.money.costs_in_words import in_words
from generation.money.not_known import NotKnown
from generation.money.pace import PaceDay


class NotKnownAnswer(TypedDict):
    """`kind` is held, given_up, unbilled or open; `month` is null for the first two."""

    kind: str
    amount: float
    month: str | None
    words: str


class PaceAnswer(TypedDict):
    """`spent` is all up to the end of the day, null for days to come; `ahead` is null for days
    that are over."""

    day: str
    spent: float | None
    ahead: float | None


class BilledAnswer(TypedDict):
    """A month as the client is told it, in its currency. `state` is draft or issued."""

    month: str
    state: str
    number: str | None
    currency: str
    total: float
    unpriced_clips: int
    preliminary: list[str]
    margin: MarginAnswer | None


class ClientCostsAnswer(TypedDict):
    """`held` is what is held now, whatever the days. `forecast` is null where they are over,
    `budget` where no budget of the client is for exactly these days.

    `billed` is null without campaigns:read; `summary` is plain text without any margin."""

    client: str
    name: str
    mode: str
    first: str
    last: str
    time_zone: str
    currency: str
    spent: float
    held: float
    forecast: float | None
    budget: BudgetAnswer | None
    budgets: list[BudgetAnswer]
    delivered_clips: int
    delivered_seconds: int
    cost_per_delivered_second: float | None
    picked_seconds: int
    cost_per_picked_second: float | None
    not_known: list[NotKnownAnswer]
    pace: list[PaceAnswer]
    funnel: list[StepAnswer]
    fates: list[StepAnswer]
    wasted: float
    by_campaign: list[SpentAnswer]
    by_model: list[SpentAnswer]
    by_person: list[SpentAnswer]
    billed: list[BilledAnswer] | None
    summary: str


def client_costs_answer(report: ClientCosts) -> ClientCostsAnswer:
    span, total = report.scope.span, report.total
    by = {name: [spent_answer(row) for row in rows] for name, rows in report.parts.items()}
    mode = str(report.scope.access.mode)
    return {
        "client": report.client.uid,
        "name": report.client.name,
        "mode": mode,
        "first": span.first.isoformat(),
        "last": span.last.isoformat(),
        "time_zone": span.zone.key,
        "currency": "USD",
        "spent": exact(total.spent_micros),
        "held": exact(report.held),
        "forecast": _exact(report.forecast),
        "budget": budget_answer(report.limit) if report.limit else None,
        "budgets": [budget_answer(view) for view in report.budgets],
        "delivered_clips": total.delivered_clips,
        "delivered_seconds": total.delivered_seconds,
        "cost_per_delivered_second": per_second_answer(total.per_delivered_second),
        "picked_seconds": total.picked_seconds,
        "cost_per_picked_second": per_second_answer(total.per_picked_second),
        "not_known": [_not_known(one) for one in report.not_known],
        "pace": [_pace(one) for one in report.pace.days],
        "funnel": [step_answer(step) for step in report.passed.steps],
        "fates": [step_answer(step) for step in report.passed.fates],
        "wasted": exact(report.passed.wasted_micros),
        "by_campaign": by["campaign"],
        "by_model": by["model"],
        "by_person": by["person"],
        "billed": None if report.billed is None else [_billed(m, mode) for m in report.billed],
        "summary": in_words(report),
    }


def _not_known(one: NotKnown) -> NotKnownAnswer:
    return {
        "kind": one.kind,
        "amount": exact(one.micros),
        "month": f"{one.month:%Y-%m}" if one.month else None,
        "words": one.words,
    }


def _pace(one: PaceDay) -> PaceAnswer:
    return {"day": one.day.isoformat(), "spent": _exact(one.spent), "ahead": _exact(one.ahead)}


def _billed(one: BilledMonth, mode: str) -> BilledAnswer:
    told = statement_answer(one.told, mode=mode, margin=one.margin)
    return {
        "month": told["month"],
        "state": told["state"],
        "number": told["number"],
        "currency": told["currency"],
        "total": told["total"],
        "unpriced_clips": told["unpriced_clips"],
        "preliminary": told["preliminary"],
        "margin": told["margin"],
    }


def _exact(micros: int | None) -> float | None:
    return None if micros is None else exact(micros)
