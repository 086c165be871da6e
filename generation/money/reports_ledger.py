"""The ledger's lines as people look for them: filtered, and summed."""

from dataclasses import dataclass, fields, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Max, Min, Q, QuerySet, Sum

from accounts.access import Access
from accounts.models import ApiKey, User
from generation.models import (
    CentreKind,
    CostCentre,
    DailyRollup,
    LedgerLine,
    LedgerSum,
    LedgerSummed,
)


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
        lines = lines.filter(job__api_key__in=_keys(access, chosen.api_key))
    if chosen.centre:
        lines = lines.filter(_below(access, chosen.centre))
    return _on_their_days(access, lines, chosen)


def _on_their_days(
    access: Access, lines: QuerySet[LedgerLine], chosen: LineFilter
) -> QuerySet[LedgerLine]:
    """The same lines, looked for only on the days between which the sums have any: what is rare
    or long ago is not searched for among millions."""
    named = (chosen.provider, chosen.model, chosen.tier, chosen.person, chosen.centre)
    if chosen.api_key or not any(named):
        return lines
    days = _days_with_lines(access, chosen)
    if days is None:
        return lines.none()
    return lines.filter(
        created_at__gte=_midnight(days[0]), created_at__lt=_midnight(days[1] + timedelta(days=1))
    )


def _days_with_lines(access: Access, chosen: LineFilter) -> tuple[date, date] | None:
    """The first and the last day that the daily sums have for it; None for none. The months say
    which days are worth a look."""
    through = _summed_through(access)
    if through is None or not _in_months(access, chosen):
        return _ends(_rollups_of(access, chosen))
    since = _ends(_rollups_of(access, chosen).filter(day__gt=through))
    months = _months_of(access, chosen).aggregate(first=Min("month"), last=Max("month"))
    if months["first"] is None:
        return since
    early = _ends(_month_of_rollups(access, chosen, months["first"]))
    one = months["first"] == months["last"]
    late = since or (early if one else _ends(_month_of_rollups(access, chosen, months["last"])))
    # Where the daily sums are not there, the months alone tell.
    first = early[0] if early else months["first"]
    last = late[1] if late else next_month(months["last"]) - timedelta(days=1)
    return first, last


def _month_of_rollups(access: Access, chosen: LineFilter, month: date) -> QuerySet[DailyRollup]:
    rows = _rollups_of(access, chosen)
    return rows.filter(day__gte=month, day__lt=next_month(month))


def _ends(rows: QuerySet[DailyRollup]) -> tuple[date, date] | None:
    days = rows.aggregate(first=Min("day"), last=Max("day"))
    return None if days["first"] is None else (days["first"], days["last"])


def _keys(access: Access, name: str) -> list[int]:
    named = ApiKey.objects.within(access).filter(Q(key_id=name) | Q(name=name))
    return list(named.values_list("pk", flat=True))


def _people(name: str) -> list[int]:
    return list(User.objects.filter(username=name).values_list("pk", flat=True))


def sums_of(access: Access, chosen: LineFilter) -> LineSums:
    """Out of the sums by month and by day where they can tell, else out of the lines."""
    through = _summed_through(access)
    while through is not None and _in_months(access, chosen):
        found = _months_of(access, chosen).aggregate(
            held=Sum("held_micros", default=0),
            spent=Sum("spent_micros", default=0),
            lines=Sum("lines", default=0),
        )
        known, through = through, _summed_through(access)
        # Another day may have been added in between, and would count twice.
        if known == through:
            return _with_days_since(access, chosen, LineSums(**found), through=known)
    return _sums_by_day(access, chosen)


def _with_days_since(
    access: Access, chosen: LineFilter, sums: LineSums, *, through: date
) -> LineSums:
    starts = _midnight(through + timedelta(days=1))
    after = max(starts, chosen.after) if chosen.after else starts
    if chosen.before and chosen.before <= after:
        return sums
    since = _sums_by_day(access, replace(chosen, after=after))
    return LineSums(
        held=sums.held + since.held, spent=sums.spent + since.spent, lines=sums.lines + since.lines
    )


def _sums_by_day(access: Access, chosen: LineFilter) -> LineSums:
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


def _in_months(access: Access, chosen: LineFilter) -> bool:
    bounds = [at.astimezone(UTC) for at in (chosen.after, chosen.before) if at is not None]
    whole = all(at.day == 1 and at.time() == time() for at in bounds)
    if not whole or chosen.job or chosen.kind:
        return False
    named = _named_centres(access, chosen.centre).filter(kind=CentreKind.BATCH)
    return not (chosen.centre and named.exists())


def _summed_through(access: Access) -> date | None:
    return LedgerSummed.objects.within(access).values_list("through", flat=True).first()


def _months_of(access: Access, chosen: LineFilter) -> QuerySet[LedgerSum]:
    wanted = {
        "provider": chosen.provider,
        "model": chosen.model,
        "tier": chosen.tier,
        "month__gte": chosen.after and chosen.after.astimezone(UTC).date(),
        "month__lt": chosen.before and chosen.before.astimezone(UTC).date(),
    }
    rows = LedgerSum.objects.within(access)
    rows = rows.filter(**{name: value for name, value in wanted.items() if value})
    if chosen.person:
        rows = rows.filter(person__in=_people(chosen.person))
    if chosen.api_key:
        rows = rows.filter(api_key__in=_keys(access, chosen.api_key))
    return rows.filter(_below(access, chosen.centre, "place")) if chosen.centre else rows


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


def _below(access: Access, name: str, column: str = "cost_centre") -> Q:
    """Everything at or below the centres of that id or name; nothing where there is none."""
    paths = list(_named_centres(access, name).values_list("path", flat=True))
    fits = Q(pk__in=[])
    for path in paths:
        fits |= Q(**{f"{column}__path__startswith": path})
    return fits


def _named_centres(access: Access, name: str) -> QuerySet[CostCentre]:
    return CostCentre.objects.within(access).filter(Q(uid=name) | Q(name=name))


def _day_after(moment: datetime) -> date:
    """The first day that lies wholly at or after the moment, UTC."""
    day = moment.astimezone(UTC).date()
    return day if moment == _midnight(day) else day + timedelta(days=1)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), tzinfo=UTC)
