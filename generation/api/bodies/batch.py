"""The body of batch-generate."""

from typing import Any

from rest_framework import serializers

from accounts.access import Access
from generation.api.bodies.clip import ClipTerms, Prompt, clip_ask, picture_of
from generation.api.bodies.strict import Flag, Whole
from generation.asks import JobAsk
from generation.batches import MOST


class BatchBody(ClipTerms):
    """Many clips on the same terms, all admitted or none."""

    prompts = serializers.ListField(
        child=Prompt(),
        min_length=1,
        max_length=MOST,
        error_messages={
            "required": f"Send 1 to {MOST} prompts.",
            "empty": f"Send 1 to {MOST} prompts.",
            "not_a_list": "Send a list of texts.",
            "min_length": f"Send 1 to {MOST} prompts.",
            "max_length": f"Send 1 to {MOST} prompts.",
        },
    )
    use_cost_optimization = Flag(
        default=True,
        help_text="Hero shots, marked “(hero shot)” or named in hero_indexes, go one tier up.",
    )
    hero_indexes = serializers.ListField(
        child=Whole(),
        max_length=MOST,
        default=list,
        error_messages={
            "not_a_list": "Send a list of whole numbers.",
            "max_length": f"Keep it to {MOST}.",
        },
        help_text="Which prompts are hero shots, counted from 0.",
    )


def batch_asks(access: Access, given: dict[str, Any]) -> list[JobAsk]:
    """One ask for each prompt, in order; the picture is brought home once for all."""
    picture_uid = picture_of(access, given)
    return [
        clip_ask(access, given, prompt=prompt, picture_uid=picture_uid)
        for prompt in given["prompts"]
    ]
