"""Which budgets a purchase falls under, and the one conditional update that admits it.

The update itself compares with the limit, so two purchases at once cannot both take the last
cent, with or without row locks. Budgets are always touched in the order of their ids.
"""

from collections.abc import Iterable

from django.db.models import F, Q

from generation import clock
from generation.models import Budget, BudgetKind, Job


class BudgetExceeded(Exception):
    """A hard budget has too little left. Raised inside the transaction, which then undoes all."""

    def __init__(self, budget: Budget, *, asked_micros: int) -> None:
        super().__init__(f"{budget.name} has {budget.left_micros} micros left")
        self.budget_uid = budget.uid
        self.budget_name = budget.name
        self.left_micros = budget.left_micros
        self.limit_micros = budget.limit_micros
        self.asked_micros = asked_micros


def applying(job: Job, *, provider: str) -> list[Budget]:
    """The budgets that a leg of this job at this provider falls under today, by id."""
    today = clock.now().date()
    target = Q(kind=BudgetKind.WORKSPACE) | Q(
        kind=BudgetKind.CENTRE, cost_centre_id__in=job.cost_centre.lineage()
    )
    target |= Q(kind=BudgetKind.PROVIDER, provider=provider)
    if job.api_key_id:
        target |= Q(kind=BudgetKind.API_KEY, api_key_id=job.api_key_id)
    return list(
        Budget.objects.filter(target, workspace_id=job.workspace_id, mode=job.mode)
        .filter(Q(period_end__isnull=True) | Q(period_end__gt=today), period_start__lte=today)
        .order_by("id")
    )


def take_hold(budgets: Iterable[Budget], *, micros: int) -> None:
    """Move `micros` from available to held in every budget. Raises BudgetExceeded."""
    for budget in budgets:
        rows = Budget.objects.filter(pk=budget.pk)
        if budget.hard:
            rows = rows.filter(limit_micros__gte=F("held_micros") + F("spent_micros") + micros)
        if rows.update(held_micros=F("held_micros") + micros) != 1:
            budget.refresh_from_db()
            raise BudgetExceeded(budget, asked_micros=micros)


def move(budget_ids: Iterable[int], *, held: int, spent: int) -> None:
    """Book a resolution or a charge; never refused, since the money is gone already."""
    for pk in sorted(budget_ids):
        Budget.objects.filter(pk=pk).update(
            held_micros=F("held_micros") + held, spent_micros=F("spent_micros") + spent
        )
