"""Matching a bill that has one sum a day and model, as Runway's usage report has."""

from collections import defaultdict
from datetime import UTC, date, timedelta

from django.db.models import Case, Q, QuerySet, Sum, When
from django.db.models.functions import TruncDate

from accounts.access import Access
from generation.choices import AttemptState
from generation.models import Grain, LedgerLine, StatementLine
from generation.money.bill_cover import Cover
from generation.money.differences import AccountSide, Difference, Finding
from generation.money.reports_ledger import month_bounds, next_month
from providers.models import ProviderAccount

Key = tuple[date, str]
Sums = defaultdict[Key, int]


def match_days(
    access: Access, account: ProviderAccount, *, month: date, cover: Cover
) -> tuple[AccountSide, list[Difference]]:
    """One account's month by day and model. A clip made before midnight may be booked after:
    two neighbouring days that are off by the same amount either way make one."""
    lines = _lines(access, account, month=month)
    billed: Sums = defaultdict(int)
    for line in lines:
        billed[line.day, line.model] += line.micros
    booked = _booked(access, account, month=month, lines=lines)
    days = sorted(key for key in {*billed, *booked} if cover.until and key[0] < cover.until)
    off = {key: billed[key] - booked[key] for key in days}
    _even_out(off)
    last = {(line.day, line.model): line for line in lines}
    found = [
        _difference(account, key, billed[key], booked[key], last.get(key))
        for key in days
        if off[key]
    ]
    side = AccountSide(
        account_id=account.pk,
        provider=account.provider,
        grain=Grain.DAY,
        billed=sum(billed.values()),
        booked=sum(booked.values()),
        matched=sum(1 for key in days if not off[key]),
        awaited=0,
        uncovered=sum(booked[key] for key in booked if key not in off),
        covered_until=cover.until,
    )
    return side, found


def _lines(access: Access, account: ProviderAccount, *, month: date) -> list[StatementLine]:
    rows = StatementLine.objects.within(access).filter(account=account, grain=Grain.DAY)
    return list(rows.filter(day__gte=month, day__lt=next_month(month)).order_by("pk"))


def _booked(
    access: Access, account: ProviderAccount, *, month: date, lines: list[StatementLine]
) -> Sums:
    """The ledger by day and model; a correction counts for the day that it corrects."""
    mine = LedgerLine.objects.within(access).filter(account=account).exclude(spent_delta=0)
    sums: Sums = defaultdict(int, _costs(mine, month=month))
    by_uid = {line.uid: (line.day, line.model) for line in lines}
    for row in mine.filter(kind="adjust").only("statement_line", "spent_delta"):
        name = (row.statement_line or "").partition("/")[0]
        key = by_uid.get(name) or _absent_key(name, account)
        if key and month <= key[0] < next_month(month):
            sums[key] += row.spent_delta
    return sums


def _costs(mine: QuerySet[LedgerLine], *, month: date) -> dict[Key, int]:
    """The month's costs. What was given up as billed belongs to the day that it was sent."""
    first, until = month_bounds(month)
    lost = Q(attempt__state=AttemptState.LOST_BILLED)
    sent = Q(attempt__submit_started_at__gte=first, attempt__submit_started_at__lt=until)
    booked = Q(created_at__gte=first, created_at__lt=until)
    rows = mine.filter((lost & sent) | (~lost & booked), kind__in=("settle", "charge"))
    counts = Case(When(lost, then="attempt__submit_started_at"), default="created_at")
    by_day = rows.values_list(TruncDate(counts, tzinfo=UTC), "attempt__model")
    return {
        (day, model): micros
        for day, model, micros in by_day.annotate(micros=Sum("spent_delta")).order_by()
    }


def absent_name(account_id: int, *, model: str, day: date) -> str:
    """What stands for a line that the bill does not have."""
    return f"absent:{account_id}:{day.isoformat()}:{model}"


def _absent_key(name: str, account: ProviderAccount) -> Key | None:
    word, _, rest = name.partition(f":{account.pk}:")
    day, _, model = rest.partition(":")
    if word != "absent" or len(day) != 10 or not day[:4].isdigit():
        return None
    try:
        return date.fromisoformat(day), model
    except ValueError:
        return None


def _even_out(off: dict[Key, int]) -> None:
    for day, model in sorted(off):
        following = (day + timedelta(days=1), model)
        if off[day, model] and off[day, model] == -off.get(following, 0):
            off[day, model] = off[following] = 0


def _difference(
    account: ProviderAccount, key: Key, billed: int, booked: int, line: StatementLine | None
) -> Difference:
    day, model = key
    return Difference(
        subject=f"{account.pk}:{day}:{model}:{billed}:{booked}",
        kind=Finding.DAY_DIFFERS if line else Finding.NOT_BILLED,
        account_id=account.pk,
        provider=account.provider,
        day=day,
        billed=billed,
        booked=booked,
        model=model,
        line_id=line.pk if line else None,
    )
