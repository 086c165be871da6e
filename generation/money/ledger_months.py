"""The ledger by month: days that are over are added once, an hour after their end (UTC)."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

from django.db import connection, transaction
from django.db.models import Min

from generation import clock
from generation.models import CentreKind, CostCentre, LedgerLine, LedgerSum, LedgerSummed

# A transaction that began before midnight may commit after it; none takes this long.
QUIET = timedelta(hours=1)
CHUNK_DAYS = 31
KEY = ("workspace_id", "mode", "month", "place_id", "provider", "model", "tier", "person")
KEYS = (*KEY, "api_key")
SUMS = ("held_micros", "spent_micros", "lines")
TABLE = LedgerSum._meta.db_table


def add_days_over() -> int:
    """Add what is over and not summed yet, in every workspace. Returns how many days there were."""
    added = 0
    centres = CostCentre.objects.filter(kind=CentreKind.WORKSPACE).order_by("pk")
    for workspace_id, mode in centres.values_list("workspace_id", "mode"):
        added += _catch_up(workspace_id, mode)
    return added


def sum_anew() -> int:
    """Forget all sums and make them again. Returns how many days were summed."""
    with transaction.atomic():
        LedgerSum.objects.all().delete()
        LedgerSummed.objects.all().delete()
    return add_days_over()


def differences() -> Iterator[str]:
    """A sentence for each sum that is not what the lines come to; none when all is well."""
    for summed in LedgerSummed.objects.order_by("pk"):
        minus = ", ".join((*KEYS, *(f"-{name} AS {name}" for name in SUMS)))
        off = " OR ".join(f"SUM({name}) <> 0" for name in SUMS)
        whose = (summed.workspace_id, summed.mode)
        with connection.cursor() as cursor:
            cursor.execute(
                f"SELECT {', '.join(KEYS)} FROM ("  # noqa: S608 - constants of this file
                f"SELECT {', '.join((*KEYS, *SUMS))} FROM {TABLE}"
                f" WHERE workspace_id = %s AND mode = %s UNION ALL "
                f"SELECT {minus} FROM ({_from_lines()}) made) both_sides "
                f"GROUP BY {', '.join(KEYS)} HAVING {off} ORDER BY month",
                (*whose, *whose, *_bounds(date(2000, 1, 1), summed.through)),
            )
            for row in cursor.fetchall():
                yield f"{str(row[2])[:7]} {row[4]} {row[5]} of workspace {row[0]}"


def _catch_up(workspace_id: int, mode: str) -> int:
    last = (clock.now() - QUIET).astimezone(UTC).date() - timedelta(days=1)
    kept = {"workspace_id": workspace_id, "mode": mode}
    through = LedgerSummed.objects.filter(**kept).values_list("through", flat=True).first()
    if through is not None and through >= last:
        return 0
    first = through + timedelta(days=1) if through else _first_day(workspace_id, mode) or last
    days = 0
    while first <= last:
        end = min(first + timedelta(days=CHUNK_DAYS - 1), last)
        days += _add(workspace_id, mode, first=first, last=end)
        first = end + timedelta(days=1)
    return days


def _first_day(workspace_id: int, mode: str) -> date | None:
    lines = LedgerLine.objects.filter(workspace_id=workspace_id, mode=mode)
    at = lines.aggregate(at=Min("created_at"))["at"]
    return at.astimezone(UTC).date() if at else None


def _add(workspace_id: int, mode: str, *, first: date, last: date) -> int:
    """Add these days and move on to `last`, unless somebody else has."""
    grown = ", ".join(f"{name} = kept.{name} + excluded.{name}" for name in SUMS)
    names = ", ".join((*KEYS, *SUMS))
    day_before = first - timedelta(days=1)
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL statement_timeout = '10min'")
        row, _ = LedgerSummed.objects.get_or_create(
            workspace_id=workspace_id, mode=mode, defaults={"through": day_before}
        )
        row = LedgerSummed.objects.select_for_update().get(pk=row.pk)
        if row.through != day_before:
            return 0
        cursor.execute(
            f"INSERT INTO {TABLE} AS kept ({names}) "  # noqa: S608 - constants of this file
            f"SELECT {names} FROM ({_from_lines()}) made WHERE true "
            f"ON CONFLICT ({', '.join(KEYS)}) DO UPDATE SET {grown}",
            (workspace_id, mode, *_bounds(first, last)),
        )
        row.through = last
        row.save(update_fields=["through"])
    return (last - first).days + 1


def _bounds(first: date, last: date) -> tuple[str | datetime | None, ...]:
    adapt = connection.ops.adapt_datetimefield_value
    until = last + timedelta(days=1)
    return tuple(adapt(datetime.combine(day, time(), tzinfo=UTC)) for day in (first, until))


def _from_lines() -> str:
    """The same sums out of the lines of one workspace and mode between two moments."""
    month = (
        "CAST(date_trunc('month', l.created_at AT TIME ZONE 'UTC') AS date)"
        if connection.vendor == "postgresql"
        else "substr(l.created_at, 1, 7) || '-01'"
    )
    return f"""
    SELECT l.workspace_id, l.mode, {month} AS month,
        CASE WHEN c.kind = 'batch' THEN COALESCE(c.parent_id, c.id) ELSE c.id END AS place_id,
        a.provider, a.model, j.tier, COALESCE(j.created_by_id, 0) AS person,
        COALESCE(j.api_key_id, 0) AS api_key, SUM(l.held_delta) AS held_micros,
        SUM(l.spent_delta) AS spent_micros, COUNT(*) AS lines
    FROM generation_ledgerline l JOIN generation_attempt a ON a.id = l.attempt_id
    JOIN generation_job j ON j.id = l.job_id
    JOIN generation_costcentre c ON c.id = l.cost_centre_id
    WHERE l.workspace_id = %s AND l.mode = %s AND l.created_at >= %s AND l.created_at < %s
    GROUP BY 1, 2, 3, 4, 5, 6, 7, 8, 9
    """  # noqa: S608 - constants of this file
