"""The body of batch-generate."""

from typing import Any

from rest_framework import serializers

from accounts.access import Access
from generation.api.bodies.clip import QUOTE, ClipTerms, Prompt, clip_ask, ends_of
from generation.api.bodies.strict import Flag, Text, Whole
from generation.asks import JobAsk
from generation.batches import LONGEST_NAME, MOST


class Prompts(serializers.ListField):
    """1 to 1,000 texts."""

    default_error_messages = {
        "required": f"Send 1 to {MOST} prompts.",
        "empty": f"Send 1 to {MOST} prompts.",
        "not_a_list": "Send a list of texts.",
        "min_length": f"Send 1 to {MOST} prompts.",
        "max_length": f"Send 1 to {MOST} prompts.",
    }
    child = Prompt()

    def __init__(self, **how: Any) -> None:
        super().__init__(min_length=1, max_length=MOST, **how)


class HeroIndexes(serializers.ListField):
    default_error_messages = {
        "not_a_list": "Send a list of whole numbers.",
        "max_length": f"Keep it to {MOST}.",
    }
    child = Whole()

    def __init__(self, **how: Any) -> None:
        super().__init__(
            max_length=MOST, help_text="Which prompts are hero shots, counted from 0.", **how
        )


class BatchBody(ClipTerms):
    """Many clips on the same terms, all admitted or none."""

    prompts = Prompts()
    use_cost_optimization = Flag(
        default=True,
        help_text="Hero shots, marked “(hero shot)” or named in hero_indexes, go one tier up.",
    )
    hero_indexes = HeroIndexes(default=list)
    quote_id = Text(default="", max_length=40, help_text=QUOTE)
    name = Text(default="", max_length=LONGEST_NAME, help_text="What people find it by.")


def batch_asks(access: Access, given: dict[str, Any]) -> list[JobAsk]:
    """One ask for each prompt, in order; the pictures are brought home once for all."""
    ends = ends_of(access, given)
    return [clip_ask(access, given, prompt=prompt, ends=ends) for prompt in given["prompts"]]
