"""The golden month by every dimension, by hand and by SQL of its own."""

from datetime import date

import pytest

from accounts.models import Mode
from generation.models import LedgerLine
from generation.money.funnel import funnel
from generation.money.insight import DIMENSIONS, Scope, outcome, spend
from generation.money.invariants import breaches
from generation.money.report_span import Span, zone_of
from tests.generation.money.golden import FROM, TO, Books, by_sql, golden_month

pytestmark = pytest.mark.django_db
TOTAL = 4_660_000
LINES = """
    FROM generation_ledgerline l
    JOIN generation_attempt a ON a.id = l.attempt_id
    JOIN generation_job j ON j.id = l.job_id
    WHERE l.workspace_id = %s AND l.mode = 'test' AND l.created_at >= %s AND l.created_at < %s
"""


@pytest.fixture
def books(access, shop) -> Books:
    return golden_month(access)


def told(books, by):
    return {row.name: row.micros for row in spend(books.october, by=by)}


def test_the_month_itself_is_sound(books):
    """Its money is; vendor tasks and files are no part of it."""
    assert {breach.name for breach in breaches()} & {"A1", "A2", "A3", "A10", "A11"} == set()


def test_every_breakdown_adds_up_to_the_ledger(books):
    sums = {by: sum(row.micros for row in spend(books.october, by=by)) for by in DIMENSIONS}
    assert sums == dict.fromkeys(DIMENSIONS, TOTAL)
    [(ledger,)] = by_sql(f"SELECT SUM(l.spent_delta) {LINES}", books.access.workspace_id, FROM, TO)
    assert ledger == TOTAL


def test_by_hand(books):
    assert told(books, "provider") == {
        "Sora": 3_000_000,
        "Runway": 1_100_000,
        "Kling": 400_000,
        "Pika": 160_000,
    }
    assert told(books, "tier") == {
        "Master": 2_000_000,
        "Standard": 1_300_000,
        "High": 1_000_000,
        "Draft": 360_000,
    }
    assert told(books, "client") == {"Bolt": 2_550_000, "Acme": 2_110_000}
    assert told(books, "campaign") == {
        "Launch": 2_550_000,
        "Autumn": 1_050_000,
        "Winter": 1_000_000,
        "Without a campaign": 60_000,
    }
    assert told(books, "person") == {"ann": 4_600_000, "API key Robot": 60_000}


@pytest.mark.parametrize(
    ("by", "column"),
    [("provider", "a.provider"), ("tier", "j.tier"), ("model", "a.model")],
)
def test_by_sql(books, by, column):
    rows = by_sql(
        f"SELECT {column}, SUM(l.spent_delta), COUNT(DISTINCT l.job_id) {LINES}"
        f" AND l.spent_delta <> 0 GROUP BY {column}",
        books.access.workspace_id,
        FROM,
        TO,
    )
    assert sorted(rows) == sorted((r.key, r.micros, r.jobs) for r in spend(books.october, by=by))


def test_days_are_those_of_the_workspace(books):
    days = spend(books.october, by="day")
    assert (len(days), days[0].key, days[-1].key) == (31, "2026-10-01", "2026-10-31")
    paid = {row.key[-2:]: row.micros for row in days if row.micros}
    assert paid == {
        "01": 100_000,
        "05": 2_000_000,
        "10": 500_000,
        "12": 1_000_000,
        "16": 200_000,
        "18": 60_000,
        "20": 250_000,
        "25": 350_000,
        "26": 200_000,
    }


def test_outcome(books):
    got = outcome(books.october)
    assert (got.spent_micros, got.delivered_clips, got.delivered_seconds) == (TOTAL, 7, 42)
    assert got.per_delivered_second == 110_952  # 4.66 / 42 = 0.11095238…
    assert (got.picked_seconds, got.per_picked_second) == (0, None)
    assert got.per_approved_second is None
    [(clips, seconds)] = by_sql(
        "SELECT COUNT(*), SUM(seconds) FROM generation_job WHERE workspace_id = %s"
        " AND mode = 'test' AND state = 'completed' AND ended_at >= %s AND ended_at < %s",
        books.access.workspace_id,
        FROM,
        TO,
    )
    assert (clips, seconds) == (7, 42)


def test_nothing_delivered_costs_nobody_knows_what_a_second(books):
    scope = books.october
    week = Span(first=date(2026, 10, 7), last=date(2026, 10, 8), zone=scope.span.zone)
    assert outcome(Scope(access=scope.access, span=week)).per_delivered_second is None


def test_one_client(books):
    scope = Scope(access=books.access, span=books.october.span, client=books.clients["Acme"])
    assert outcome(scope).spent_micros == 2_110_000
    assert [row.name for row in spend(scope, by="campaign")] == [
        "Autumn",
        "Winter",
        "Without a campaign",
    ]
    assert funnel(scope).steps[0].jobs == 6


def test_funnel(books):
    got = funnel(books.october)
    steps = {step.name: (step.jobs, step.seconds, step.micros) for step in got.steps}
    assert steps == {
        "requested": (10, 57, TOTAL),
        "generated": (7, 42, 4_210_000),
        "picked": (0, 0, 0),
        "approved": (None, None, None),
        "delivered": (7, 42, 4_210_000),
    }
    fates = {step.name: (step.jobs, step.seconds, step.micros) for step in got.fates}
    assert fates == {
        "delivered": (7, 42, 4_210_000),
        "refused": (1, 5, 250_000),
        "failed": (0, 0, 0),
        "rejected": (None, None, None),
        "cancelled": (1, 5, 0),
        "unknown": (1, 5, 200_000),
        "open": (0, 0, 0),
    }
    assert got.wasted_micros == 450_000
    assert sum(step.micros or 0 for step in got.fates) == TOTAL


def test_live_and_strangers_are_apart(books):
    live = type(books.access)(**{**vars(books.access), "mode": Mode.LIVE})
    scope = Scope(access=live, span=books.october.span)
    assert outcome(scope).spent_micros == 9_990_000
    assert LedgerLine.objects.filter(spent_delta=7_770_000).count() == 1
    assert zone_of(books.access.workspace_id).key == "Europe/Berlin"


def test_queries_do_not_grow(books, django_assert_num_queries):
    # Nothing is summed yet: what is, lines with earlier ones, centres, which name the rows too, and
    # deliveries.
    scope = books.october
    with django_assert_num_queries(4):
        spend(scope, by="campaign")
    with django_assert_num_queries(1):  # what is picked
        outcome(scope)
        spend(scope, by="day")
    # Marks with their days, up to which day there are sums, and jobs with doubts and clips.
    with django_assert_num_queries(4):
        funnel(scope)
