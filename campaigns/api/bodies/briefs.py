"""What a brief is replaced or changed with, and what campaigns are opened and changed with."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rest_framework import serializers

from campaigns.api.bodies.lists import Texts
from campaigns.briefs import BriefFields, Claim
from generation.api.bodies.budget import Day, Limit
from generation.api.bodies.strict import Body, Flag, OneOf, Text, Whole
from generation.asks import RATIOS
from generation.money.pricing import micros_from_decimal
from generation.styles import STYLES
from providers.types import Tier

# Fields that can be empty again: in a change null empties them.
CLEARABLE = frozenset(
    {"b_roll_count", "total_seconds", "rounds", "deadline", "budget", "style"},
)
NAMES = {"aspect_ratio": "ratio", "quality": "tier", "budget": "budget_micros"}


class CampaignBody(Body):
    name = Text(max_length=400)
    client = Text(default="", max_length=64, help_text="A client's id; else the workspace's own.")


class CampaignChangeBody(Body):
    archived = Flag(help_text="true puts it away: it leaves the list and keeps everything.")


class ClaimBody(Body):
    text = Text(max_length=5000)
    proof = Text(default="", max_length=5000, help_text="What proves it.")


class Claims(serializers.ListField):
    default_error_messages = {"not_a_list": 'Send a list such as [{"text": "…", "proof": "…"}].'}
    child = ClaimBody()

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=200, **how)


class BriefChangeBody(Body):
    """What is left out stays as it is; null empties a number, a day, an amount or the style."""

    version = Whole(min_value=1, help_text="The version that you have read.")
    goal = Text(required=False)
    audience = Text(required=False)
    message = Text(required=False)
    must = Texts(required=False, help_text="What must be seen.")
    never = Texts(required=False, help_text="What must never be seen.")
    claims = Claims(required=False)
    products = Texts(required=False, help_text="Ids of products, in order.")
    markets = Texts(required=False)
    placements = Texts(required=False, help_text="Where the ads run.")
    scenes = Texts(required=False, help_text="B-roll scenes in words, one shot each.")
    b_roll_count = Whole(required=False, help_text="How many B-roll shots in all.")
    transition_count = Whole(required=False)
    with_hook = Flag(required=False, help_text="Begin with a hook.")
    with_end_card = Flag(required=False, help_text="End with a card.")
    total_seconds = Whole(required=False, help_text="The length of the finished film.")
    aspect_ratio = OneOf(required=False, choices=list(RATIOS))
    quality = OneOf(required=False, choices=list(Tier), help_text="The tier of the final clips.")
    # The metaclass takes declared fields off the class, so Field.style is not in the way.
    style = OneOf(required=False, choices=list(STYLES))  # type: ignore[assignment]
    rounds = Whole(required=False, help_text="Rounds of review that were agreed.")
    deadline = Day(required=False)
    budget = Limit(required=False, help_text="Dollars that were agreed for the footage.")

    def to_internal_value(self, data: Any) -> Any:
        given = super().to_internal_value(data)
        if isinstance(data, Mapping):
            given.update({name: None for name in CLEARABLE if data.get(name, "") is None})
        return given


class BriefBody(BriefChangeBody):
    """The whole brief: what is left out becomes empty."""


def whole_brief(given: dict[str, Any]) -> BriefFields:
    return changed_brief(BriefFields(), given)


def changed_brief(before: BriefFields, given: dict[str, Any]) -> BriefFields:
    """`before` with what was given."""
    told: dict[str, Any] = {}
    for name, value in given.items():
        if name == "claims":
            told[name] = tuple(Claim(**claim) for claim in value)
        elif name == "budget" and value is not None:
            told["budget_micros"] = micros_from_decimal(value)
        elif name != "version":
            told[NAMES.get(name, name)] = tuple(value) if isinstance(value, list) else value
    if told.get("style", "") is None:
        told["style"] = ""
    return replace(before, **told)
