"""What a client is made or changed with. What is left out stays as it is."""

from typing import Any

from rest_framework import serializers

from campaigns.api.bodies.lists import Texts
from campaigns.clients import Colour, KitChange, ProfileChange
from generation.api.bodies.strict import Body, Flag, Pairs, Text


class ColourBody(Body):
    name = Text(default="", max_length=200)
    hex = Text(max_length=40, help_text="Such as #FFB224.")


class Colours(serializers.ListField):
    default_error_messages = {"not_a_list": 'Send a list such as [{"hex": "#FFB224"}].'}
    child = ColourBody()

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=200, **how)


class KitBody(Body):
    """How the client's footage looks and speaks."""

    voice = Text(required=False, help_text="How the brand speaks, in words.")
    colours = Colours(required=False)
    locked_phrases = Texts(required=False, help_text="Never reworded by anything.")
    avoid = Texts(required=False, help_text="What must not be seen in any clip.")
    defaults = Pairs(required=False, help_text="Fills variables of prompt templates by name.")


class ClientChangeBody(Body):
    about = Text(required=False)
    contact_name = Text(required=False)
    contact_email = Text(required=False)
    markets = Texts(required=False)
    placements = Texts(required=False, help_text="Where this client's ads run.")
    disclosure = Text(required=False, help_text="What must be said about generated footage.")
    archived = Flag(required=False)
    brand_kit = KitBody(required=False)


class ClientBody(ClientChangeBody):
    name = Text(max_length=400)


def profile_of(given: dict[str, Any]) -> ProfileChange:
    told: dict[str, Any] = {name: given[name] for name in PROFILE if name in given}
    for name in ("markets", "placements"):
        if name in given:
            told[name] = tuple(given[name])
    return ProfileChange(**told)


def kit_of(given: dict[str, Any]) -> KitChange:
    kit = given.get("brand_kit", {})
    told: dict[str, Any] = {name: kit[name] for name in ("voice", "defaults") if name in kit}
    for name in ("locked_phrases", "avoid"):
        if name in kit:
            told[name] = tuple(kit[name])
    if "colours" in kit:
        told["colours"] = tuple(Colour(**colour) for colour in kit["colours"])
    return KitChange(**told)


PROFILE = ("about", "contact_name", "contact_email", "disclosure", "archived")
