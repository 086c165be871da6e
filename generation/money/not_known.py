"""What a client's costs leave open, each with its amount: never as nothing."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date

from django.db.models import Count, Sum

from accounts.access import Access
from generation.choices import AttemptState
from generation.models import Attempt, PeriodClose, Statement
from generation.money.funnel import Funnel
from generation.money.insight import Scope
from generation.wording import provider_name
from providers.micros import dollars


@dataclass(frozen=True, kw_only=True)
class NotKnown:
    """`kind` is `held` (a hold whose outcome nobody knows), `given_up` (booked without an
    outcome), `unbilled` or `open` (a month that a bill may still change, `month` its first)."""

    kind: str
    micros: int
    words: str
    month: date | None = None


def not_known(scope: Scope, passed: Funnel) -> tuple[NotKnown, ...]:
    """Of a scope with a client. A fixed number of queries."""
    return (*_held(scope), *_given_up(passed), *_months(scope))


def _held(scope: Scope) -> list[NotKnown]:
    """Requests that were sent by the end of the days and never answered."""
    assert scope.client is not None  # noqa: S101
    rows = Attempt.objects.within(scope.access).filter(
        state=AttemptState.UNKNOWN,
        submit_started_at__lt=scope.span.ends,
        job__cost_centre__path__startswith=scope.client.path,
    )
    found = rows.aggregate(count=Count("pk"), micros=Sum("max_micros", default=0))
    count = found["count"]
    if not count:
        return []
    what = "an unknown outcome" if count == 1 else f"{count} unknown outcomes"
    micros = int(found["micros"])
    return [NotKnown(kind="held", micros=micros, words=f"{dollars(micros)} held for {what}")]


def _given_up(passed: Funnel) -> list[NotKnown]:
    fate = next(one for one in passed.fates if one.name == "unknown")
    if not fate.micros:
        return []
    clips = "a clip" if fate.jobs == 1 else f"{fate.jobs} clips"
    words = f"{dollars(fate.micros)} booked for {clips} whose outcome nobody knows"
    return [NotKnown(kind="given_up", micros=fate.micros, words=words)]


def _months(scope: Scope) -> list[NotKnown]:
    """Months that are not closed: what no bill covers yet, and what one does.

    Bills go by UTC days and these sums by the workspace's own, so a cost of the first or last
    hours of a month may be told with the other one.
    """
    spent = scope.daily("provider")
    if not spent:
        return []
    closes = PeriodClose.objects.within(scope.access)
    closed = set(closes.filter(month__gte=min(_months_in(spent))).values_list("month", flat=True))
    bills = _bills(scope.access, since=scope.span.first)
    waiting: defaultdict[date, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    billed: defaultdict[date, int] = defaultdict(int)
    for (provider, day), micros in spent.items():
        month = day.replace(day=1)
        if month in closed:
            continue
        if any(first <= day < until for first, until in bills[provider]):
            billed[month] += micros
        else:
            waiting[month][provider] += micros
    told = [_unbilled(month, amounts) for month, amounts in waiting.items()]
    told += [_open(month, micros) for month, micros in billed.items()]
    return sorted(told, key=lambda one: (one.month or date.min, one.kind))


def _months_in(spent: Mapping[tuple[str, date], int]) -> set[date]:
    return {day.replace(day=1) for _, day in spent}


def _bills(access: Access, *, since: date) -> defaultdict[str, list[tuple[date, date]]]:
    """By provider the days that its bills cover, the last one left out. A bill knows nothing of
    the day on which it was taken in, nor of later ones."""
    found: defaultdict[str, list[tuple[date, date]]] = defaultdict(list)
    rows = Statement.objects.within(access).filter(ends_on__gt=since).order_by("pk")
    columns = ("account__provider", "starts_on", "ends_on", "imported_at")
    for provider, first, until, at in rows.values_list(*columns):
        found[provider].append((first, min(until, at.astimezone(UTC).date())))
    return found


def _unbilled(month: date, amounts: Mapping[str, int]) -> NotKnown:
    parts = [(provider_name(name), micros) for name, micros in sorted(amounts.items())]
    total = sum(micros for _, micros in parts)
    if len(parts) == 1:
        whose = f"{parts[0][0]}’s bill: {dollars(total)}"
    else:
        named = [f"{name} ({dollars(micros)})" for name, micros in parts]
        whose = f"the bills of {', '.join(named[:-1])} and {named[-1]}"
    words = f"{month:%B %Y} not yet matched with {whose}"
    return NotKnown(kind="unbilled", micros=total, words=words, month=month)


def _open(month: date, micros: int) -> NotKnown:
    words = f"{month:%B %Y} is on the bills but not closed: {dollars(micros)} can still change"
    return NotKnown(kind="open", micros=micros, words=words, month=month)
