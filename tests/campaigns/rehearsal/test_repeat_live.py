"""A rehearsed plan goes over into live mode, and nothing of test mode's money or takes does."""

from dataclasses import replace

import pytest

from accounts.access import Forbidden
from accounts.models import AuditEntry, Mode
from campaigns import briefs, clients, opening, products, sources
from campaigns.briefs import BriefFields
from campaigns.clients import Colour, KitChange, ProfileChange
from campaigns.models import Brief, Campaign, Client, LiveRepeat, Product, Shot, Take
from campaigns.products import ProductChange
from campaigns.rehearsal.repeat_live import repeat_live, source_of
from generation.asks import Refused
from generation.models import Asset, Attempt, Job, LedgerLine, Quote
from tests.campaigns.conftest import uploaded
from tests.generation.api.conftest import make_caller, only_error

pytestmark = pytest.mark.django_db
KINDS = (Campaign, Client, Product, Shot, Brief, Asset, Quote, LiveRepeat, Job, LedgerLine)


@pytest.fixture
def keys(settings):
    """Live providers have keys, so that live shots can be priced. Nothing is ever sent."""
    settings.PROVIDER_KEYS = {
        "runway": {"key": "key_" + "5a" * 64},
        "sora": {"key": ""},
        "kling": {"key": "api-key-kling-live", "access_key": "", "secret_key": ""},
        "pika": {"key": "live-id:live-secret", "transport": "fal"},
    }


@pytest.fixture
def live(access):
    return replace(access, mode=Mode.LIVE)


@pytest.fixture
def planned(shop, access, campaign, client, shot):
    """A whole plan: kit, product with two photos, brief, three shots, one of them stale."""
    profile = ProfileChange(about="Roasters", contact_email="ann@acme.example", markets=("DE",))
    kit = KitChange(voice="Calm", colours=(Colour(name="Ink", hex="#101820"),), avoid=("Smoke",))
    clients.change(access, client, profile=profile, kit=kit)
    photos = [uploaded(access, "navy"), uploaded(access, "teal", name="lid.png")]
    asked = ProductChange(name="Cold Brew", description="Black", benefits=("Smooth",))
    product = products.create(access, asked, client=client, photos=photos)
    product.photos.filter(asset=photos[1]).update(caption="The lid")
    fields = BriefFields(goal="Sell", products=(product.uid,), with_hook=True, tier="high")
    briefs.change(access, campaign, fields, version=1)
    product = products.change(access, product, ProductChange(description="Blacker"))
    key = sources.product_key(product)
    was = {"brief": 2, "brand_kit": 2, key: 1}
    shot(1, role="hook", seconds=5, prompt="Beans fall [[sandbox: slow=3]]", made_of=was)
    shot(2, role="product", seconds=5, picture=photos[0], product=product, made_of=was)
    shot(3, seconds=5, negative_prompt="people", seed=7, locked=True, note="Ann likes it")
    shot(4, seconds=5, removed_at="2026-01-01T00:00:00Z")
    return opening.campaign_by(access, campaign.uid)


def test_the_plan_goes_over_whole(keys, access, live, planned, client):
    done = repeat_live(access, planned)
    copy = done.campaign
    assert (copy.mode, copy.name, copy.made_from, done.new) == ("live", "Spring", planned, True)
    assert (copy.client.mode, copy.client.name, copy.client.made_from) == ("live", "Acme", client)
    assert (copy.client.about, copy.client.contact_email) == ("Roasters", "ann@acme.example")
    kit = copy.client.brand_kit
    assert (kit.mode, kit.voice, kit.version) == ("live", "Calm", 2)
    assert kit.colours == [{"name": "Ink", "hex": "#101820"}]
    brief = Brief.objects.get(campaign=copy)
    assert (brief.goal, brief.with_hook, brief.tier, brief.version) == ("Sell", True, "high", 2)
    (product,) = briefs.products_of(brief)
    assert (product.mode, product.name, product.client) == ("live", "Cold Brew", copy.client)
    assert product.made_from == Product.objects.get(mode="test")
    assert [(p.asset.mode, p.caption) for p in product.photos.all()] == [
        ("live", ""),
        ("live", "The lid"),
    ]
    shots = list(Shot.objects.filter(campaign=copy))
    assert [(one.mode, one.role, one.seconds, one.position) for one in shots] == [
        ("live", "hook", 5, 1),
        ("live", "product", 5, 2),
        ("live", "b_roll", 5, 3),
    ]
    assert shots[0].prompt == "Beans fall"
    assert (shots[1].picture, shots[1].product) == (product.photos.first().asset, product)
    third = shots[2]
    assert (third.negative_prompt, third.seed, third.locked) == ("people", 7, True)
    assert AuditEntry.objects.filter(mode="live", action="campaign.repeat_live").count() == 1


def test_pictures_share_their_file_and_are_live_assets(keys, access, live, planned):
    repeat_live(access, planned)
    rows = Asset.objects.order_by("sha256", "mode").values_list("sha256", "mode", "storage_key")
    assert len(rows) == 4
    for (one, mode, key), (other, other_mode, other_key) in (rows[:2], rows[2:]):
        assert (one, key) == (other, other_key)
        assert (mode, other_mode) == ("live", "test")


