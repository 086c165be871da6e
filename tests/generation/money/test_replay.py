"""The golden month under other policies, worked out by hand."""

import pytest

from generation.asks import Refused
from generation.money.replay import replay
from generation.money.tiering import saved_by_tiering
from providers.types import Tier
from tests.generation.money.golden import FROM, TO, Books, by_sql, golden_month

pytestmark = pytest.mark.django_db
TOTAL = 4_660_000


@pytest.fixture
def books(access, shop) -> Books:
    return golden_month(access)


@pytest.mark.parametrize(
    "orders",
    [
        {},
        {Tier.DRAFT: ("pika", "kling", "runway")},
        {
            Tier.DRAFT: ("pika", "kling", "runway"),
            Tier.STANDARD: ("runway", "kling", "pika"),
            Tier.HIGH: ("sora", "runway", "kling"),
            Tier.MASTER: ("sora", "runway"),
        },
    ],
)
def test_the_original_policy_gives_the_ledger(books, orders):
    got = replay(books.october, orders=orders)
    assert (got.actual_micros, got.replayed_micros, got.saved_micros) == (TOTAL, TOTAL, 0)
    assert {row.tier: row.actual_micros for row in got.tiers} == {
        "draft": 360_000,
        "standard": 1_300_000,
        "high": 1_000_000,
        "master": 2_000_000,
    }
    assert sum(row.changed for row in got.tiers) == 0


def test_kling_for_drafts(books):
    """A1: 5 s at 0.03 instead of 0.10; A3 was Kling's already; A7: 3 s at 0.04 instead of 0.06."""
    got = replay(books.october, orders={Tier.DRAFT: ("kling", "pika", "runway")})
    [draft] = [row for row in got.tiers if row.tier == "draft"]
    assert (draft.jobs, draft.changed, draft.impossible) == (3, 2, 0)
    assert (draft.actual_micros, draft.replayed_micros) == (360_000, 470_000)
    assert (got.replayed_micros, got.saved_micros) == (4_770_000, -110_000)


def test_runway_for_master(books):
    """B1: 8 s at 0.05 instead of 0.25."""
    got = replay(books.october, orders={Tier.MASTER: ("runway",)})
    assert (got.replayed_micros, got.saved_micros) == (3_060_000, 1_600_000)


def test_what_nobody_could_have_made_stays(books):
    """A2 is 10 s, which Pika does not make; B2: 7 s at 0.02 instead of 0.05. A4 and B3 delivered
    nothing and keep what they cost."""
    got = replay(books.october, orders={Tier.STANDARD: ("pika",)})
    [row] = [row for row in got.tiers if row.tier == "standard"]
    assert (row.jobs, row.changed, row.impossible) == (4, 1, 1)
    assert row.replayed_micros == 500_000 + 250_000 + 200_000 + 140_000


def test_a_named_provider_is_still_asked_first(books):
    job = books.jobs["B1"]
    job.provider = "sora"
    job.save()
    assert replay(books.october, orders={Tier.MASTER: ("runway",)}).saved_micros == 0


def test_a_cap_still_holds(books):
    """With at most $0.12, A1 could not have gone to Kling for $0.15."""
    job = books.jobs["A1"]
    job.max_cost_micros = 120_000
    job.save()
    got = replay(books.october, orders={Tier.DRAFT: ("kling", "pika")})
    assert got.replayed_micros == TOTAL + 60_000


@pytest.mark.parametrize("entries", [(), ("veo",), ("pika", "kling/none")])
def test_orders_that_name_nothing(books, entries):
    with pytest.raises(Refused) as refused:
        replay(books.october, orders={Tier.DRAFT: entries})
    assert refused.value.field == "draft"


def test_saved_by_tiering(books):
    """42 delivered seconds at Sora's 0.25 are 10.50; they cost 4.21."""
    got = saved_by_tiering(books.october)
    assert (got.compared, got.left_out) == (7, 0)
    assert (got.premium_micros, got.paid_micros) == (10_500_000, 4_210_000)
    assert got.saved_micros == 6_290_000
    [(premium, paid)] = by_sql(
        "SELECT SUM(seconds * 250000), SUM(cost_micros) FROM generation_job"
        " WHERE workspace_id = %s AND mode = 'test' AND state = 'completed'"
        " AND ended_at >= %s AND ended_at < %s",
        books.access.workspace_id,
        FROM,
        TO,
    )
    assert (premium, paid) == (got.premium_micros, got.paid_micros)


def test_a_job_with_two_paid_tries_is_replaced_as_a_whole(books):
    """Runway took money for a refusal, then Kling delivered: both would not have happened."""
    launch = books.campaigns["Launch"]
    job = books.clip("C", "2026-10-27T09:00", launch, "standard", "kling")
    books._attempt(job, "runway", "failed", seq=2, cost=250_000)
    job.ledger_lines.count()
    got = replay(books.october, orders={Tier.STANDARD: ("pika",)})
    [row] = [row for row in got.tiers if row.tier == "standard"]
    assert row.changed == 2


def test_queries_do_not_grow(books, django_assert_max_num_queries):
    scope = books.october
    with django_assert_max_num_queries(25):
        replay(scope, orders={Tier.DRAFT: ("kling", "pika")})
    with django_assert_max_num_queries(12):
        saved_by_tiering(scope)
