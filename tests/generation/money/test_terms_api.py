"""Clients, rate cards, statements, insight and replays by the API."""

import pytest
from django.test import Client

from accounts.models import Mode, Workspace
from generation.models import CostCentre, RateCard
from tests.generation.api.conftest import Caller, make_caller, only_error

pytestmark = pytest.mark.django_db
OCTOBER = {"first": "2026-10-01", "last": "2026-10-31"}


@pytest.fixture
def caller(books, workspace, owner) -> Caller:
    return make_caller(workspace, owner)


@pytest.fixture
def stranger(books, owner) -> Caller:
    return make_caller(Workspace.objects.create(slug="south", name="South"), owner)


def post(browser: Client, path: str, body: dict):
    return browser.post(f"/api/{path}", body, content_type="application/json")


def test_open_clients_and_campaigns(caller, stranger):
    client = caller.post("cost-centres", {"kind": "client", "name": "  Corvid   Foods "})
    assert client.status_code == 201
    told = client.json()
    assert (told["name"], told["client"]) == ("Corvid Foods", None)
    made = caller.post(
        "cost-centres", {"kind": "campaign", "name": "Spring", "client": told["id"]}
    ).json()
    assert made["client"] == told["id"]
    assert [
        one["name"] for one in caller.get("cost-centres", client=told["id"]).json()["results"]
    ] == ["Spring"]
    job = caller.post(
        "ai-video/generate", {"prompt": "A kite", "quality": "draft", "campaign": "Spring"}
    )
    assert job.status_code == 202
    assert stranger.get("cost-centres").json()["results"] == []


def test_the_same_key_opens_one(caller):
    body = {"kind": "client", "name": "Corvid"}
    first, again = (caller.post("cost-centres", body, key="k1") for _ in range(2))
    assert first.json() == again.json()
    assert CostCentre.objects.filter(name="Corvid").count() == 1


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"kind": "client", "name": "acme"}, "name"),
        ({"kind": "campaign", "name": "Autumn"}, "name"),
        ({"kind": "client", "name": " "}, "name"),
        ({"kind": "batch", "name": "x"}, "kind"),
        ({"kind": "campaign", "name": "x", "client": "cc_nobody"}, "client"),
    ],
)
def test_refused_centres_write_nothing(caller, body, attr):
    before = CostCentre.objects.count()
    assert only_error(caller.post("cost-centres", body))[0::2] == (400, attr)
    assert CostCentre.objects.count() == before


def test_rate_cards_are_for_owners_at_the_page(books, caller, browser):
    path = f"clients/{books.clients['Acme'].uid}/rate-cards"
    body = {"kind": "cost_plus", "valid_from": "2026-12-01", "markup_percent": 12.5}
    before = RateCard.objects.count()
    assert caller.post(path, body).status_code == 403
    assert RateCard.objects.count() == before
    assert post(browser, path, body).json()["markup_percent"] == 12.5
    past = post(browser, path, {**body, "valid_from": "2026-10-31"})
    assert only_error(past)[:3] == (400, "invalid", "valid_from")
    assert [one["valid_from"] for one in caller.get(path).json()["results"]] == [
        "2026-12-01",
        "2026-10-15",
        "2026-10-01",
    ]


def test_statement_with_and_without_margin(books, caller, workspace, owner):
    path = f"clients/{books.clients['Acme'].uid}/statement"
    told = caller.get(path, month="2026-10").json()
    assert (told["total"], told["currency"], told["preliminary"]) == (5.0, "USD", [])
    assert sum(round(line["amount"] * 100) for line in told["lines"]) == 500
    assert told["margin"] == {
        "cost_usd": 2.11,
        "cost": 2.11,
        "billed": 5.0,
        "margin": 2.89,
        "margin_percent": 57.8,
    }
    outside = make_caller(workspace, owner, scopes=["campaigns:read"])
    assert outside.get(path, month="2026-10").json() == {**told, "margin": None}
    assert only_error(caller.get(path, month="2026-13"))[0::2] == (400, "month")


@pytest.mark.parametrize(("ending", "start"), [("csv", b"client,month"), ("pdf", b"%PDF-")])
def test_statement_files(books, caller, stranger, ending, start):
    path = f"clients/{books.clients['Bolt'].uid}/statement.{ending}"
    got = caller.get(path, month="2026-10")
    assert got.content.startswith(start)
    assert got["Content-Disposition"] == f'attachment; filename="statement-bolt-2026-10.{ending}"'
    assert stranger.get(path, month="2026-10").status_code == 404


def test_a_stranger_and_the_other_mode_find_no_client(books, stranger, workspace, owner):
    live = make_caller(workspace, owner, mode=Mode.LIVE)
    for path in ("rate-cards", "statement"):
        address = f"clients/{books.clients['Acme'].uid}/{path}"
        assert stranger.get(address).status_code == 404
        assert live.get(address).status_code == 404
    assert stranger.get("insight", **OCTOBER).json()["spent"] == 0
    assert live.get("insight", **OCTOBER).json()["spent"] == 9.99


def test_insight(books, caller):
    told = caller.get("insight", by="tier", **OCTOBER).json()
    assert (told["spent"], told["delivered_seconds"]) == (4.66, 42)
    assert told["cost_per_delivered_second"] == 0.110952
    assert told["cost_per_approved_second"] is None
    assert [(row["key"], row["spent"], row["jobs"]) for row in told["breakdown"]] == [
        ("master", 2.0, 1),
        ("standard", 1.3, 4),
        ("high", 1.0, 1),
        ("draft", 0.36, 3),
    ]
    assert [step["jobs"] for step in told["funnel"]] == [10, 7, 0, None, 7]
    assert told["wasted"] == 0.45
    assert told["saved_by_tiering"]["saved"] == 6.29
    acme = caller.get("insight", client=books.clients["Acme"].uid, **OCTOBER).json()
    assert acme["spent"] == 2.11


def test_replay(caller):
    told = caller.get("replay", draft="kling, pika,runway", **OCTOBER).json()
    assert (told["actual"], told["replayed"], told["saved"]) == (4.66, 4.77, -0.11)
    assert caller.get("replay", **OCTOBER).json()["saved"] == 0


@pytest.mark.parametrize(
    ("path", "query", "attr"),
    [
        ("insight", {"first": "2026-11-02", "last": "2026-11-01"}, "first"),
        ("insight", {"first": "2020-01-01"}, "first"),
        ("insight", {"first": "yesterday"}, "first"),
        ("insight", {"by": "moon"}, "by"),
        ("insight", {"client": "cc_nobody"}, "client"),
        ("replay", {"draft": "veo"}, "draft"),
        ("replay", {"cheap": "pika"}, "cheap"),
    ],
)
def test_refused_questions(caller, path, query, attr):
    assert only_error(caller.get(path, **query))[0::2] == (400, attr)


def test_nobody_without_the_scope(books, workspace, owner):
    blind = make_caller(workspace, owner, scopes=["jobs:read"])
    paths = ("insight", "replay", "prices", "cost-centres")
    assert [blind.get(path).status_code for path in paths] == [403] * 4
