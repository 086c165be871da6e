"""Which budgets a purchase would draw on, and what each has left before and after. Reads only."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q

from accounts.access import Access
from generation.models import Budget, BudgetKind, CentreKind, CostCentre
from generation.money.budget_views import BudgetView, mine, views


@dataclass(frozen=True, kw_only=True)
class Draw:
    """What a purchase takes in micro-dollars, likely and at most, in all and by provider.

    `likely` and `worst` name every provider that may be asked; a fallback's likely is missing.
    """

    likely_micros: int
    worst_micros: int
    likely: Mapping[str, int]
    worst: Mapping[str, int]


@dataclass(frozen=True, kw_only=True)
class Hit:
    """One running budget under a purchase, in micro-dollars. `uid` is the budget's."""

    uid: str
    name: str
    hard: bool
    left_micros: int
    likely_micros: int
    worst_micros: int

    @property
    def after_micros(self) -> int:
        return self.left_micros - self.likely_micros

    @property
    def short_micros(self) -> int:
        """What is missing for the first choice; 0 where it is enough."""
        return max(0, -self.after_micros)

    @property
    def refuses(self) -> bool:
        return self.hard and self.likely_micros > 0 and self.short_micros > 0

    @property
    def tight(self) -> bool:
        """Enough for the first choice, and refused to the dearest that may step in."""
        return self.hard and not self.short_micros and self.worst_micros > self.left_micros


def hits(access: Access, centre: CostCentre | None, draw: Draw) -> list[Hit]:
    """Every running budget that the purchase falls under, those that refuse it in front, then
    the one with least left after it. `centre` is None for the workspace itself. Two queries.

    Nobody who may not see budgets is told of any.
    """
    if not access.may("budgets:read"):
        return []
    running = [view for view in views(_applying(access, centre, draw)) if view.window is not None]
    found = [_hit(view, draw) for view in running]
    return sorted(found, key=lambda hit: (not hit.refuses, hit.after_micros))


def _applying(access: Access, centre: CostCentre | None, draw: Draw) -> list[Budget]:
    root = Q(cost_centre__kind=CentreKind.WORKSPACE)
    above = root | Q(cost_centre_id__in=centre.lineage() if centre else [])
    target = Q(kind=BudgetKind.WORKSPACE) | (Q(kind=BudgetKind.CENTRE) & above)
    target |= Q(kind=BudgetKind.PROVIDER, provider__in=list(draw.worst))
    return list(mine(access).filter(target, active=True).order_by("pk"))


def _hit(view: BudgetView, draw: Draw) -> Hit:
    budget = view.budget
    one = budget.provider if budget.kind == BudgetKind.PROVIDER else ""
    return Hit(
        uid=budget.uid,
        name=budget.name,
        hard=budget.hard,
        left_micros=view.left_micros,
        likely_micros=draw.likely.get(one, 0) if one else draw.likely_micros,
        worst_micros=draw.worst.get(one, 0) if one else draw.worst_micros,
    )