def test_what_was_stale_is_stale_in_the_copy_too(keys, access, planned):
    copy = repeat_live(access, planned).campaign
    first = Shot.objects.get(campaign=copy, position=1)
    current = sources.versions(copy)
    (stale,) = sources.stale(first.made_of, current=current)
    assert stale.name == "The product Cold Brew"
    assert first.made_of["brief"] == 2


def test_nothing_is_spent_and_takes_stay_behind(keys, access, live, planned, take):
    take(Shot.objects.get(position=1, campaign=planned), "Draft one")
    before = (Job.objects.count(), Attempt.objects.count(), LedgerLine.objects.count())
    done = repeat_live(access, planned)
    assert (Job.objects.count(), Attempt.objects.count(), LedgerLine.objects.count()) == before
    assert Take.objects.filter(mode="live").count() == 0
    assert done.quote is not None, done.problem
    assert (done.quote.mode, done.quote.kind, len(done.quote.lines)) == ("live", "plan", 3)
    assert 0 < done.quote.likely_micros <= done.quote.worst_micros
    assert done.quote.uses == 0


def test_once_for_each_version_of_the_brief(keys, access, planned):
    first = repeat_live(access, planned)
    second = repeat_live(access, planned)
    assert (second.campaign, second.new) == (first.campaign, False)
    assert second.quote != first.quote
    briefs.change(access, planned, BriefFields(goal="Tell"), version=2)
    third = repeat_live(access, opening.campaign_by(access, planned.uid))
    assert (third.new, third.campaign.name) == (True, "Spring 2")
    assert third.campaign.client == first.campaign.client
    assert Product.objects.filter(mode="live").count() == 1
    assert LiveRepeat.objects.count() == 2


def test_what_is_live_already_stays_as_people_left_it(keys, access, live, planned):
    known = opening.open_client(live, name="acme")
    clients.change(live, known, profile=ProfileChange(about="Ours"))
    opening.open_campaign(live, name="spring")
    copy = repeat_live(access, planned).campaign
    assert (copy.client, copy.name) == (known, "Spring 2")
    known.refresh_from_db()
    assert (known.about, known.made_from) == ("Ours", None)


def test_shots_that_nobody_can_make_are_told_and_the_plan_is_there(access, planned, settings):
    settings.PROVIDER_KEYS = {name: {"key": ""} for name in ("runway", "sora", "kling", "pika")}
    done = repeat_live(access, planned)
    assert (done.new, done.quote) == (True, None)
    assert done.problem.startswith("Shot 1")
    assert Shot.objects.filter(campaign=done.campaign).count() == 3


def test_a_test_key_is_refused_by_name_and_writes_nothing(planned, caller):
    before = [kind.objects.count() for kind in KINDS]
    status, code, _, detail = only_error(caller.post(f"campaigns/{planned.uid}/repeat-live"))
    assert (status, code) == (403, "permission_denied")
    assert "test mode" in detail and "aiv_live_" in detail
    assert [kind.objects.count() for kind in KINDS] == before


def test_a_live_key_repeats_and_gets_a_quote(keys, planned, live_caller):
    at = f"campaigns/{planned.uid}/repeat-live"
    done = live_caller.post(at, key="once")
    assert done.status_code == 201
    told = done.json()
    assert (told["made_from"], told["new"], told["problem"]) == (planned.uid, True, None)
    assert told["quote"]["kind"] == "plan"
    assert told["quote"]["likely_cost"] <= told["quote"]["max_cost"]
    assert live_caller.get(f"campaigns/{told['campaign']}").status_code == 200
    assert live_caller.post(at, key="once").json() == told
    again = live_caller.post(at)
    assert (again.status_code, again.json()["campaign"]) == (200, told["campaign"])
    live_again = only_error(live_caller.post(f"campaigns/{told['campaign']}/repeat-live"))
    assert live_again[:3] == (400, "live_already", "campaign")


def test_a_live_key_needs_both_scopes(planned, workspace, owner):
    for scopes in (["campaigns:write"], ["jobs:write"], ["campaigns:read"]):
        key = make_caller(workspace, owner, mode=Mode.LIVE, scopes=scopes)
        assert key.post(f"campaigns/{planned.uid}/repeat-live").status_code == 403
    assert LiveRepeat.objects.count() == 0


def test_another_workspace_finds_nothing(planned, owner):
    from accounts.models import Workspace

    place = Workspace.objects.create(slug="far", name="Far")
    far = make_caller(place, owner, mode=Mode.LIVE)
    assert far.post(f"campaigns/{planned.uid}/repeat-live").status_code == 404
    assert LiveRepeat.objects.count() == 0


def test_a_person_in_test_mode_may_and_a_viewer_may_not(keys, access, planned, browser, viewer):
    at = f"/api/campaigns/{planned.uid}/repeat-live"
    assert viewer.post(at, {}, content_type="application/json").status_code == 403
    assert LiveRepeat.objects.count() == 0
    done = browser.post(at, {}, content_type="application/json")
    assert done.status_code == 201
    assert Campaign.objects.get(mode="live").created_by_id == access.user_id


def test_source_of_speaks_of_the_mode(access, live, planned):
    assert source_of(access, planned.uid) == planned
    assert source_of(live, planned.uid) == planned
    with pytest.raises(Forbidden):
        source_of(replace(access, api_key_id=1), planned.uid)
    mine = opening.open_campaign(live, name="Autumn")
    with pytest.raises(Refused) as caught:
        source_of(live, mine.uid)
    assert caught.value.code == "live_already"
