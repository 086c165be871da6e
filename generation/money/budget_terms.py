"""Making a budget and changing it: who, why, what before and what after, in the audit trail.

A change holds for the running period from now on. Periods that are over keep their limit.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from accounts.models import ApiKey, Workspace
from generation.asks import Refused
from generation.models import Budget, BudgetKind, BudgetPeriod, CostCentre, PeriodKind
from generation.models.budget import usual_shares
from generation.money import alerts, periods, shares
from providers.catalogue_file import PROVIDERS

MOST_MICROS = 1_000_000_000 * 1_000_000
MOST_SHARES = 10
LONGEST_NAME = 120
LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class BudgetAsk:
    """A budget that somebody wants. `target` is the id of the client, campaign, batch or API
    key, or the provider's name; a budget of the workspace has none."""

    name: str
    kind: str
    limit_micros: int
    target: str = ""
    period: str = PeriodKind.MONTHLY
    starts_on: date | None = None
    ends_on: date | None = None
    hard: bool = True
    alert_shares: list[int] = field(default_factory=usual_shares)
    reason: str = ""


def create(access: Access, ask: BudgetAsk) -> Budget:
    """The budget with its running period, if that has begun. Raises Refused."""
    workspace = Workspace.objects.get(pk=access.workspace_id)
    today = periods.today_in(periods.zone_named(workspace.time_zone))
    budget = Budget(
        workspace=workspace,
        mode=access.mode,
        name=_name(ask.name),
        kind=ask.kind,
        period=ask.period,
        hard=ask.hard,
        limit_micros=_limit(ask.limit_micros),
        alert_shares=_shares(ask.alert_shares),
        created_by_id=access.user_id,
        **_days(ask, today=today),
        **_target(access, ask),
    )
    with transaction.atomic():
        budget.save(force_insert=True)
        periods.ensure([budget.pk])
        record(access, "budget.create", _subject(budget), _reason(ask.reason), after=told(budget))
    return budget


def change(access: Access, budget: Budget, *, changes: Mapping[str, Any], reason: str) -> Budget:
    """Change name, limit_micros, hard, alert_shares or active. Raises Refused.

    Nothing is written where nothing differs.
    """
    checked = {name: _CHECKS[name](value) for name, value in changes.items()}
    with transaction.atomic():
        # The lock orders this change against a month that is just being begun.
        locked = Budget.objects.select_for_update(of=("self",), no_key=True)
        locked = locked.select_related("workspace")
        budget = locked.get(pk=budget.pk)
        before = told(budget)
        for name, value in checked.items():
            setattr(budget, name, value)
        after = told(budget)
        if after == before:
            return budget
        if not reason.strip():
            raise Refused("Say why, for the history of this budget.", field="reason")
        budget.save(update_fields=list(checked))
        _carry_over(budget, limit_before=before["limit_micros"])
        record(
            access, "budget.change", _subject(budget), _reason(reason), before=before, after=after
        )
    return budget


def told(budget: Budget) -> dict[str, Any]:
    """The terms as the audit trail keeps them."""
    return {
        "name": budget.name,
        "limit_micros": budget.limit_micros,
        "hard": budget.hard,
        "alert_shares": list(budget.alert_shares),
        "active": budget.active,
    }


def _subject(budget: Budget) -> str:
    return f"budget:{budget.uid}"


def _carry_over(budget: Budget, *, limit_before: int) -> None:
    """The new terms hold in the running period; what was approved on top of its limit stays where
    the limit itself is not touched. A limit that comes down past what is used
    crosses the lines in between; one that goes up crosses none."""
    for period_id in periods.ensure([budget.pk]).values():
        period = BudgetPeriod.objects.select_for_update(no_key=True).get(pk=period_id)
        old = period.limit_micros
        if budget.limit_micros != limit_before:
            period.limit_micros = budget.limit_micros
        period.hard = budget.hard
        period.save(update_fields=["limit_micros", "hard"])
        period.budget = budget
        used = period.used_micros
        behind = [s for s in budget.alert_shares if shares.line_of(s, limit=old) <= used]
        above = max((shares.line_of(s, limit=period.limit_micros) for s in behind), default=0)
        alerts.write(period, above=min(above, used))


def _name(name: str) -> str:
    words = " ".join(name.split())
    if not 1 <= len(words) <= LONGEST_NAME:
        raise Refused(f"Give it a name of 1 to {LONGEST_NAME} characters.", field="name")
    return words


def _limit(micros: int) -> int:
    if not 0 <= micros <= MOST_MICROS:
        raise Refused("Send a limit from $0 to $1,000,000,000.", field="limit")
    return micros


def _shares(chosen: list[int]) -> list[int]:
    if len(chosen) > MOST_SHARES or not all(1 <= share <= 1000 for share in chosen):
        raise Refused(
            f"Send up to {MOST_SHARES} whole percentages from 1 to 1000, such as [50, 80, 100].",
            field="alert_shares",
        )
    return sorted(set(chosen))


def _reason(text: str) -> str:
    if len(text) > LONGEST_REASON:
        raise Refused(f"Keep the reason under {LONGEST_REASON + 1} characters.", field="reason")
    return text.strip()


def _days(ask: BudgetAsk, *, today: date) -> dict[str, date | None]:
    """The first and last day. Only a custom period names its own."""
    if ask.period != PeriodKind.CUSTOM:
        for name in ("starts_on", "ends_on"):
            if getattr(ask, name) is not None:
                raise Refused("Only a custom period has days of its own.", field=name)
        return {"starts_on": today, "ends_on": None}
    if ask.starts_on is None or ask.ends_on is None:
        missing = "starts_on" if ask.starts_on is None else "ends_on"
        raise Refused("A custom period needs its first and its last day.", field=missing)
    if ask.ends_on < ask.starts_on:
        raise Refused("The last day lies before the first one.", field="ends_on")
    if ask.ends_on < today:
        raise Refused("The last day is over already.", field="ends_on")
    return {"starts_on": ask.starts_on, "ends_on": ask.ends_on}


def _target(access: Access, ask: BudgetAsk) -> dict[str, Any]:
    """The one column that says what is limited. Another workspace's thing is not there."""
    match ask.kind:
        case BudgetKind.WORKSPACE:
            if ask.target:
                raise Refused("A budget of the workspace takes no target.", field="target")
            return {}
        case BudgetKind.CENTRE:
            centre = CostCentre.objects.within(access).filter(uid=ask.target).first()
            if centre is None:
                raise Refused("Send the id of a client, campaign or batch.", field="target")
            return {"cost_centre": centre}
        case BudgetKind.API_KEY:
            key = ApiKey.objects.within(access).filter(key_id=ask.target).first()
            if key is None:
                raise Refused("Send the id of an API key of this mode.", field="target")
            return {"api_key": key}
        case BudgetKind.PROVIDER if ask.target in PROVIDERS:
            return {"provider": ask.target}
    raise Refused(f"Choose one of {', '.join(PROVIDERS)}.", field="target")


_CHECKS: dict[str, Callable[[Any], Any]] = {
    "name": _name,
    "limit_micros": _limit,
    "alert_shares": _shares,
    "hard": bool,
    "active": bool,
}
