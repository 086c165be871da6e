"""What was billed and what was booked for each task of a month, added up by the database."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime

from django.db import connection

from accounts.access import Access
from generation.money.reports_ledger import month_bounds, next_month
from providers.models import ProviderAccount

# Every task with a line or a booking in the month, and what all months say about it: looked up
# task by task in an index, since joins make the planner sort all that was ever booked. SQLite
# takes an index with a condition only where the condition stands here in the index's own words.
TASK_SUMS = """
WITH wanted AS (
    SELECT task_id FROM generation_statementline
    WHERE workspace_id = %(workspace)s AND mode = %(mode)s AND account_id = %(account)s
    AND grain = 'task' AND day >= %(first_day)s AND day < %(until_day)s
    UNION
    SELECT task_id FROM generation_ledgerline
    WHERE workspace_id = %(workspace)s AND mode = %(mode)s AND account_id = %(account)s
    AND NOT (task_id = '') AND created_at >= %(first)s AND created_at < %(until)s
    AND (spent_delta <> 0 OR kind IN ('settle', 'charge'))
), sums AS (
    SELECT w.task_id, (
        SELECT SUM(s.micros) FROM generation_statementline s
        WHERE s.account_id = %(account)s AND s.task_id = w.task_id AND s.grain = 'task'
        AND s.workspace_id = %(workspace)s AND s.mode = %(mode)s
    ) AS billed, (
        SELECT SUM(l.spent_delta) FROM generation_ledgerline l
        WHERE l.account_id = %(account)s AND l.task_id = w.task_id AND NOT (l.task_id = '')
        AND l.workspace_id = %(workspace)s AND l.mode = %(mode)s
        AND (l.spent_delta <> 0 OR l.kind IN ('settle', 'charge'))
    ) AS booked FROM wanted w
)
SELECT '', COUNT(*), SUM(billed), SUM(booked), NULL FROM sums WHERE billed = booked
UNION ALL
SELECT task_id, 1, billed, booked, CASE WHEN billed IS NULL THEN (
    SELECT MIN(l.created_at) FROM generation_ledgerline l
    WHERE l.account_id = %(account)s AND l.task_id = sums.task_id AND NOT (l.task_id = '')
    AND l.workspace_id = %(workspace)s AND l.mode = %(mode)s
    AND (l.spent_delta <> 0 OR l.kind IN ('settle', 'charge'))
) END FROM sums WHERE billed IS NULL OR booked IS NULL OR billed <> booked
"""


@dataclass(frozen=True, kw_only=True)
class TaskSum:
    """What was billed and booked for one task; for all even ones together without `task_id`.
    `unbilled_since` is the first booking of a task that no bill names, else None."""

    task_id: str
    tasks: int
    billed: int
    booked: int
    unbilled_since: datetime | None


def task_sums(access: Access, account: ProviderAccount, *, month: date) -> Iterator[TaskSum]:
    """All tasks with a line or a booking in the month, with their sums of all months: the even
    ones in one row, each of the others in its own. One statement."""
    first, until = (connection.ops.adapt_datetimefield_value(at) for at in month_bounds(month))
    values: dict[str, int | str | date | None] = {
        "workspace": access.workspace_id,
        "mode": access.mode,
        "account": account.pk,
        "first": first,
        "until": until,
        "first_day": month,
        "until_day": next_month(month),
    }
    with connection.cursor() as cursor:
        cursor.execute(TASK_SUMS, values)
        for task_id, tasks, billed, booked, at in cursor:
            yield TaskSum(
                task_id=task_id,
                tasks=tasks,
                billed=int(billed or 0),
                booked=int(booked or 0),
                unbilled_since=_moment(at),
            )


def _moment(at: datetime | str | None) -> datetime | None:
    """SQLite has its moments as text, in UTC."""
    return datetime.fromisoformat(at).replace(tzinfo=UTC) if isinstance(at, str) else at
