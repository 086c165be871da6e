"""From nothing to a saved brief on the pages alone, and what stands there for whom."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from campaigns import briefs, opening, products
from campaigns.briefs import BriefFields
from campaigns.models import Brief, Campaign, Client, Product, Shot
from campaigns.products import ProductChange
from generation.models import Job, LedgerLine
from tests.campaigns.conftest import picture_bytes, uploaded

FORM = {
    "version": "1",
    "goal": "Launch the bottle",
    "audience": "Hikers",
    "message": "Cold all day",
    "must": "The logo\n\n A mountain ",
    "never": "Plastic",
    "claims": "Cold for 24 h | Lab test\nLightest",
    "placements": "Instagram Reels",
    "markets": "",
    "scenes": "Hands open the bottle at a summit",
    "b_roll_count": "5",
    "transition_count": "3",
    "total_seconds": "",
    "with_hook": "1",
    "ratio": "9:16",
    "tier": "draft",
    "style": "",
    "rounds": "2",
    "deadline": "2027-03-18",
    "budget": "250",
}


def text(response) -> str:
    return response.content.decode()


def test_from_a_client_to_a_saved_brief(shop, browser):
    assert "No clients yet" in text(browser.get("/clients/"))
    opened = browser.post("/clients/new/", {"token": "t1", "name": "Acme"})
    client = Client.objects.get()
    assert opened["Location"] == f"/clients/{client.uid}/"
    said = text(browser.get(opened["Location"]))
    assert "There is no brand kit yet" in said
    made = browser.post(f"/clients/{client.uid}/products/", {"token": "t2", "name": "Bottle"})
    product = Product.objects.get()
    assert made["Location"] == f"/products/{product.uid}/"
    files = [SimpleUploadedFile(f"{c}.png", picture_bytes(c)) for c in ("red", "blue")]
    browser.post(f"/products/{product.uid}/photos/", {"file": files})
    assert [one.asset.original_name for one in product.photos.all()] == ["red.png", "blue.png"]
    new = browser.post("/campaigns/new/", {"token": "t3", "name": "Spring", "client": client.uid})
    campaign = Campaign.objects.get()
    assert new["Location"] == f"/campaigns/{campaign.uid}/"
    page = text(browser.get(new["Location"]))
    assert "10 answers missing" in page
    assert "2 photos" in page
    saved = browser.post(f"/campaigns/{campaign.uid}/brief/", {**FORM, "products": [product.uid]})
    assert saved.status_code == 302
    page = text(browser.get(new["Location"]))
    assert "The brief is saved as version 2." in page
    assert "1 answer missing" in page  # the proof of the second claim
    assert "Proof for “Lightest”" in page
    fields = briefs.fields_of(Brief.objects.get())
    assert fields.products == (product.uid,)
    assert (fields.must, fields.budget_micros) == (("The logo", "A mountain"), 250_000_000)
    assert "What it would come to" in page
    assert LedgerLine.objects.count() == Job.objects.count() == 0


def test_drafting_a_storyboard_saves_the_brief_first(shop, browser, campaign):
    path = f"/campaigns/{campaign.uid}"
    assert "Draft a storyboard" in text(browser.get(f"{path}/"))
    sent = browser.post(f"{path}/brief/", {**FORM, "then": "storyboard"})
    assert sent["Location"] == f"{path}/storyboard/"
    assert Brief.objects.get().goal == "Launch the bottle"
    planned = Shot.objects.filter(campaign=campaign).count()
    assert planned >= 8  # five scenes and three transitions, and the hook
    assert f"{planned} shots planned. Nothing is spent." in text(browser.get(sent["Location"]))
    again = browser.post(f"{path}/brief/", {**FORM, "version": "2", "then": "storyboard"})
    assert again["Location"] == f"{path}/storyboard/?plan=1"
    assert Shot.objects.filter(campaign=campaign).count() == planned
    assert "Open the storyboard" in text(browser.get(f"{path}/"))
    wrong = browser.post(f"{path}/brief/", {**FORM, "rounds": "x", "then": "storyboard"})
    assert wrong.status_code == 422
    assert LedgerLine.objects.count() == Job.objects.count() == 0


def test_pressed_twice_opens_one(browser):
    for _ in range(2):
        assert browser.post("/clients/new/", {"token": "t1", "name": "Acme"}).status_code == 302
    for _ in range(2):
        answer = browser.post("/campaigns/new/", {"token": "t2", "name": "Spring", "client": ""})
        assert answer.status_code == 302
    assert (Client.objects.count(), Campaign.objects.count()) == (1, 1)
    taken = browser.post("/campaigns/new/", {"token": "t3", "name": "spring"})
    assert taken.status_code == 422
    assert "There is a campaign “spring” already" in text(taken)
    taken = browser.post("/clients/new/", {"token": "t4", "name": "acme"})
    assert taken.status_code == 422
    assert 'value="acme"' in text(taken)


def test_what_cannot_be_taken_stays_in_the_form(shop, browser, campaign):
    wrong = {**FORM, "rounds": "two", "budget": "much", "deadline": "soon"}
    answer = browser.post(f"/campaigns/{campaign.uid}/brief/", wrong)
    page = text(answer)
    assert answer.status_code == 422
    assert "3 answers cannot be taken" in page
    for kept in ('value="two"', 'value="much"', "Launch the bottle", "Hands open the bottle"):
        assert kept in page, kept
    both = browser.post(f"/campaigns/{campaign.uid}/brief/", {**FORM, "never": "the LOGO"})
    assert both.status_code == 422
    assert "must be seen and must never be seen" in text(both)
    assert Brief.objects.get().version == 1
    assert not AuditEntry.objects.filter(action="brief.change").exists()


def test_two_at_once_lose_nothing(shop, browser, access, campaign):
    briefs.change(access, campaign, BriefFields(goal="Hers", rounds=3), version=1)
    answer = browser.post(f"/campaigns/{campaign.uid}/brief/", FORM)
    page = text(answer)
    assert answer.status_code == 409
    assert "olga has changed the brief" in page
    assert "Launch the bottle" in page
    assert "<dd>Hers</dd>" in page
    assert 'name="version" value="2"' in page
    assert Brief.objects.get().goal == "Hers"
    again = browser.post(f"/campaigns/{campaign.uid}/brief/", {**FORM, "version": "2"})
    assert again.status_code == 302
    assert Brief.objects.get().goal == "Launch the bottle"


def test_the_brand_kit_and_the_profile(browser, client):
    kit = {
        "voice": "Dry",
        "colours": "Amber #ffb224\n#0E0F11",
        "locked_phrases": "Sleep on it.",
        "avoid": "Rivals",
        "defaults": "brand = Acme",
    }
    assert browser.post(f"/clients/{client.uid}/kit/", kit).status_code == 302
    page = text(browser.get(f"/clients/{client.uid}/"))
    assert "The brand kit is saved as version 2." in page
    assert 'fill="#FFB224"' in page
    assert "no brand kit yet" not in page
    wrong = browser.post(f"/clients/{client.uid}/kit/", {**kit, "colours": "Amber", "voice": "W"})
    assert wrong.status_code == 422
    assert "Write a colour as #RRGGBB" in text(wrong)
    assert ">W</textarea>" in text(wrong)
    profile = {"about": "Beds", "contact_email": "x", "markets": "DE\nAT"}
    wrong = browser.post(f"/clients/{client.uid}/profile/", profile)
    assert wrong.status_code == 422
    fixed = {**profile, "contact_email": "ann@acme.example"}
    assert browser.post(f"/clients/{client.uid}/profile/", fixed).status_code == 302
    kept = Client.objects.get()
    assert (kept.about, kept.markets, kept.brand_kit.version) == ("Beds", ["DE", "AT"], 2)


def test_photos_move_and_go(browser, access, client):
    product = products.create(access, ProductChange(name="Bottle"), client=client)
    red, blue = (uploaded(access, colour) for colour in ("red", "blue"))
    for asset in (red, blue):
        products.add_photo(access, product, asset)
    path = f"/products/{product.uid}"
    page = text(browser.get(f"{path}/"))
    assert f'value="{blue.uid} {red.uid}"' in page
    browser.post(f"{path}/photos/order/", {"order": f"{blue.uid} {red.uid}"})
    assert [one.asset for one in product.photos.all()] == [blue, red]
    browser.post(f"{path}/photos/order/", {"order": blue.uid})
    assert "changed meanwhile" in text(browser.get(f"{path}/"))
    browser.post(f"{path}/photos/remove/", {"asset": blue.uid})
    assert [one.asset for one in product.photos.all()] == [red]
    wrong = browser.post(f"{path}/photos/", {"file": SimpleUploadedFile("a.png", b"no picture")})
    assert wrong.status_code == 422
    assert "a.png: " in text(wrong)
    assert browser.post(f"{path}/photos/", {}).status_code == 422
    words = {"name": "Flask", "benefits": "Cold\nLight", "audience": "", "description": ""}
    assert browser.post(f"{path}/change/", words).status_code == 302
    assert Product.objects.get().benefits == ["Cold", "Light"]


def test_lists_filter_by_their_address(browser, access, client, campaign):
    other = opening.open_client(access, name="Bolt")
    opening.open_campaign(access, name="Autumn", client=other)
    page = text(browser.get("/campaigns/", {"client": client.uid}))
    assert "Spring" in page
    assert "Autumn" not in page
    browser.post(f"/campaigns/{campaign.uid}/archive/", {"archived": "1"})
    browser.post(f"/clients/{client.uid}/archive/", {"archived": "1"})
    assert "Spring is archived" in text(browser.get("/campaigns/"))
    assert "Spring" not in text(browser.get("/campaigns/"))
    assert "Spring" in text(browser.get("/campaigns/", {"state": "archived"}))
    assert client.uid in text(browser.get("/clients/", {"state": "archived"}))
    assert client.uid not in text(browser.get("/clients/"))
    browser.post(f"/campaigns/{campaign.uid}/archive/", {"archived": ""})
    assert Campaign.objects.get(pk=campaign.pk).archived_at is None


def test_pages_of_the_list(browser, access, client, monkeypatch):
    monkeypatch.setattr("campaigns.pages.campaigns.PER_PAGE", 1)
    monkeypatch.setattr("campaigns.pages.clients.PER_PAGE", 1)
    first = opening.open_campaign(access, name="First", client=client)
    second = opening.open_campaign(access, name="Second", client=client)
    page = text(browser.get("/campaigns/"))
    assert "Second" in page
    assert f"before={second.uid}" in page
    assert first.uid in text(browser.get("/campaigns/", {"before": second.uid}))
    newer = opening.open_client(access, name="Newer")
    assert f"before={newer.uid}" in text(browser.get("/clients/"))
    assert "Acme" in text(browser.get("/clients/", {"before": newer.uid}))


def test_who_may_only_look_changes_nothing(shop, viewer, access, client, campaign):
    product = products.create(access, ProductChange(name="Bottle"), client=client)
    for path in (f"/clients/{client.uid}/", f"/campaigns/{campaign.uid}/", "/clients/"):
        page = viewer.get(path)
        assert page.status_code == 200
        assert "Save the" not in text(page)
        assert "Archive the" not in text(page)
    posts = {
        "/clients/new/": {"name": "X"},
        f"/clients/{client.uid}/kit/": {"voice": "X"},
        f"/clients/{client.uid}/profile/": {"about": "X"},
        f"/clients/{client.uid}/products/": {"name": "X"},
        f"/products/{product.uid}/change/": {"name": "X"},
        f"/products/{product.uid}/photos/": {},
        "/campaigns/new/": {"name": "X"},
        f"/campaigns/{campaign.uid}/brief/": FORM,
        f"/campaigns/{campaign.uid}/archive/": {"archived": "1"},
    }
    for path, form in posts.items():
        assert viewer.post(path, form).status_code == 403, path
    assert Brief.objects.get().version == 1
    assert (Client.objects.count(), Product.objects.get().name) == (1, "Bottle")


def test_a_stranger_finds_nothing(stranger, access, client, campaign):
    product = products.create(access, ProductChange(name="Bottle"), client=client)
    gets = [f"/clients/{client.uid}/", f"/campaigns/{campaign.uid}/", f"/products/{product.uid}/"]
    assert [stranger.get(path).status_code for path in gets] == [404] * 3
    for path in (
        f"/clients/{client.uid}/kit/",
        f"/clients/{client.uid}/products/",
        f"/products/{product.uid}/photos/order/",
        f"/campaigns/{campaign.uid}/brief/",
    ):
        assert stranger.post(path, FORM).status_code == 404
    made = stranger.post("/campaigns/new/", {"token": "t", "name": "Mine", "client": client.uid})
    assert made.status_code == 422
    assert Campaign.objects.count() == 1
    assert "Acme" not in text(stranger.get("/clients/"))


def test_the_list_asks_the_same_questions_however_long_it_is(browser, access, client):
    def questions(path: str) -> int:
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        return len(asked)

    paths = ("/campaigns/", "/clients/", f"/clients/{client.uid}/")

    def more(number: int) -> None:
        opening.open_campaign(access, name=f"Campaign {number}", client=client)
        opening.open_client(access, name=f"Client {number}")
        product = products.create(access, ProductChange(name=f"P {number}"), client=client)
        products.add_photo(access, product, uploaded(access, "red"))

    more(1)
    before = {path: questions(path) for path in paths}
    for number in (2, 3, 4):
        more(number)
    assert {path: questions(path) for path in paths} == before


@pytest.mark.parametrize("path", ["/clients/", "/campaigns/", "/campaigns/new/"])
def test_no_page_breaks_the_policy(browser, campaign, path):
    page = text(browser.get(path))
    assert "style=" not in page
    assert "<script>" not in page
