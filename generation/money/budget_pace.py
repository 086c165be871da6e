"""A budget's running period day by day, out of the sums of what the budget limits."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Sum

from generation.models import Budget, BudgetKind, CentreKind, CostCentre, DailyRollup
from generation.money.budget_views import BudgetView
from generation.money.day_sums import EVERYBODY, Books
from generation.money.pace import Pace, pace
from generation.money.periods import today_in, zone_named
from generation.money.summed_days import SummedDays

MOST_DAYS = 92  # of a budget without an end


def budget_pace(view: BudgetView) -> Pace | None:
    """None outside the budget's days. Days before it was made are no days of it."""
    budget, window = view.budget, view.window
    if window is None:
        return None
    zone = zone_named(budget.workspace.time_zone)
    today = today_in(zone)
    made = budget.created_at.astimezone(zone).date()
    first = max(window.starts_on, min(made, today))
    if window.ends_on is None:
        first = max(first, today - timedelta(days=MOST_DAYS - 1))
    return pace(
        _costs(budget, first=first, last=today, zone=zone),
        first=first,
        last=window.ends_on or today,
        today=today,
        spent=view.spent_micros,
        held=view.held_micros,
        forecast=view.forecast_micros,
        limit=view.limit_micros,
    )


def _costs(budget: Budget, *, first: date, last: date, zone: ZoneInfo) -> dict[date, int]:
    centre = budget.cost_centre
    if centre is not None and centre.kind == CentreKind.BATCH:
        return _of_batch(centre, first=first, last=last)
    client, dimension, key = _place(budget, centre)
    books = Books(workspace_id=budget.workspace_id, mode=budget.mode, zone=zone)
    summed = SummedDays(books=books, client=client, first=first, last=last)
    return {day: micros for (_, day), micros in summed.daily(dimension, key=key).items()}


def _place(budget: Budget, centre: CostCentre | None) -> tuple[int, str, str]:
    """Whose sums, by which dimension, and the key that is the budget's."""
    match budget.kind:
        case BudgetKind.PROVIDER:
            return EVERYBODY, "provider", budget.provider
        case BudgetKind.API_KEY:
            return EVERYBODY, "person", f"key:{budget.api_key_id}"
    if centre is not None and centre.kind == CentreKind.CLIENT:
        return centre.pk, "day", ""
    if centre is not None and centre.kind == CentreKind.CAMPAIGN:
        return EVERYBODY, "campaign", str(centre.pk)
    return EVERYBODY, "day", ""


def _of_batch(centre: CostCentre, *, first: date, last: date) -> dict[date, int]:
    """A batch is no dimension of the day sums; its own lines by UTC days are few."""
    rows = DailyRollup.objects.filter(cost_centre=centre, day__gte=first, day__lte=last)
    told = rows.values_list("day").annotate(micros=Sum("spent_micros"))
    return {day: int(micros) for day, micros in told.order_by() if micros}
