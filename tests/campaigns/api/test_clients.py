"""Clients, products and their photos by the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import clients, opening, products
from campaigns.clients import KitChange
from campaigns.models import BrandKit, Client, Product
from campaigns.products import ProductChange
from generation.models import CostCentre
from tests.campaigns.conftest import uploaded
from tests.generation.api.conftest import make_caller, only_error

KIT = {
    "voice": "Dry",
    "colours": [{"name": "Amber", "hex": "#ffb224"}],
    "locked_phrases": ["Sleep on it."],
    "defaults": {"brand": "Acme"},
}


def change(caller, path: str, body: dict, method: str = "patch"):
    send = getattr(caller.client, method)
    headers = caller._headers({})
    return send(f"/api/{path}", body, content_type="application/json", headers=headers)


def test_open_and_read_a_client(caller):
    body = {"name": " Acme  Foods ", "markets": ["DE"], "brand_kit": KIT}
    made = caller.post("clients", body, key="k1")
    assert made.status_code == 201
    told = made.json()
    assert caller.post("clients", body, key="k1").json() == told
    assert Client.objects.count() == 1
    kit = told["brand_kit"]
    assert (told["name"], told["markets"], kit["version"]) == ("Acme Foods", ["DE"], 2)
    assert kit["colours"] == [{"name": "Amber", "hex": "#FFB224"}]
    assert [gap["field"] for gap in kit["missing"]] == ["avoid"]
    assert caller.get(f"clients/{told['id']}").json() == told
    centre = CostCentre.objects.get(kind="client")
    assert (centre.uid, centre.name) == (told["id"], "Acme Foods")


def test_a_refused_profile_opens_no_client(caller):
    body = {"name": "Acme", "brand_kit": {"colours": [{"hex": "red"}]}}
    assert only_error(caller.post("clients", body))[0::2] == (400, "colours")
    assert not CostCentre.objects.filter(kind="client").exists()


def test_change_a_client(caller, client):
    told = change(caller, f"clients/{client.uid}", {"about": "Beds", "brand_kit": KIT}).json()
    assert (told["about"], told["brand_kit"]["version"]) == ("Beds", 2)
    again = change(caller, f"clients/{client.uid}", {"brand_kit": {"voice": "Dry"}}).json()
    assert again["brand_kit"]["version"] == 2
    assert again["brand_kit"]["locked_phrases"] == ["Sleep on it."]


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"colour": "red"}, "colour"),
        ({"name": "New"}, "name"),
        ({"brand_kit": {"tone": "x"}}, "brand_kit.tone"),
        ({"brand_kit": {"locked_phrases": ["a", "a"]}}, "locked_phrases"),
        ({"contact_email": "x"}, "contact_email"),
        ({"markets": "DE"}, "markets"),
    ],
)
def test_refused_changes(caller, client, body, attr):
    assert only_error(change(caller, f"clients/{client.uid}", body))[0::2] == (400, attr)
    assert BrandKit.objects.get().version == 1


def test_old_cost_centres_become_clients_and_campaigns(caller):
    centre = caller.post("cost-centres", {"kind": "client", "name": "Corvid"}).json()
    body = {"kind": "campaign", "name": "Winter", "client": centre["id"]}
    campaign = caller.post("cost-centres", body).json()
    assert [one["id"] for one in caller.get("clients").json()["results"]] == [centre["id"]]
    [told] = caller.get("campaigns").json()["results"]
    assert (told["id"], told["client"]) == (campaign["id"], centre["id"])


def test_archived_clients_leave_the_list(caller, client):
    change(caller, f"clients/{client.uid}", {"archived": True})
    assert caller.get("clients").json()["results"] == []
    assert [one["id"] for one in caller.get("clients", archived="true").json()["results"]] == [
        client.uid
    ]


def test_products_and_photos(caller, access, client):
    red, blue = uploaded(access, "red", name="red.png"), uploaded(access, "blue", name="blue.png")
    body = {"name": "Bottle", "client": client.uid, "benefits": ["Cold"], "photos": [red.uid]}
    made = caller.post("products", body, key="p1")
    assert made.status_code == 201
    uid = made.json()["id"]
    assert caller.post("products", body, key="p1").json()["id"] == uid
    assert Product.objects.count() == 1
    added = caller.post(f"products/{uid}/photos", {"photo": blue.uid, "caption": "Back"})
    assert added.status_code == 201
    assert [(one["name"], one["caption"]) for one in added.json()["photos"]] == [
        ("red.png", ""),
        ("blue.png", "Back"),
    ]
    assert added.json()["photos"][0]["url"].startswith("http")
    turned = change(caller, f"products/{uid}", {"photos": [blue.uid, red.uid]}).json()
    assert [one["asset_id"] for one in turned["photos"]] == [blue.uid, red.uid]
    left = caller.client.delete(
        f"/api/products/{uid}/photos/{blue.uid}", headers=caller._headers({})
    ).json()
    assert [one["asset_id"] for one in left["photos"]] == [red.uid]
    assert left["version"] == 4
    assert [one["id"] for one in caller.get("products", client=client.uid).json()["results"]] == [
        uid
    ]


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"name": ""}, "name"),
        ({"name": "Cup", "client": "cc_nobody"}, "client"),
        ({"name": "Cup", "photos": ["asset_00000000000000000000"]}, "photos"),
        ({"name": "Cup", "photos": ["/etc/passwd"]}, "photos"),
        ({"name": "Cup", "price": 3}, "price"),
    ],
)
def test_refused_products(caller, body, attr):
    assert only_error(caller.post("products", body))[0::2] == (400, attr)
    assert Product.objects.count() == 0


def test_nobody_elses(caller, foreign_caller, live_caller, access, client):
    product = products.create(access, ProductChange(name="Bottle"), client=client)
    for stranger in (foreign_caller, live_caller):
        for path in (f"clients/{client.uid}", f"products/{product.uid}"):
            assert stranger.get(path).status_code == 404
            assert change(stranger, path, {"archived": True}).status_code == 404
        assert stranger.get("clients").json()["results"] == []
        assert stranger.get("products").json()["results"] == []
        body = {"name": "Cup", "client": client.uid}
        assert only_error(stranger.post("products", body))[0::2] == (400, "client")
    product.refresh_from_db()
    assert product.archived_at is None
    assert Product.objects.count() == 1


def test_a_reading_key_writes_nothing(workspace, owner, client):
    reader = make_caller(workspace, owner, scopes=["campaigns:read"])
    assert reader.get(f"clients/{client.uid}").status_code == 200
    assert reader.post("clients", {"name": "X"}).status_code == 403
    assert change(reader, f"clients/{client.uid}", {"about": "x"}).status_code == 403
    assert Client.objects.get().about == ""


def test_lists_ask_the_same_questions_however_long_they_are(caller, access, client):
    def questions(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert caller.get(path).status_code == 200
        return len(asked)

    def more(number: int) -> None:
        one = opening.open_client(access, name=f"Client {number}")
        clients.change(access, one, kit=KitChange(voice="x"))
        product = products.create(access, ProductChange(name="Thing"), client=one)
        products.add_photo(access, product, uploaded(access, "red"))
        opening.open_campaign(access, name=f"Campaign {number}", client=one)

    more(1)
    caller.get("clients")  # the first call of a key notes that it was used
    before = {path: questions(path) for path in ("clients", "products", "campaigns")}
    for number in (2, 3, 4):
        more(number)
    assert {path: questions(path) for path in before} == before
