"""The bodies and queries of takes, variants, finals and results."""

from typing import Any

from rest_framework import serializers

from campaigns.judging import LONGEST_NOTE as LONGEST_REJECT_NOTE
from campaigns.judging import REASONS
from campaigns.models import Verdict
from campaigns.more_takes import LONGEST_NOTE, MOST_AT_ONCE, MoreTakes
from campaigns.variants.matrix import LONGEST_VALUE, MOST_VALUES, MOST_VARIANTS
from campaigns.variants.words import FACTORS
from campaigns.winners.results_csv import MOST_BYTES
from generation.api.bodies.clip import QUOTE, Prompt
from generation.api.bodies.queries import PageQuery
from generation.api.bodies.strict import Body, Flag, OneOf, Text, Whole
from generation.asks import LONGEST, SHORTEST, Refused
from generation.batches import MOST
from generation.choices import JobState
from providers.registry import ADAPTERS
from providers.types import Tier

VERDICTS = (Verdict.PICKED.value, Verdict.REJECTED.value, "none")


class TakesQuery(PageQuery):
    shot = Text(default="", max_length=32, help_text="A shot's id.")
    state = OneOf(choices=JobState.values, default=None)
    verdict = OneOf(choices=VERDICTS, default=None)


class JudgeBody(Body):
    """What is left out stays as it is."""

    rating = Whole(default=None, min_value=0, max_value=5, help_text="0 takes the stars back.")
    verdict = OneOf(choices=VERDICTS, default=None)
    reject_reason = OneOf(choices=list(REASONS), default=None)
    reject_note = Text(default="", max_length=LONGEST_REJECT_NOTE)
    final = Flag(default=None, help_text="true makes it the shot's final.")


class MoreBody(Body):
    """More takes of a shot; what is left out is as the shot says."""

    count = Whole(default=1, min_value=1, max_value=MOST_AT_ONCE)
    prompt = Prompt(default=None)
    quality = OneOf(choices=list(Tier), default=None)
    duration = Whole(default=None, min_value=SHORTEST, max_value=LONGEST)
    provider = OneOf(choices=list(ADAPTERS), default=None)
    seed = Whole(default=None, min_value=0, max_value=2**32 - 1, help_text="Of the first take.")
    note = Text(default="", max_length=LONGEST_NOTE, help_text="For people; sent to no provider.")
    dry_run = Flag(default=False, help_text="Only price: answers 201 with a quote.")
    quote_id = Text(default="", max_length=40, help_text=QUOTE)


class Values(serializers.ListField):
    default_error_messages = {
        "not_a_list": "Send a list of texts.",
        "max_length": f"Keep it to {MOST_VALUES} values.",
    }
    child = Text(max_length=LONGEST_VALUE)

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=MOST_VALUES, **how)


class FactorsBody(Body):
    """The values of each factor; a known word stands for a phrase, any other for itself."""

    hook = Values(default=list)
    setting = Values(default=list)
    camera = Values(default=list)
    light = Values(default=list)
    offer = Values(default=list)


class VariantsBody(Body):
    """Combinations of factors as takes of a shot."""

    factors = FactorsBody()
    most = Whole(default=12, min_value=1, max_value=MOST_VARIANTS)
    quality = OneOf(choices=list(Tier), default=None)
    note = Text(default="", max_length=LONGEST_NOTE, help_text="For people; sent to no provider.")
    dry_run = Flag(default=False, help_text="Only price: answers 201 with variants and a quote.")
    quote_id = Text(default="", max_length=40, help_text=QUOTE)


PIN_LAST = "End on the last one too, where an offer of the tier can; needs pin_first_frame."


class PromoteTakeBody(Body):
    """Without `quality` the brief's tier is taken, or the next one up."""

    quality = OneOf(choices=list(Tier), default=None)
    pin_first_frame = Flag(default=False, help_text="Begin with the draft's own first frame.")
    pin_last_frame = Flag(default=False, help_text=PIN_LAST)
    dry_run = Flag(default=False, help_text="Only price: answers 201 with a quote.")
    quote_id = Text(default="", max_length=40, help_text=QUOTE)


class TakeIds(serializers.ListField):
    default_error_messages = {
        "not_a_list": "Send a list of takes' ids.",
        "max_length": f"Keep it to {MOST}.",
    }
    child = Text(max_length=32)

    def __init__(self, **how: Any) -> None:
        super().__init__(max_length=MOST, **how)


class FinalsBody(Body):
    """Without `takes`: every picked take that has no final yet and is below the wanted tier."""

    takes = TakeIds(default=list)
    quality = OneOf(choices=list(Tier), default=None, help_text="For all; else as the brief says.")
    pin_first_frame = Flag(default=False, help_text="Begin with the drafts' own first frames.")
    pin_last_frame = Flag(default=False, help_text=PIN_LAST)
    quote_id = Text(default="", max_length=40, help_text="The quote that this confirms.")


class ResultsBody(Body):
    csv = Text(max_length=MOST_BYTES, help_text="The whole file, with its heading.")
    file_name = Text(default="", max_length=200)


class ResultsQuery(Body):
    placement = Text(default="", max_length=80, help_text="Only this placement.")


def more_takes(given: dict[str, Any]) -> MoreTakes:
    return MoreTakes(
        count=given["count"],
        prompt=given["prompt"],
        tier=Tier(given["quality"]) if given["quality"] else None,
        seconds=given["duration"],
        provider=given["provider"],
        seed=given["seed"],
        note=given["note"],
    )


def factors_of(given: dict[str, Any]) -> dict[str, list[str]]:
    return {name: given["factors"][name] for name in FACTORS if given["factors"][name]}


def pins_of(given: dict[str, Any]) -> dict[str, bool]:
    """Which frames of the drafts are wanted. Raises Refused for a last one without a first."""
    pin, pin_last = given["pin_first_frame"], given["pin_last_frame"]
    if pin_last and not pin:
        words = "A final that ends on the draft's frame begins with one. Set pin_first_frame too."
        raise Refused(words, field="pin_last_frame")
    return {"pin": pin, "pin_last": pin_last}
