"""What a picked second has cost: the golden month by hand and by SQL of its own."""

from datetime import UTC, datetime

import pytest

from campaigns import opening
from campaigns.models import Take
from generation.models import Job
from generation.money.funnel import funnel
from generation.money.insight import Scope, outcome
from tests.campaigns.footing import shot_of
from tests.generation.money.golden import FROM, TO, Books, by_sql, golden_month

OCTOBER = {"first": "2026-10-01", "last": "2026-10-31"}
# Picked in October are A1, A3 and B2. A6 belongs to November, B3 has failed, L is live and X
# another agency's.
PICKED = ("A1", "A3", "B2", "A6", "B3", "L", "X")


@pytest.fixture
def books(access, shop) -> Books:
    made = golden_month(access)
    client = opening.open_client(access, name="Cobalt")
    campaign = opening.open_campaign(access, name="Board", client=client)
    for number, name in enumerate((*PICKED, "A2", "A5"), 1):
        job = made.jobs[name]
        Take.objects.create(
            workspace_id=job.workspace_id,
            mode=job.mode,
            shot=shot_of(campaign, position=number),
            job=job,
            number=1,
            verdict={"A2": "", "A5": "rejected"}.get(name, "picked"),
        )
    return made


def test_by_hand_and_by_sql(books):
    got = outcome(books.october)
    assert (got.spent_micros, got.picked_seconds) == (4_660_000, 17)
    assert got.per_picked_second == 274_118  # 4.66 / 17 = 0.27411764…
    rows = by_sql(
        "SELECT COUNT(*), SUM(j.seconds), SUM(j.cost_micros) FROM generation_job j"
        " JOIN campaigns_take t ON t.job_id = j.id WHERE j.workspace_id = %s AND j.mode = 'test'"
        " AND t.verdict = 'picked' AND j.state = 'completed' AND j.ended_at >= %s"
        " AND j.ended_at < %s",
        books.access.workspace_id,
        FROM,
        TO,
    )
    assert [tuple(map(int, row)) for row in rows] == [(3, 17, 650_000)]
    step = next(one for one in funnel(books.october).steps if one.name == "picked")
    assert (step.jobs, step.seconds, step.micros) == (3, 17, 650_000)


def test_one_client(books):
    scope = Scope(access=books.access, span=books.october.span, client=books.clients["Acme"])
    got = outcome(scope)
    assert (got.spent_micros, got.picked_seconds) == (2_110_000, 10)
    assert got.per_picked_second == 211_000
    assert funnel(scope).steps[2].jobs == 2


def test_a_pick_counts_where_it_was_asked_for_and_where_it_was_delivered(books):
    november = datetime(2026, 11, 2, 9, tzinfo=UTC)
    Job.objects.filter(pk=books.jobs["B2"].pk).update(ended_at=november)
    assert outcome(books.october).picked_seconds == 10
    assert funnel(books.october).steps[2].seconds == 17


def test_picks_are_read_as_they_stand(books):
    """A verdict that is taken back afterwards changes days that are over."""
    Take.objects.filter(job=books.jobs["B2"]).update(verdict="rejected")
    assert outcome(books.october).per_picked_second == 466_000
    Take.objects.update(verdict="")
    got = outcome(books.october)
    assert (got.picked_seconds, got.per_picked_second) == (0, None)


def test_by_api_and_on_the_pages(books, caller, browser):
    told = caller.get("insight", **OCTOBER).json()
    assert (told["picked_seconds"], told["cost_per_picked_second"]) == (17, 0.274118)
    assert [step["jobs"] for step in told["funnel"]] == [10, 7, 3, None, 7]
    acme = books.clients["Acme"].uid
    told = caller.get(f"clients/{acme}/costs", **OCTOBER).json()
    assert (told["picked_seconds"], told["cost_per_picked_second"]) == (10, 0.211)
    page = browser.get("/costs/", OCTOBER).content.decode()
    assert "<dt>Per picked second</dt><dd>$0.27</dd>" in page
    page = browser.get(f"/clients/{acme}/costs/", OCTOBER).content.decode()
    assert "<dt>Per picked second</dt><dd>$0.21</dd>" in page
    Take.objects.update(verdict="")
    page = browser.get("/costs/", OCTOBER).content.decode()
    assert '<dt>Per picked second</dt><dd><span class="unknown">None picked</span></dd>' in page
