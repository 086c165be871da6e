"""Which budgets a purchase falls under, and the one conditional update that admits it.

The update itself compares with the limit, so two purchases at once cannot both take the last
cent, with or without row locks. Periods are always moved in the order of their ids.
"""

from collections.abc import Mapping
from datetime import timedelta

from django.db.models import F, FilteredRelation, Q, QuerySet

from generation import clock
from generation.models import Budget, BudgetKind, BudgetPeriod, Job
from generation.money import alerts, periods
from generation.one_trip import OneTrip

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
    target = Q(kind=BudgetKind.WORKSPACE) | Q(
        kind=BudgetKind.CENTRE, cost_centre_id__in=job.cost_centre.lineage()
    )
    target |= Q(kind=BudgetKind.PROVIDER, provider=provider)
    if job.api_key_id:
        target |= Q(kind=BudgetKind.API_KEY, api_key_id=job.api_key_id)
    rows = Budget.objects.filter(target, workspace_id=job.workspace_id, mode=job.mode, active=True)
    found: set[int] = set()
    missing: set[int] = set()
    for budget, period_id in _today(rows):
        if period_id is None:
            missing.add(budget.pk)
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
        used = F("held_micros") + F("spent_micros") + micros
        rows = BudgetPeriod.objects.filter(Q(hard=False) | Q(limit_micros__gte=used), pk=pk)
        # Nearly all holds reach no line of which people are told: those are done by then.
        quiet = rows.filter(Q(next_alert_micros=None) | Q(next_alert_micros__gt=used))
        if quiet.update(held_micros=F("held_micros") + micros) == 1:
            continue
        if rows.update(held_micros=F("held_micros") + micros) != 1:
            period = BudgetPeriod.objects.select_related("budget").get(pk=pk)
            raise BudgetExceeded(period, asked_micros=micros)
        crossed.append(pk)
    if crossed:
        alerts.note_crossings(crossed)


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


def _today(rows: QuerySet[Budget]) -> list[tuple[Budget, int | None]]:
    """Each budget that holds today with the id of its running period, if that is made already.

    The day depends on the workspace's time zone, which comes with the rows: the join takes what
    is near the day in any zone, and the rest is decided here.
    """
    utc_day = clock.now().date()
    day = timedelta(days=1)
    near = FilteredRelation(
        "periods",
        condition=Q(periods__starts_on__lte=utc_day + day)
        & (Q(periods__ends_on__isnull=True) | Q(periods__ends_on__gte=utc_day - day)),
    )
    joined = rows.only("period", "starts_on", "ends_on").annotate(
        near=near,
        zone=F("workspace__time_zone"),
        period_id=F("near__id"),
        period_starts=F("near__starts_on"),
    )
    known: dict[int, tuple[Budget, int | None]] = {}
    for budget in joined.order_by("pk"):
        span = periods.window(budget, on=periods.today_in(periods.zone_named(budget.zone)))
        if span is None:
            continue
        fits = budget.period_starts == span.starts_on
        if fits or budget.pk not in known:
            known[budget.pk] = (budget, budget.period_id if fits else None)
    return list(known.values())
