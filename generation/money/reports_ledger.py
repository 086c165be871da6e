"""The ledger's lines as people look for them: filtered, summed, and in order for an export."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Max, Min, Q, QuerySet, Sum

from accounts.access import Access
from accounts.models import ApiKey, User
from generation.models import CostCentre, DailyRollup, LedgerLine

CHUNK = 2000


@dataclass(frozen=True, kw_only=True)
class LineFilter:
    """Empty values let everything through. `centre` is the id or the exact name of a client,
    campaign or batch and takes in all that lies below it; `person` is a user name, `api_key`
    a key's id or name; times are UTC, `after` included and `before` not."""

    centre: str = ""
    provider: str = ""
    tier: str = ""
    model: str = ""
    job: str = ""
    kind: str = ""
    person: str = ""
    api_key: str = ""
    after: datetime | None = None
    before: datetime | None = None

    @property
    def any(self) -> bool:
        return any(getattr(self, field.name) for field in fields(self))


@dataclass(frozen=True, kw_only=True)
class LineSums:
    """Micro-dollars: what is still held, and what was spent, of the lines that fit."""

    held: int
    spent: int
    lines: int


def month_bounds(month: date) -> tuple[datetime, datetime]:
    """The first moment of a month and of the next one, UTC."""
    return _midnight(month.replace(day=1)), _midnight(next_month(month))


def next_month(month: date) -> date:
    return (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def lines_of(access: Access, chosen: LineFilter) -> QuerySet[LedgerLine]:
    """The lines of this workspace and mode that fit, unordered."""
    wanted = {
        # An account is one provider's, and stands in the line itself.
        "account__provider": chosen.provider,
        "attempt__model": chosen.model,
        "job__tier": chosen.tier,
        "job__uid": chosen.job,
        "kind": chosen.kind,
        "created_at__gte": chosen.after,
        "created_at__lt": chosen.before,
    }
    lines = LedgerLine.objects.within(access)
    lines = lines.filter(**{name: value for name, value in wanted.items() if value})
    if chosen.person:
        lines = lines.filter(job__created_by__in=_people(chosen.person))
    if chosen.api_key:
        named = Q(key_id=chosen.api_key) | Q(name=chosen.api_key)
        keys = list(ApiKey.objects.within(access).filter(named).values_list("pk", flat=True))
        lines = lines.filter(job__api_key__in=keys)
    if chosen.centre:
        lines = lines.filter(_below(access, chosen.centre))
    return _on_their_days(access, lines, chosen)


def _on_their_days(
    access: Access, lines: QuerySet[LedgerLine], chosen: LineFilter
) -> QuerySet[LedgerLine]:
    """The same lines, looked for only on the days between which the daily sums have any: what is
    rare or long ago is not searched for among millions."""
    if not (chosen.provider or chosen.model or chosen.tier or chosen.person or chosen.centre):
        return lines
    days = _rollups_of(access, chosen).aggregate(first=Min("day"), last=Max("day"))
    if days["first"] is None:
        return lines.none()
    return lines.filter(
        created_at__gte=_midnight(days["first"]),
        created_at__lt=_midnight(days["last"] + timedelta(days=1)),
    )


def _people(name: str) -> list[int]:
    return list(User.objects.filter(username=name).values_list("pk", flat=True))


def told(lines: QuerySet[LedgerLine]) -> QuerySet[LedgerLine]:
    """With everything that a line's row tells, in the same query."""
    return lines.select_related(
        "job__created_by", "job__api_key", "attempt", "account", "cost_centre__parent"
    )


def in_order(lines: QuerySet[LedgerLine]) -> Iterator[LedgerLine]:
    """All lines, oldest first, in short queries: no cursor stays open however long it takes."""
    ends = lines.aggregate(first=Min("pk"), last=Max("pk"))
    if ends["first"] is None:
        return
    lines = lines.filter(pk__lte=ends["last"])
    last = ends["first"] - 1
    while True:
        chunk = list(told(lines).filter(pk__gt=last).order_by("pk")[:CHUNK])
        yield from chunk
        if len(chunk) < CHUNK:
            return
        last = chunk[-1].pk


def sums_of(access: Access, chosen: LineFilter) -> LineSums:
    """Out of the daily sums where they can tell, else out of the lines themselves."""
    if _in_days(chosen):
        found = _rollups_of(access, chosen).aggregate(
            taken=Sum("held_micros", default=0),
            back=Sum("released_micros", default=0),
            spent=Sum("spent_micros", default=0),
            count=Sum("lines", default=0),
        )
        held = found["taken"] - found["back"]
        return LineSums(held=held, spent=found["spent"], lines=found["count"])
    lines = lines_of(access, chosen)
    found = lines.aggregate(held=Sum("held_delta", default=0), spent=Sum("spent_delta", default=0))
    return LineSums(held=found["held"], spent=found["spent"], lines=lines.count())


def _in_days(chosen: LineFilter) -> bool:
    whole = all(at is None or at.time() == time() for at in (chosen.after, chosen.before))
    return whole and not (chosen.job or chosen.kind or chosen.api_key)


def _rollups_of(access: Access, chosen: LineFilter) -> QuerySet[DailyRollup]:
    wanted = {
        "provider": chosen.provider,
        "model": chosen.model,
        "tier": chosen.tier,
        "day__gte": chosen.after and chosen.after.astimezone(UTC).date(),
        "day__lt": chosen.before and _day_after(chosen.before),
    }
    rows = DailyRollup.objects.within(access)
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if chosen.person:
        rows = rows.filter(person__in=_people(chosen.person))
    return rows.filter(_below(access, chosen.centre)) if chosen.centre else rows


def _below(access: Access, name: str) -> Q:
    """Everything at or below the centres of that id or name; nothing where there is none."""
    centres = CostCentre.objects.within(access).filter(Q(uid=name) | Q(name=name))
    paths = list(centres.values_list("path", flat=True))
    fits = Q(pk__in=[])
    for path in paths:
        fits |= Q(cost_centre__path__startswith=path)
    return fits


def _day_after(moment: datetime) -> date:
    """The first day that lies wholly at or after the moment, UTC."""
    day = moment.astimezone(UTC).date()
    return day if moment == _midnight(day) else day + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
