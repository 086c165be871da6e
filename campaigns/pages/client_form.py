"""The forms of a client's profile and brand kit: what was typed, kept as text."""

from collections.abc import Sequence

from django.http import QueryDict

from campaigns.clients import KitChange, ProfileChange
from campaigns.models import Client
from campaigns.pages.typed import (
    colours_told,
    colours_typed,
    lines_told,
    lines_typed,
    pairs_told,
    pairs_typed,
)

LONGEST_TYPED = 60_000
PROFILE = ("about", "contact_name", "contact_email", "markets", "placements", "disclosure")
KIT = ("voice", "colours", "locked_phrases", "avoid", "defaults")


def typed_of(client: Client) -> dict[str, str]:
    """Both forms filled with what is true now."""
    kit = client.brand_kit
    return {
        "about": client.about,
        "contact_name": client.contact_name,
        "contact_email": client.contact_email,
        "markets": lines_told(client.markets),
        "placements": lines_told(client.placements),
        "disclosure": client.disclosure,
        "voice": kit.voice,
        "colours": colours_told(kit.colours),
        "locked_phrases": lines_told(kit.locked_phrases),
        "avoid": lines_told(kit.avoid),
        "defaults": pairs_told(kit.defaults),
    }


def typed_from(data: QueryDict, names: Sequence[str]) -> dict[str, str]:
    return {name: data.get(name, "")[:LONGEST_TYPED] for name in names}


def profile_of(typed: dict[str, str]) -> ProfileChange:
    return ProfileChange(
        about=typed["about"],
        contact_name=typed["contact_name"],
        contact_email=typed["contact_email"],
        markets=lines_typed(typed["markets"]),
        placements=lines_typed(typed["placements"]),
        disclosure=typed["disclosure"],
    )


def kit_of(typed: dict[str, str]) -> KitChange:
    """Raises Refused for a line that cannot be read."""
    return KitChange(
        voice=typed["voice"],
        colours=colours_typed(typed["colours"]),
        locked_phrases=lines_typed(typed["locked_phrases"]),
        avoid=lines_typed(typed["avoid"]),
        defaults=pairs_typed(typed["defaults"], field="defaults"),
    )
