"""The client cost report: each figure by hand, what is not known, and who sees what."""

from datetime import UTC, date, datetime

import pytest

from accounts.models import Mode, Workspace
from generation import centres
from generation.models import (
    CostCentre,
    PeriodClose,
    Statement,
)
from generation.money import days_over
from generation.money.report_span import month_of, zone_of
from generation.money.summed_days import SummedDays
from providers.models import ProviderAccount
from tests.generation.api.conftest import Caller, make_caller, only_error
from tests.generation.money.budgets_by_hand import budget_of
from tests.generation.money.golden import OCTOBER, Books, at_time
from tests.generation.money.unanswered import ALL_BILLS, lost

pytestmark = pytest.mark.django_db
DAYS = {"first": "2026-10-01", "last": "2026-10-31"}


@pytest.fixture
def acme(books) -> CostCentre:
    return books.clients["Acme"]


@pytest.fixture
def caller(books, workspace, owner) -> Caller:
    return make_caller(workspace, owner)


def bill(books: Books, provider: str, *, until: date, imported: datetime) -> None:
    account = ProviderAccount.objects.get(provider=provider, mode="test")
    kept = {"workspace_id": books.access.workspace_id, "mode": "test", "account": account}
    with at_time(imported):
        Statement.objects.create(
            **kept,
            source="csv",
            starts_on=OCTOBER,
            ends_on=until,
            added_lines=0,
            known_lines=0,
            added_micros=0,
        )


def not_known(caller: Caller, client: CostCentre, **query: str) -> list[str]:
    told = caller.get(f"clients/{client.uid}/costs", **(query or DAYS)).json()
    return [one["words"] for one in told["not_known"]]


def test_a_month_by_hand(caller, acme):
    told = caller.get(f"clients/{acme.uid}/costs", **DAYS).json()
    assert (told["spent"], told["held"], told["forecast"]) == (2.11, 0, None)
    assert (told["delivered_clips"], told["delivered_seconds"]) == (5, 27)
    assert told["cost_per_delivered_second"] == 0.078148  # 2.11 / 27 = 0.0781481…
    by = {name: [(row["name"], row["spent"]) for row in told[f"by_{name}"]] for name in BY_HAND}
    assert by == BY_HAND
    steps = {one["name"]: one["jobs"] for one in told["funnel"]}
    assert steps == {
        "requested": 6,
        "generated": 5,
        "picked": 0,
        "approved": None,
        "delivered": 5,
    }
    assert {one["name"]: one["jobs"] for one in told["fates"]}["refused"] == 1
    assert told["wasted"] == 0.25
    [month] = told["billed"]
    assert (month["month"], month["state"], month["total"]) == ("2026-10", "draft", 5.0)
    assert (month["margin"]["cost"], month["margin"]["margin"]) == (2.11, 2.89)
    assert month["margin"]["margin_percent"] == 57.8


PIKA = ("fal-ai/pika/v2.2", 0.16)
BY_HAND = {
    "campaign": [("Autumn", 1.05), ("Winter", 1.0), ("Without a campaign", 0.06)],
    "model": [
        ("sora-2", 1.0),
        ("gen4.5", 0.75),
        ("kling-3.0", 0.2),
        ("fal-ai/pika/v2.2", 0.16),
    ],
    "person": [("ann", 2.05), ("API key Robot", 0.06)],
}


def test_it_says_what_insight_says(caller, acme):
    mine = caller.get(f"clients/{acme.uid}/costs", **DAYS).json()
    for by in ("campaign", "model", "person"):
        other = caller.get("insight", client=acme.uid, by=by, **DAYS).json()
        assert mine[f"by_{by}"] == other["breakdown"]
    for name in ("spent", "delivered_seconds", "funnel", "fates", "wasted"):
        assert mine[name] == other[name]


def test_the_running_month_is_forecast_against_its_budget(caller, books, acme, access):
    budget_of(
        access,
        kind="centre",
        cost_centre=acme,
        period="monthly",
        name="Acme a month",
        limit_micros=50_000_000,
        hard=False,
    )
    lost(books)
    told = caller.get(f"clients/{acme.uid}/costs").json()
    assert (told["first"], told["last"]) == ("2026-11-01", "2026-11-30")
    assert (told["spent"], told["held"]) == (0.1, 0.1)
    # 22 d 13 h are over, 7 d 11 h to come: 0.10 + 0.10 + 0.10 × 644400 / 1947600
    assert told["forecast"] == 0.233087
    assert told["budget"]["limit"] == 50
    pace = {one["day"][-2:]: (one["spent"], one["ahead"]) for one in told["pace"]}
    assert (len(pace), pace["01"], pace["22"]) == (30, (0.1, None), (0.1, None))
    # On the way from 0.20 today to the forecast in seven days; days to come have spent nothing yet.
    assert (pace["23"], pace["24"], pace["30"]) == (
        (0.1, 0.2),
        (None, 0.204726),
        (None, 0.233087),
    )
    october = caller.get(f"clients/{acme.uid}/costs", **DAYS).json()
    assert (october["budget"], october["forecast"]) == (None, None)
    assert [one["name"] for one in october["budgets"]] == ["Acme a month"]


