"""Profiles and brand kits: what is kept, what is refused, and when the version moves."""

import pytest

from accounts.models import AuditEntry
from campaigns import clients, opening
from campaigns.clients import Colour, KitChange, ProfileChange
from campaigns.models import BrandKit, Client
from generation.asks import Refused
from generation.models import CostCentre

AMBER = Colour(name="Amber", hex="#ffb224")
KIT = KitChange(
    voice="Dry, short, warm.\r\nNever loud.",
    colours=(AMBER, Colour(name="", hex="#0E0F11")),
    locked_phrases=("  Sleep on it. ", "Acme® Rest"),
    avoid=("Competitors’ logos",),
    defaults={"brand": "Acme"},
)


def test_a_new_client_has_an_empty_kit_that_says_what_is_weaker(client):
    kit = client.brand_kit
    assert (kit.version, kit.voice, kit.colours, kit.locked_phrases) == (1, "", [], [])
    weak = clients.weaknesses(kit)
    assert [one.field for one in weak] == ["voice", "colours", "locked_phrases", "avoid"]


def test_a_kit_is_kept_in_one_spelling_and_counted(access, client):
    kit = clients.change(access, client, kit=KIT).brand_kit
    kit.refresh_from_db()
    assert kit.voice == "Dry, short, warm.\nNever loud."
    assert kit.colours == [{"name": "Amber", "hex": "#FFB224"}, {"name": "", "hex": "#0E0F11"}]
    assert kit.locked_phrases == ["Sleep on it.", "Acme® Rest"]
    assert kit.defaults == {"brand": "Acme"}
    assert kit.version == 2
    assert clients.weaknesses(kit) == ()
    entry = AuditEntry.objects.get(action="brand_kit.change")
    assert entry.subject == f"brand_kit:{client.uid}"
    assert entry.before["voice"] == ""
    assert entry.after["locked_phrases"] == ["Sleep on it.", "Acme® Rest"]


def test_the_same_kit_again_is_no_change(access, client):
    clients.change(access, client, kit=KIT)
    again = clients.change(access, client, kit=KIT)
    assert again.brand_kit.version == 2
    assert AuditEntry.objects.filter(action="brand_kit.change").count() == 1


def test_only_what_is_given_changes(access, client):
    clients.change(access, client, kit=KIT)
    changed = clients.change(access, client, kit=KitChange(avoid=()))
    assert changed.brand_kit.avoid == []
    assert changed.brand_kit.locked_phrases == ["Sleep on it.", "Acme® Rest"]
    assert changed.brand_kit.version == 3


def test_a_profile(access, client):
    asked = ProfileChange(
        about="Mattresses",
        contact_name=" Ann  Lee ",
        contact_email="ann@acme.example",
        markets=("DE", "AT"),
        placements=("Instagram Reels",),
        disclosure="Made with AI",
    )
    clients.change(access, client, profile=asked)
    kept = Client.objects.get()
    assert (kept.contact_name, kept.markets, kept.placements) == (
        "Ann Lee",
        ["DE", "AT"],
        ["Instagram Reels"],
    )
    assert kept.brand_kit.version == 1


def test_archive_and_bring_back(access, client):
    clients.change(access, client, profile=ProfileChange(archived=True))
    kept = Client.objects.get()
    assert kept.archived_at is not None
    with pytest.raises(Refused) as refused:
        opening.open_campaign(access, name="Spring", client=kept)
    assert refused.value.field == "client"
    assert not CostCentre.objects.filter(name="Spring").exists()
    clients.change(access, client, profile=ProfileChange(archived=False))
    assert Client.objects.get().archived_at is None


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"kit": KitChange(colours=(Colour(name="", hex="#FFF"),))}, "colours"),
        ({"kit": KitChange(colours=(Colour(name="", hex="red"),))}, "colours"),
        ({"kit": KitChange(colours=(AMBER, Colour(name="Two", hex="#FFB224")))}, "colours"),
        ({"kit": KitChange(locked_phrases=("",))}, "locked_phrases"),
        ({"kit": KitChange(locked_phrases=("x" * 201,))}, "locked_phrases"),
        ({"kit": KitChange(locked_phrases=("a", "b", " a "))}, "locked_phrases"),
        ({"kit": KitChange(avoid=tuple(map(str, range(51))))}, "avoid"),
        ({"kit": KitChange(voice="\x00")}, "voice"),
        ({"kit": KitChange(defaults={"two words": "x"})}, "defaults"),
        ({"profile": ProfileChange(contact_email="ann")}, "contact_email"),
        ({"profile": ProfileChange(about="x" * 4001)}, "about"),
        ({"profile": ProfileChange(about="ok"), "kit": KitChange(voice="\x07")}, "voice"),
    ],
)
def test_refused_changes_write_nothing(access, client, change, field):
    entries = AuditEntry.objects.count()
    with pytest.raises(Refused) as refused:
        clients.change(access, client, **change)
    assert refused.value.field == field
    assert Client.objects.get().about == ""
    assert BrandKit.objects.get().version == 1
    assert AuditEntry.objects.count() == entries
