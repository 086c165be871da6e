"""Runway's credit balance, tier and usage, all read from the tasks themselves."""

from collections import Counter, defaultdict
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sandbox.desk import Desk
from sandbox.runway.answers import credits_of
from sandbox.runway.models import IMAGE, TEXT

START_CREDITS = 1_000_000
SLOTS = 20  # concurrent generations per model of the highest tier
DAILY = 25_000
LONGEST_SPAN = timedelta(days=90)
DEFAULT_SPAN = timedelta(days=30)
DAY = 86_400


def balance_micros(desk: Desk) -> int:
    """Credits are taken at the create and given back when a task ends unbilled."""
    start = desk.limit("runway", name="credits", default=START_CREDITS) * 10_000
    rows = desk.database.rows(
        "SELECT coalesce(sum(amount_micros),0) AS sum FROM task"
        " WHERE provider='runway' AND finished_at IS NULL"
    )
    return start - int(rows[0]["sum"]) - desk.invoice.spent("runway")


def slots(desk: Desk) -> int:
    return desk.limit("runway", name="slots", default=SLOTS)


def daily_cap_reached(desk: Desk, *, model: str) -> bool:
    return _today(desk)[model] >= desk.limit("runway", name="daily", default=DAILY)


def _today(desk: Desk) -> Counter[str]:
    rows = desk.database.rows(
        "SELECT model, count(*) AS n FROM task WHERE provider='runway' AND created_at>?"
        " GROUP BY model",
        desk.clock.now() - DAY,
    )
    return Counter({row["model"]: row["n"] for row in rows})


def organization(desk: Desk) -> dict[str, Any]:
    """`GET /v1/organization`; whole credits, as the official client types them."""
    limits = {
        "maxConcurrentGenerations": slots(desk),
        "maxDailyGenerations": desk.limit("runway", name="daily", default=DAILY),
    }
    used = {model: {"dailyGenerations": count} for model, count in _today(desk).items()}
    return {
        "creditBalance": balance_micros(desk) // 10_000,
        "tier": {
            "maxMonthlyCreditSpend": 10_000_000,
            "models": dict.fromkeys({**TEXT, **IMAGE}, limits),
        },
        "usage": {"models": used},
    }


def usage(desk: Desk, *, start: str | None, before: str | None) -> dict[str, Any]:
    """`POST /v1/organization/usage`: credits per UTC day and model. Raises ValueError."""
    today = datetime.now(UTC).date()
    first = date.fromisoformat(start) if start else today - DEFAULT_SPAN
    end = date.fromisoformat(before) if before else first + DEFAULT_SPAN
    if not first <= end <= first + LONGEST_SPAN:
        raise ValueError("beforeDate must be at most 90 days after startDate")
    spent: defaultdict[date, Counter[str]] = defaultdict(Counter)
    for row in desk.database.rows(
        "SELECT line.at, line.amount_micros, task.model FROM invoice_line AS line"
        " JOIN task USING (provider, task_id) WHERE provider='runway'"
    ):
        day = datetime.fromtimestamp(row["at"], UTC).date()
        if first <= day < end:
            spent[day][row["model"]] += row["amount_micros"]
    results = [
        {
            "date": day.isoformat(),
            "usedCredits": [
                {"model": model, "amount": credits_of(micros)}
                for model, micros in sorted(spent[day].items())
            ],
        }
        for day in sorted(spent)
    ]
    models = sorted({model for models in spent.values() for model in models})
    return {"models": models, "results": results, "resultsByApiKey": []}
