"""What storyboards are planned, changed, quoted and made with."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from rest_framework import serializers

from campaigns.drafting import MOST_TAKES_EACH
from campaigns.models import ShotRole
from campaigns.shot_editing import LONGEST_NOTE, ShotFields
from campaigns.storyboard import MOST_SHOTS
from generation.api.bodies.clip import LARGEST_SEED, QUOTE, Prompt, Seconds
from generation.api.bodies.strict import Body, Flag, OneOf, Text, Whole
from generation.asks import RATIOS
from generation.styles import STYLES
from providers.registry import ADAPTERS
from providers.types import Tier

# Fields that can be empty again: in a change null empties them.
CLEARABLE = frozenset({"seed", "provider", "style", "image", "product"})
NAMES = {"duration": "seconds", "quality": "tier", "aspect_ratio": "ratio", "image": "picture"}
IMAGE = "The id of an upload: the shot then animates it."


class ShotIds(serializers.ListField):
    default_error_messages = {
        "not_a_list": "Send a list of shots' ids.",
        "max_length": f"Keep it to {MOST_SHOTS}.",
    }
    child = Text(max_length=64)

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=MOST_SHOTS, **how)


class PlanBody(Body):
    """Without `apply` nothing is written."""

    apply = Flag(default=False, help_text="true makes the storyboard what the plan says.")
    fingerprint = Text(
        default="",
        max_length=64,
        help_text="That of the plan you have seen: refused if applying would do something else.",
    )


class ShotChangeBody(Body):
    """What is left out stays as it is; null empties seed, provider, style, image or product."""

    prompt = Prompt(required=False)
    role = OneOf(required=False, choices=list(ShotRole))
    negative_prompt = Text(required=False, help_text="What to avoid.")
    duration = Seconds(required=False, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(required=False, choices=list(Tier))
    aspect_ratio = OneOf(required=False, choices=list(RATIOS))
    # The metaclass takes declared fields off the class, so Field.style is not in the way.
    style = OneOf(required=False, choices=list(STYLES))  # type: ignore[assignment]
    seed = Whole(required=False, min_value=0, max_value=LARGEST_SEED)
    provider = OneOf(required=False, choices=list(ADAPTERS), help_text="The one to try first.")
    image = Text(required=False, max_length=64, help_text=IMAGE)
    product = Text(required=False, max_length=64, help_text="A product's id.")
    note = Text(required=False, max_length=LONGEST_NOTE, help_text="For people alone.")
    locked = Flag(required=False, help_text="A locked shot is changed by no plan and nobody.")
    removed = Flag(required=False, help_text="false puts a shot back that was taken out.")
    up_to_date = Flag(required=False, help_text="true: it is right as it is; the mark goes.")

    def to_internal_value(self, data: Any) -> Any:
        given = super().to_internal_value(data)
        if isinstance(data, Mapping):
            given.update({name: None for name in CLEARABLE if data.get(name, "") is None})
        return given


class ShotBody(Body):
    """A shot by hand."""

    prompt = Prompt()
    role = OneOf(default=ShotRole.B_ROLL, choices=list(ShotRole))
    negative_prompt = Text(default="", help_text="What to avoid.")
    duration = Seconds(default=5, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(default=Tier.DRAFT, choices=list(Tier))
    aspect_ratio = OneOf(default=None, choices=list(RATIOS), help_text="Else the brief's.")
    style = OneOf(default=None, choices=list(STYLES))  # type: ignore[assignment]
    seed = Whole(default=None, min_value=0, max_value=LARGEST_SEED)
    provider = OneOf(default=None, choices=list(ADAPTERS), help_text="The one to try first.")
    image = Text(default="", max_length=64, help_text=IMAGE)
    product = Text(default="", max_length=64, help_text="A product's id.")
    note = Text(default="", max_length=LONGEST_NOTE, help_text="For people alone.")
    after = Text(default="", max_length=64, help_text="The shot that it follows; else the last.")


class OrderBody(Body):
    shots = ShotIds(help_text="Each shot of the storyboard once, in the new order.")


class SplitBody(Body):
    first_seconds = Whole(help_text="What the first part keeps; each part needs 3 s.")
    prompt = Text(default="", max_length=4000, help_text="Of the second part; else the same.")


class ShotsQuoteBody(Body):
    """Without `shots` the whole storyboard is priced."""

    shots = ShotIds(default=list)
    takes_each = Whole(default=1, min_value=1, max_value=MOST_TAKES_EACH)


class DraftsBody(ShotsQuoteBody):
    """Without `shots` every shot of the storyboard is made."""

    quote_id = Text(default="", max_length=40, help_text=QUOTE)


def shot_fields(given: dict[str, Any], *, ratio: str) -> ShotFields:
    """A new shot; `ratio` where none is given."""
    told = {name: value for name, value in given.items() if name != "after"}
    return changed_fields(ShotFields(prompt="", ratio=ratio), told)


def changed_fields(before: ShotFields, given: dict[str, Any]) -> ShotFields:
    """`before` with what was given."""
    told: dict[str, Any] = {}
    for name, value in given.items():
        known = NAMES.get(name, name)
        if known not in ShotFields.__dataclass_fields__:
            continue
        if value is None and name not in CLEARABLE:
            continue
        told[known] = "" if value is None and name != "seed" else value
    if "role" in told:
        told["role"] = ShotRole(told["role"])
    if "tier" in told:
        told["tier"] = Tier(told["tier"])
    return replace(before, **told)