def test_an_unknown_outcome_is_named_with_its_amount(caller, books, acme):
    lost(books)
    [held, bills] = not_known(caller, acme, first="2026-11-01", last="2026-11-30")
    assert held == "$0.10 held for an unknown outcome"
    assert bills == "November 2026 not yet matched with Pika’s bill: $0.10"
    lost(books)
    assert not_known(caller, acme, first="2026-11-01")[0] == "$0.20 held for 2 unknown outcomes"
    # What was sent after the days is nothing that these days leave open.
    assert not_known(caller, acme) == [ALL_BILLS]
    # Another client's doubts are theirs.
    assert not_known(caller, books.clients["Bolt"], first="2026-11-01") == []


def test_what_was_given_up_is_named(caller, books):
    given_up, bills = not_known(caller, books.clients["Bolt"])
    assert given_up == "$0.20 booked for a clip whose outcome nobody knows"
    assert bills.startswith("October 2026 not yet matched with the bills of Kling ($0.20), ")


def test_months_are_open_until_they_are_closed(caller, books, acme):
    assert not_known(caller, acme) == [ALL_BILLS]
    late = datetime(2026, 11, 5, 9, tzinfo=UTC)
    for provider in ("kling", "pika", "sora"):
        bill(books, provider, until=date(2026, 11, 1), imported=late)
    assert not_known(caller, acme) == [
        "October 2026 is on the bills but not closed: $1.36 can still change",
        "October 2026 not yet matched with Runway’s bill: $0.75",
    ]
    # A bill that was taken in on the 15th knows nothing of the 15th and later: A4 is of the 20th.
    bill(books, "runway", until=date(2026, 11, 1), imported=datetime(2026, 10, 15, 9, tzinfo=UTC))
    assert not_known(caller, acme)[1] == "October 2026 not yet matched with Runway’s bill: $0.25"
    PeriodClose.objects.create(
        workspace_id=books.access.workspace_id,
        mode="test",
        month=OCTOBER,
        until=date(2026, 11, 1),
        spent_micros=0,
        report={},
        report_sha256="",
    )
    assert not_known(caller, acme) == []


def test_kept_sums_and_lines_tell_the_same(caller, books, acme):
    lost(books)
    from_lines = caller.get(f"clients/{acme.uid}/costs", first="2026-10-01").json()
    assert days_over.sum_days_over() > 0
    assert caller.get(f"clients/{acme.uid}/costs", first="2026-10-01").json() == from_lines
    zone = zone_of(books.access.workspace_id)
    span = month_of(OCTOBER, zone=zone)
    summed = SummedDays(
        books=books.october.summed_days.books, client=acme.pk, first=span.first, last=span.last
    )
    assert summed.daily("provider", key="runway") == {
        ("runway", date(2026, 10, 10)): 500_000,
        ("runway", date(2026, 10, 20)): 250_000,
    }
    assert sum(summed.daily("provider").values()) == 2_110_000


def test_the_sentence_to_send_has_no_margin(caller, books, acme):
    told = caller.get(f"clients/{acme.uid}/costs", **DAYS).json()["summary"]
    assert told == (
        "Acme, October 2026. 5 clips delivered, 27 s of footage. 6 clips asked for."
        " Of these, 1 refused by the provider’s rules. To be paid: $5.00."
        " This is a draft and can still change."
    )
    # Cost and margin would each give the other away.
    assert "2.11" not in told
    assert "2.89" not in told
    part = caller.get(f"clients/{acme.uid}/costs", first="2026-10-01", last="2026-10-12").json()
    assert "$" not in part["summary"]


def test_without_a_rate_card_the_sentence_tells_the_cost(caller, books):
    plain = centres.open_client(books.access, name="Corvid")
    books.clip("C1", "2026-10-10T09:00", plain, "draft", "pika")
    told = caller.get(f"clients/{plain.uid}/costs", **DAYS).json()["summary"]
    assert told == (
        "Corvid, October 2026. 1 clip delivered, 5 s of footage. 1 clip asked for."
        " Spent on generation: $0.10."
    )


def test_what_a_client_pays_is_not_for_every_key(books, workspace, owner, acme):
    blind = make_caller(workspace, owner, scopes=["costs:read"])
    told = blind.get(f"clients/{acme.uid}/costs", **DAYS).json()
    assert (told["billed"], told["budgets"], told["spent"]) == (None, [], 2.11)
    assert "$" not in told["summary"]
    none = make_caller(workspace, owner, scopes=["campaigns:read", "budgets:read"])
    assert none.get(f"clients/{acme.uid}/costs").status_code == 403


def test_nobody_sees_a_stranger_s_client(books, owner, acme):
    other = make_caller(Workspace.objects.create(slug="south", name="South"), owner)
    live = make_caller(Workspace.objects.get(pk=acme.workspace_id), owner, mode=Mode.LIVE)
    for one in (other, live):
        assert one.get(f"clients/{acme.uid}/costs").status_code == 404


@pytest.mark.parametrize(
    ("query", "attr"),
    [({"first": "2026-12-02", "last": "2026-12-01"}, "first"), ({"last": "soon"}, "last")],
)
def test_refused_days(caller, acme, query, attr):
    assert only_error(caller.get(f"clients/{acme.uid}/costs", **query))[0::2] == (400, attr)
