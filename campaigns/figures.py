"""Where campaigns stand: shots, takes and money, in the same few queries however many they are."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q, Sum

from accounts.access import Access
from campaigns.models import Brief, Campaign, Shot, Take, Verdict
from generation.choices import JobState
from generation.models import BudgetKind, CostCentre, DailyRollup
from generation.money.budget_views import BudgetView, mine, views

COMPLETED = Q(job__state=JobState.COMPLETED)


@dataclass(frozen=True, kw_only=True)
class ShotCounts:
    """Shots on the storyboard; `drafted` have a take, `picked` a chosen one, `final` one that
    goes on."""

    total: int = 0
    locked: int = 0
    drafted: int = 0
    picked: int = 0
    final: int = 0


@dataclass(frozen=True, kw_only=True)
class TakeCounts:
    """Takes by the state of their jobs, and by verdict. `to_judge` are completed ones without a
    verdict, of shots for which nothing is picked."""

    queued: int = 0
    processing: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    picked: int = 0
    rejected: int = 0
    to_judge: int = 0
    attention: int = 0

    @property
    def running(self) -> int:
        return self.queued + self.processing

    @property
    def total(self) -> int:
        return self.running + self.completed + self.failed + self.cancelled


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Micro-dollars: `agreed` is the brief's budget, `held` and `spent` the ledger's sums.

    `budgets` are those that limit this campaign alone, switched on and within their days.
    """

    shots: ShotCounts = field(default_factory=ShotCounts)
    takes: TakeCounts = field(default_factory=TakeCounts)
    agreed: int | None = None
    held: int = 0
    spent: int = 0
    budgets: tuple[BudgetView, ...] = ()

    @property
    def left(self) -> int | None:
        """Of the agreed budget; None where none was agreed."""
        return None if self.agreed is None else self.agreed - self.held - self.spent


def figures(access: Access, campaigns: Iterable[Campaign]) -> dict[int, Figures]:
    """By the campaign's key. Six queries."""
    rows = list(campaigns)
    ids = [campaign.pk for campaign in rows]
    shots, takes, money = _shots(ids), _takes(ids), _money(access, rows)
    agreed = dict(Brief.objects.filter(campaign__in=ids).values_list("campaign", "budget_micros"))
    budgets = _budgets(access, rows)
    return {
        row.pk: Figures(
            shots=shots.get(row.pk, ShotCounts()),
            takes=takes.get(row.pk, TakeCounts()),
            agreed=agreed.get(row.pk),
            held=money.get(row.centre_id, (0, 0))[0],
            spent=money.get(row.centre_id, (0, 0))[1],
            budgets=tuple(budgets.get(row.centre_id, ())),
        )
        for row in rows
    }


def _shots(ids: Sequence[int]) -> dict[int, ShotCounts]:
    rows = Shot.objects.filter(campaign__in=ids, removed_at=None).order_by()
    counted = rows.values("campaign_id").annotate(
        total=Count("pk", distinct=True),
        locked_=Count("pk", distinct=True, filter=Q(locked=True)),
        drafted=Count("pk", distinct=True, filter=Q(takes__isnull=False)),
        picked_=Count("pk", distinct=True, filter=Q(picked__isnull=False)),
        final_=Count("pk", distinct=True, filter=Q(final__isnull=False)),
    )
    return {
        row["campaign_id"]: ShotCounts(
            total=row["total"],
            locked=row["locked_"],
            drafted=row["drafted"],
            picked=row["picked_"],
            final=row["final_"],
        )
        for row in counted
    }


def _takes(ids: Sequence[int]) -> dict[int, TakeCounts]:
    by_state = {str(state): Count("pk", filter=Q(job__state=state)) for state in JobState}
    undecided = COMPLETED & Q(verdict=Verdict.NONE, shot__picked=None, shot__removed_at=None)
    rows = Take.objects.filter(shot__campaign__in=ids).order_by()
    counted = rows.values(campaign=F("shot__campaign_id")).annotate(
        **by_state,
        picked=Count("pk", filter=Q(verdict=Verdict.PICKED)),
        rejected=Count("pk", filter=Q(verdict=Verdict.REJECTED)),
        to_judge=Count("pk", filter=undecided),
        attention=Count("pk", filter=~Q(job__attention="")),
    )
    found: dict[int, TakeCounts] = {}
    for row in counted:
        told: dict[str, Any] = {**row}
        campaign = told.pop("campaign")
        found[campaign] = TakeCounts(**told)
    return found


def _money(access: Access, rows: Sequence[Campaign]) -> dict[int, tuple[int, int]]:
    """Held and spent by the campaign's cost centre, its batches' centres included."""
    centres = {row.centre_id for row in rows}
    # Asked for apart: an "or" across the two tables would read the sums of the whole workspace.
    own = CostCentre.objects.filter(pk__in=centres).values("pk")
    batches = CostCentre.objects.filter(parent__in=centres).values("pk")
    below = own.union(batches, all=True)
    sums = DailyRollup.objects.within(access).filter(cost_centre__in=below).order_by()
    found: dict[int, tuple[int, int]] = {}
    for centre, parent, held, released, spent in sums.values_list(
        "cost_centre", "cost_centre__parent"
    ).annotate(Sum("held_micros"), Sum("released_micros"), Sum("spent_micros")):
        whose = centre if centre in centres else parent
        before = found.get(whose, (0, 0))
        found[whose] = (before[0] + held - released, before[1] + spent)
    return found


def _budgets(access: Access, rows: Sequence[Campaign]) -> dict[int, list[BudgetView]]:
    centres = [row.centre_id for row in rows]
    limited = mine(access).filter(kind=BudgetKind.CENTRE, cost_centre__in=centres, active=True)
    found: dict[int, list[BudgetView]] = {}
    for view in views(limited.order_by("-pk")):
        if view.window is not None and view.budget.cost_centre_id is not None:
            found.setdefault(view.budget.cost_centre_id, []).append(view)
    return found
