"""What must always hold between jobs, attempts, ledger and budgets: A1 to A14.

Each is one query over the tables themselves, independent of the code that writes them, and
gives a row for each breach. They run unchanged on PostgreSQL and SQLite.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta

from django.db import connection

from generation import clock

LIVE = "('planned','submitting','unknown','accepted')"
RESOLVED = "('release','settle')"


@dataclass(frozen=True, kw_only=True)
class Invariant:
    """`sql` selects the id of each offender; `says` tells what is wrong with it."""

    name: str
    says: str
    sql: str


@dataclass(frozen=True, kw_only=True)
class Breach:
    name: str
    says: str
    subject: str

    def __str__(self) -> str:
        return f"{self.name}: {self.subject}: {self.says}"


INVARIANTS = (
    Invariant(
        name="A1",
        says="a budget's period differs from the sum of its ledger lines",
        sql="""
        SELECT b.uid FROM generation_budgetperiod p
        JOIN generation_budget b ON b.id = p.budget_id LEFT JOIN (
            SELECT lb.period_id, SUM(l.held_delta) AS held, SUM(l.spent_delta) AS spent
            FROM generation_ledgerline l JOIN generation_ledgerbudget lb ON lb.line_id = l.id
            GROUP BY lb.period_id) x ON x.period_id = p.id
        WHERE p.held_micros <> COALESCE(x.held, 0) OR p.spent_micros <> COALESCE(x.spent, 0)
        """,
    ),
    Invariant(
        name="A2",
        says="an attempt has not exactly one hold, open while it is live and resolved after",
        sql=f"""
        SELECT a.client_ref FROM generation_attempt a
        LEFT JOIN generation_ledgerline h ON h.attempt_id = a.id AND h.kind = 'hold'
        LEFT JOIN generation_ledgerline r ON r.attempt_id = a.id AND r.kind IN {RESOLVED}
        WHERE h.id IS NULL OR (a.state IN {LIVE}) <> (r.id IS NULL)
        """,
    ),
    Invariant(
        name="A3",
        says="a resolution gives back something else than was held",
        sql=f"""
        SELECT a.client_ref FROM generation_ledgerline h
        JOIN generation_ledgerline r ON r.attempt_id = h.attempt_id AND r.kind IN {RESOLVED}
        JOIN generation_attempt a ON a.id = h.attempt_id
        WHERE h.kind = 'hold' AND r.held_delta <> -h.held_delta
        """,
    ),
    Invariant(
        name="A4",
        says="an accepted attempt has no known task",
        sql="""
        SELECT a.client_ref FROM generation_attempt a
        WHERE a.state IN ('accepted', 'succeeded') AND NOT EXISTS (
            SELECT 1 FROM generation_providertask t WHERE t.attempt_id = a.id)
        """,
    ),
    Invariant(
        name="A5",
        says="a task of a finished attempt is not booked",
        sql=f"""
        SELECT t.task_id FROM generation_providertask t
        JOIN generation_attempt a ON a.id = t.attempt_id
        WHERE a.state NOT IN {LIVE} AND NOT EXISTS (
            SELECT 1 FROM generation_ledgerline l WHERE l.account_id = t.account_id
            AND l.task_id = t.task_id AND l.kind IN ('settle', 'charge'))
        """,
    ),
    Invariant(
        name="A6",
        says="a job has paid for more than one clip without anybody's consent",
        sql="""
        SELECT j.uid FROM generation_ledgerline l
        JOIN generation_attempt a ON a.id = l.attempt_id
        JOIN generation_job j ON j.id = a.job_id
        LEFT JOIN generation_asset s ON s.attempt_id = a.id
        WHERE l.kind IN ('settle', 'charge') AND l.spent_delta > 0 AND j.consent = ''
        AND a.state IN ('succeeded', 'not_accepted', 'rejected')
        AND COALESCE(s.state, '') <> 'unavailable'
        GROUP BY j.uid HAVING COUNT(*) > 1
        """,
    ),
    Invariant(
        name="A7",
        says="a job's state does not fit its attempts and its clip",
        sql=f"""
        SELECT j.uid FROM generation_job j
        WHERE ((j.state = 'completed') <> EXISTS (
                SELECT 1 FROM generation_asset s WHERE s.job_id = j.id
                AND s.state = 'stored' AND NOT s.unclaimed))
        OR (j.state IN ('completed', 'failed', 'cancelled') AND EXISTS (
                SELECT 1 FROM generation_attempt a WHERE a.job_id = j.id
                AND NOT a.parked AND a.state IN {LIVE}))
        OR (j.state IN ('queued', 'processing') AND NOT EXISTS (
                SELECT 1 FROM generation_attempt a
                LEFT JOIN generation_asset s ON s.attempt_id = a.id
                WHERE a.job_id = j.id AND (a.state IN {LIVE} OR s.state = 'pending')))
        """,
    ),
    Invariant(
        name="A8",
        says="a paid success has no asset",
        sql="""
        SELECT a.client_ref FROM generation_attempt a
        WHERE a.state = 'succeeded' AND NOT EXISTS (
            SELECT 1 FROM generation_asset s WHERE s.attempt_id = a.id)
        """,
    ),
    Invariant(
        name="A9",
        says="an attempt sleeps for ever",
        sql="""
        SELECT a.client_ref FROM generation_attempt a
        WHERE (a.state IN ('planned', 'unknown', 'accepted') AND a.next_check_at > %(tomorrow)s)
        OR (a.state = 'submitting' AND a.lease_until < %(ten_minutes_ago)s)
        """,
    ),
    Invariant(
        name="A10",
        says="what the job and the attempt say they cost differs from the ledger",
        sql="""
        SELECT j.uid FROM generation_job j LEFT JOIN (
            SELECT job_id, SUM(spent_delta) AS spent FROM generation_ledgerline GROUP BY job_id
        ) x ON x.job_id = j.id WHERE j.cost_micros <> COALESCE(x.spent, 0)
        """,
    ),
    Invariant(
        name="A11",
        says="a ledger line moves a budget of another workspace or mode",
        sql="""
        SELECT b.uid FROM generation_ledgerbudget lb
        JOIN generation_ledgerline l ON l.id = lb.line_id
        JOIN generation_budgetperiod p ON p.id = lb.period_id
        JOIN generation_budget b ON b.id = p.budget_id
        WHERE b.workspace_id <> l.workspace_id OR b.mode <> l.mode
        OR p.workspace_id <> l.workspace_id OR p.mode <> l.mode
        """,
    ),
    Invariant(
        name="A12",
        says="a task of a closed month was billed at another sum than the ledger has",
        # Disputes stay open by a person's word, a month closed with a reason says so itself,
        # and a task that a later bill names again is that bill's business. A cost that was given
        # up as charged before anybody knew its task belongs to the first that its attempt names,
        # and while it names none, to a task of the same amount that nobody knows.
        sql="""
        WITH given_up AS (
            SELECT g.account_id, g.spent_delta, (
                SELECT n.task_id FROM generation_ledgerline n WHERE n.attempt_id = g.attempt_id
                AND n.task_id <> '' ORDER BY n.id LIMIT 1) AS task_id
            FROM generation_attempt a JOIN generation_ledgerline g ON g.attempt_id = a.id
            WHERE a.state = 'lost_billed' AND g.kind = 'settle' AND g.task_id = '')
        SELECT s.task_id FROM generation_statementline s
        JOIN generation_periodclose c ON c.workspace_id = s.workspace_id AND c.mode = s.mode
            AND s.day >= c.month AND s.day < c.until
        WHERE s.grain = 'task' AND c.override_reason = ''
        AND NOT EXISTS (
            SELECT 1 FROM generation_statementline o WHERE o.account_id = s.account_id
            AND o.task_id = s.task_id AND o.id > s.id)
        AND NOT EXISTS (
            SELECT 1 FROM generation_statementdecision d WHERE d.kind = 'disputed'
            AND d.statement_line_id = s.id)
        AND NOT EXISTS (
            SELECT 1 FROM generation_statementline n WHERE n.account_id = s.account_id
            AND n.task_id = s.task_id AND NOT EXISTS (
                SELECT 1 FROM generation_periodclose k WHERE k.workspace_id = n.workspace_id
                AND k.mode = n.mode AND n.day >= k.month AND n.day < k.until))
        AND (SELECT SUM(b.micros) FROM generation_statementline b
            WHERE b.account_id = s.account_id AND b.task_id = s.task_id)
        <> (SELECT COALESCE(SUM(l.spent_delta), 0) FROM generation_ledgerline l
            WHERE l.account_id = s.account_id AND l.task_id = s.task_id)
        + (SELECT COALESCE(SUM(u.spent_delta), 0) FROM given_up u
            WHERE u.account_id = s.account_id AND u.task_id = s.task_id)
        AND NOT (NOT EXISTS (
                SELECT 1 FROM generation_ledgerline l
                WHERE l.account_id = s.account_id AND l.task_id = s.task_id)
            AND EXISTS (
                SELECT 1 FROM given_up u WHERE u.account_id = s.account_id
                AND u.task_id IS NULL AND u.spent_delta = (
                    SELECT SUM(b.micros) FROM generation_statementline b
                    WHERE b.account_id = s.account_id AND b.task_id = s.task_id)))
        """,
    ),
    Invariant(
        name="A13",
        says="a closed month's lines do not add up to what was closed",
        sql="""
        SELECT c.month FROM generation_periodclose c WHERE c.spent_micros <> (
            SELECT COALESCE(SUM(l.spent_delta), 0) FROM generation_ledgerline l
            WHERE l.workspace_id = c.workspace_id AND l.mode = c.mode
            AND l.created_at >= c.month AND l.created_at < c.until)
        """,
    ),
    Invariant(
        name="A14",
        says="a line, an attempt or an event disagrees with the job or the attempt it belongs to",
        sql="""
        SELECT a.client_ref FROM generation_ledgerline l
        JOIN generation_attempt a ON a.id = l.attempt_id
        WHERE l.job_id <> a.job_id OR l.account_id <> a.account_id
        OR l.price_row_id <> a.price_row_id OR l.workspace_id <> a.workspace_id
        OR l.mode <> a.mode
        UNION ALL
        SELECT a.client_ref FROM generation_attempt a JOIN generation_job j ON j.id = a.job_id
        WHERE j.workspace_id <> a.workspace_id OR j.mode <> a.mode
        UNION ALL
        SELECT j.uid FROM generation_event e JOIN generation_job j ON j.id = e.job_id
        WHERE j.workspace_id <> e.workspace_id OR j.mode <> e.mode
        """,
    ),
)


def breaches() -> Iterator[Breach]:
    """Every breach of every invariant; nothing when all is well."""
    moment = clock.now()
    values = {
        "tomorrow": moment + timedelta(days=1),
        "ten_minutes_ago": moment - timedelta(minutes=10),
    }
    with connection.cursor() as cursor:
        for invariant in INVARIANTS:
            needed = {k: v for k, v in values.items() if f"%({k})s" in invariant.sql}
            cursor.execute(invariant.sql, needed or None)
            for (subject,) in cursor.fetchall():
                yield Breach(name=invariant.name, says=invariant.says, subject=str(subject))
