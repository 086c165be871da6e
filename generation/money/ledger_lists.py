"""The ledger's lines in order: a page of the newest, or all of them for a file."""

from collections.abc import Iterator

from django.db.models import Max, Q, QuerySet

from accounts.access import Access
from generation.models import LedgerLine
from generation.models.job import long_columns
from generation.money.reports_ledger import LineFilter, lines_of

# Who downloads sees the first rows at once.
FIRST_CHUNK, CHUNK = 100, 2000
# By so many ids at most a line may stand in front of one that is older than itself.
AT_ONCE = 20_000


def newest_first(access: Access, chosen: LineFilter) -> QuerySet[LedgerLine]:
    """The lines that fit with everything that a page of them tells."""
    lines = told(lines_of(access, chosen)).defer("attempt__leg", *long_columns("job__"))
    return _near_their_days(access, lines, chosen).order_by("-pk")


def _near_their_days(
    access: Access, lines: QuerySet[LedgerLine], chosen: LineFilter
) -> QuerySet[LedgerLine]:
    """By descending id the database would walk past all that is newer than a month gone by. Ids
    grow with time, but for writers at work at once, so it begins a little above the days."""
    by_time = LedgerLine.objects.within(access).order_by("created_at").values_list("pk", flat=True)
    if chosen.before:
        last = by_time.filter(created_at__lt=chosen.before).last()
        lines = lines.filter(pk__lte=(last or 0) + AT_ONCE)
    if chosen.after:
        first = by_time.filter(created_at__gte=chosen.after).first()
        lines = lines.filter(pk__gte=(first or AT_ONCE) - AT_ONCE)
    return lines


def told(lines: QuerySet[LedgerLine]) -> QuerySet[LedgerLine]:
    """With everything that a line's row tells, in the same query."""
    joined = lines.select_related(
        "job__created_by", "job__api_key", "attempt", "account", "cost_centre__parent"
    )
    return joined.defer(*long_columns("job__"))


def in_order(lines: QuerySet[LedgerLine]) -> Iterator[LedgerLine]:
    """All lines, oldest first, in short queries: no cursor stays open however long it takes.

    In the order of their moments, which an index has: by their ids alone, the database would first
    look for the lowest one among all that fit. What is written meanwhile is left out.
    """
    newest = LedgerLine.objects.aggregate(pk=Max("pk"))["pk"]
    if newest is None:
        return
    rows = told(lines.filter(pk__lte=newest)).order_by("created_at", "pk")
    rest, size = rows, FIRST_CHUNK
    while True:
        chunk = list(rest[:size])
        yield from chunk
        if len(chunk) < size:
            return
        at, pk = chunk[-1].created_at, chunk[-1].pk
        rest = rows.filter(Q(created_at__gt=at) | Q(created_at=at, pk__gt=pk), created_at__gte=at)
        size = CHUNK
