"""Attempts that are not over: how many, who waits for whom, and what should have been done."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import Any, cast

from django.db.models import Count, Exists, Min
from prometheus_client.core import GaugeMetricFamily, Metric

from generation.among import Among
from generation.choices import ATTEMPT_LIVE, ATTEMPT_UNDER_WAY, AttemptState
from generation.figures import accounts
from generation.figures.since import seconds_since
from generation.hand_out import PAUSED
from generation.lanes import LaneKind
from generation.models import Attempt

# What a look, in due time, is called in each state.
KINDS = {AttemptState.ACCEPTED: "look", AttemptState.UNKNOWN: "find"}


def figures(moment: datetime) -> Iterator[Metric]:
    """Three statements: the live attempts, the first one in line, and the accounts."""
    rows = _live()
    yield _counts(rows)
    sent = [row["sent"] for row in rows if row["state"] == AttemptState.UNKNOWN]
    yield GaugeMetricFamily(
        "aivideo_unknown_oldest_age_seconds",
        "Since the oldest create of unknown outcome was sent; 0 without one.",
        value=seconds_since(min(sent, default=None), moment),
    )
    dues = {
        kind: min((row["due"] for row in rows if row["state"] == state), default=None)
        for state, kind in KINDS.items()
    }
    yield _overdue({**dues, "send": _first_in_line(moment)}, moment)
    yield from accounts.figures(moment, busy=_busy(rows))


def _live() -> list[dict[str, Any]]:
    live = Attempt.objects.filter(Among("state", ATTEMPT_LIVE)).order_by()
    rows = live.values("account_id", "provider", "mode", "model", "state").annotate(
        count=Count("pk"), sent=Min("submit_started_at"), due=Min("next_check_at")
    )
    return cast(list[dict[str, Any]], list(rows))


def _counts(rows: list[dict[str, Any]]) -> Metric:
    counts: Counter[tuple[str, str, str]] = Counter()
    for row in rows:
        counts[row["provider"], row["mode"], row["state"]] += row["count"]
    told = GaugeMetricFamily(
        "aivideo_attempts", "Attempts not over.", labels=["provider", "mode", "state"]
    )
    for labels, count in sorted(counts.items()):
        told.add_metric(labels, count)
    return told


def _overdue(dues: Mapping[str, datetime | None], moment: datetime) -> Metric:
    told = GaugeMetricFamily(
        "aivideo_attempts_overdue_seconds",
        "How long the oldest attempt has been due; 0 where none is.",
        labels=["kind"],
    )
    for kind, due in dues.items():
        told.add_metric([kind], seconds_since(due, moment))
    return told


def _first_in_line(moment: datetime) -> datetime | None:
    """Since when the first that may be sent has been due. What is on hold waits for a person."""
    line = Attempt.objects.filter(
        state=AttemptState.PLANNED,
        parked=False,
        lane__lt=LaneKind.ASIDE.value,
        next_check_at__lte=moment,
    ).exclude(Exists(PAUSED))
    return line.order_by("next_check_at").values_list("next_check_at", flat=True).first()


def _busy(rows: list[dict[str, Any]]) -> "Counter[tuple[int, str]]":
    """Slots in use by account and model, and by account alone under ""."""
    busy: Counter[tuple[int, str]] = Counter()
    for row in rows:
        if row["state"] in ATTEMPT_UNDER_WAY:
            busy[row["account_id"], row["model"]] += row["count"]
            busy[row["account_id"], ""] += row["count"]
    return busy
