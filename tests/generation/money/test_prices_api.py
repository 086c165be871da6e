"""The price book by the API: read by all who see costs, changed at the back desk alone."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client

from accounts.models import AuditEntry, Membership, Role, User
from generation import price_changes
from providers import catalogue
from providers.models import Offer, PriceProposal, PriceRow
from tests.generation.api.conftest import make_caller, only_error

pytestmark = pytest.mark.django_db
TODAY = datetime.now(UTC).date()


@pytest.fixture(autouse=True)
def forgotten():
    yield
    catalogue.forget()


@pytest.fixture
def desk(browser, owner) -> Client:
    """An owner of the back desk."""
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    return browser


@pytest.fixture
def second(workspace) -> Client:
    user = User.objects.create_user("bob", is_staff=True)
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    client = Client()
    client.force_login(user)
    return client


def body(**more) -> dict:
    offer = Offer.objects.get(catalogue="2025-seed", provider="pika").pk
    day = (TODAY + timedelta(days=1)).isoformat()
    plain = {"offer": offer, "price_per_second": 0.025, "valid_from": day, "source": "A letter"}
    return {**plain, **more}


def post(client: Client, path: str, data: dict):
    return client.post(f"/api/{path}", data, content_type="application/json")


def pika_of(client: Client) -> dict:
    told = client.get("/api/prices").json()
    return next(one for one in told["offers"] if one["provider"] == "pika")


def test_a_price_from_tomorrow_on(desk):
    made = post(desk, "prices", body())
    assert (made.status_code, made.json()["state"]) == (201, "approved")
    told = pika_of(desk)
    assert told["price"]["price_per_second"] == 0.02
    assert [one["price_per_second"] for one in told["prices"]] == [0.025, 0.02]
    assert told["prices"][1]["valid_until"] == body()["valid_from"]
    assert told["prices"][0]["by"] == "ann"
    assert [entry.action for entry in AuditEntry.objects.all()] == ["price.propose"]


def test_two_persons(desk, second, settings):
    settings.PRICES_NEED_TWO_PERSONS = True
    number = post(desk, "prices", body()).json()["proposal_id"]
    approve = f"prices/proposals/{number}/approve"
    assert only_error(post(desk, approve, {}))[:3] == (400, "invalid", "proposal")
    assert PriceRow.objects.count() == 18
    assert post(second, approve, {"reason": "Seen."}).json()["state"] == "approved"
    assert PriceRow.objects.count() == 19
    assert only_error(post(second, f"prices/proposals/{number}/refuse", {"reason": "x"}))[0] == 400
    assert [e.action for e in AuditEntry.objects.order_by("pk")] == [
        "price.propose",
        "price.approve",
    ]


@pytest.mark.parametrize("number", ["0", "x", "9" * 30])
def test_no_such_proposal(desk, number):
    assert post(desk, f"prices/proposals/{number}/approve", {}).status_code == 404


def test_an_owner_without_the_back_desk_changes_nothing(browser):
    assert post(browser, "prices", body()).status_code == 403
    assert (PriceProposal.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_a_key_reads_and_never_writes(workspace, owner, shop):
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    caller = make_caller(workspace, owner)
    assert caller.get("prices").status_code == 200
    assert caller.post("prices", body()).status_code == 403
    assert PriceProposal.objects.count() == 0


@pytest.mark.parametrize(
    ("change", "attr"),
    [
        ({"valid_from": (TODAY - timedelta(days=2)).isoformat()}, "valid_from"),
        ({"price_per_second": 0}, "price_per_second"),
        ({"price_per_second": "0.02"}, "price_per_second"),
        ({"source": ""}, "source"),
        ({"offer": 999_999}, "offer"),
    ],
)
def test_refusals_write_nothing(desk, change, attr):
    assert only_error(post(desk, "prices", body(**change)))[0::2] == (400, attr)
    assert (PriceProposal.objects.count(), AuditEntry.objects.count()) == (0, 0)


def test_who_edits(access, owner):
    assert price_changes.editor(access) is None
    User.objects.filter(pk=owner.pk).update(is_staff=True)
    assert price_changes.editor(access) == owner.pk
