"""Which budgets a purchase falls under, and the one conditional update that admits it.

The update itself compares with the limit, so two purchases at once cannot both take the last
cent, with or without row locks. Periods are always moved in the order of their ids.
"""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from django.db import connection

from generation import clock
from generation.models import BudgetPeriod, Job
from generation.money import alerts, periods
from generation.one_trip import OneTrip

# By hand, as every purchase asks these: building them anew took longer than answering them.
_NEAR = """
SELECT b.id, b.period, b.starts_on, b.ends_on, w.time_zone, p.id, p.starts_on
FROM generation_budget b JOIN accounts_workspace w ON w.id = b.workspace_id
LEFT JOIN generation_budgetperiod p ON p.budget_id = b.id
    AND p.starts_on <= %s AND (p.ends_on IS NULL OR p.ends_on >= %s)
WHERE b.workspace_id = %s AND b.mode = %s AND b.active AND (
    b.kind = 'workspace' OR b.kind = 'centre' AND b.cost_centre_id IN ({centres})
    OR b.kind = 'provider' AND b.provider = %s OR b.kind = 'api_key' AND b.api_key_id = %s)
ORDER BY b.id
"""
_HOLD = """
UPDATE generation_budgetperiod SET held_micros = held_micros + %s
WHERE id = %s AND (NOT hard OR limit_micros >= held_micros + spent_micros + %s)
"""
_QUIET = " AND (next_alert_micros IS NULL OR next_alert_micros > held_micros + spent_micros + %s)"
_MOVE = """
UPDATE generation_budgetperiod
SET held_micros = held_micros + %s, spent_micros = spent_micros + %s WHERE id = %s
"""


class BudgetExceeded(Exception):
    """A hard budget has too little left. Raised inside the transaction, which then undoes all."""

    def __init__(self, period: BudgetPeriod, *, asked_micros: int) -> None:
        budget = period.budget
        super().__init__(f"{budget.name} has {period.left_micros} micros left")
        self.budget_uid = budget.uid
        self.budget_name = budget.name
        self.left_micros = period.left_micros
        self.limit_micros = period.limit_micros
        self.asked_micros = asked_micros


def applying(job: Job, *, provider: str) -> list[int]:
    """The ids, rising, of the periods that a leg of this job at this provider falls under now.

    One query while the periods are there; those of a new month are made on its first purchase.
    """
    found: set[int] = set()
    missing: set[int] = set()
    for budget_id, period_id in _today(job, provider=provider).items():
        if period_id is None:
            missing.add(budget_id)
        else:
            found.add(period_id)
    if missing:
        found.update(periods.ensure(missing).values())
    return sorted(found)


def take_holds(totals: Mapping[int, int]) -> None:
    """Move each period's sum from available to held, in the order of their ids.

    Raises BudgetExceeded when one of them is hard and has too little left.
    """
    crossed = []
    for pk, micros in sorted(totals.items()):
        # Nearly all holds reach no line of which people are told: those are done by then.
        if _hold(f"{_HOLD}{_QUIET}", micros, pk, micros, micros):
            continue
        if not _hold(_HOLD, micros, pk, micros):
            period = BudgetPeriod.objects.select_related("budget").get(pk=pk)
            raise BudgetExceeded(period, asked_micros=micros)
        crossed.append(pk)
    if crossed:
        alerts.note_crossings(crossed)


def _hold(text: str, *values: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(text, values)
        return bool(cursor.rowcount == 1)


def move(totals: Mapping[int, tuple[int, int]], trip: OneTrip) -> None:
    """Book what resolutions and charges change of each period's held and spent micros, on `trip`;
    never refused, since the money is gone already.

    The hold's own periods are moved, also when their month is over by now.
    """
    for pk, (held, spent) in sorted(totals.items()):
        trip.add(_MOVE, [held, spent, pk])
    if grown := [pk for pk, (held, spent) in sorted(totals.items()) if held + spent > 0]:
        trip.send()
        alerts.note_crossings(grown)


def _today(job: Job, *, provider: str) -> dict[int, int | None]:
    """Each budget that holds today with the id of its running period, if that is made already.

    The day depends on the workspace's time zone, which comes with the rows: the join takes what
    is near the day in any zone, and the rest is decided here.
    """
    utc_day, day = clock.now().date(), timedelta(days=1)
    centres = job.cost_centre.lineage()
    text = _NEAR.format(centres=", ".join(["%s"] * len(centres)))
    near: list[Any] = [utc_day + day, utc_day - day]
    whose = [job.workspace_id, job.mode, *centres, provider, job.api_key_id]
    found: dict[int, int | None] = {}
    with connection.cursor() as cursor:
        cursor.execute(text, [*near, *whose])
        for pk, kind, starts_on, ends_on, zone, period_id, period_starts in cursor.fetchall():
            terms = periods.Terms(period=kind, starts_on=starts_on, ends_on=ends_on)
            span = periods.window(terms, on=periods.today_in(periods.zone_named(zone)))
            if span is None:
                continue
            fits = period_starts == span.starts_on
            if fits or pk not in found:
                found[pk] = period_id if fits else None
    return found
