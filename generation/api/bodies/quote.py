"""The body of quote: one clip, a batch or a plan, each as it would be asked for."""

from dataclasses import dataclass
from typing import Any

from rest_framework import serializers

from generation import batches
from generation.api.bodies.batch import HeroIndexes, Prompts
from generation.api.bodies.clip import ClipTerms, Prompt
from generation.api.bodies.strict import Flag, Text
from generation.asks import JobAsk, Refused
from generation.batches import MOST
from generation.models import QuoteKind
from generation.money.pricing import micros_from_decimal
from providers.types import GenerationMode, Tier

LONGEST_LABEL = 120
ONE_OF_THREE = "Send one of prompt (one clip), prompts (a batch) or clips (a plan)."


class PlannedClip(ClipTerms):
    """One clip of a plan, on its own terms."""

    # The metaclass takes declared fields off the class, so Field.label is not in the way.
    label = Text(  # type: ignore[assignment]
        default="", max_length=LONGEST_LABEL, help_text="What you call it."
    )
    prompt = Prompt(default="", help_text="May still change: it has no part in the price.")


class QuoteBody(ClipTerms):
    """One of `prompt`, `prompts` and `clips`. The terms beside them hold for the first two."""

    prompt = Prompt(default=None)
    prompts = Prompts(default=None)
    clips = serializers.ListField(
        child=PlannedClip(),
        min_length=1,
        max_length=MOST,
        default=None,
        error_messages={
            "not_a_list": "Send a list of clips.",
            "min_length": f"Send 1 to {MOST} clips.",
            "max_length": f"Send 1 to {MOST} clips.",
        },
    )
    use_cost_optimization = Flag(default=True, help_text="As for a batch: hero shots go up.")
    hero_indexes = HeroIndexes(default=list)
    async_mode = Flag(default=True, help_text="As for generate; it has no part in the price.")


@dataclass(frozen=True, kw_only=True)
class QuoteAsked:
    """The clips to price; `labels` is empty but for a plan."""

    kind: QuoteKind
    asks: tuple[JobAsk, ...]
    labels: tuple[str, ...] = ()


def quote_asked(given: dict[str, Any]) -> QuoteAsked:
    """What is to be priced. Raises Refused unless it is exactly one of the three."""
    named = [name for name in ("prompt", "prompts", "clips") if given[name] is not None]
    if len(named) != 1:
        raise Refused(ONE_OF_THREE, field=named[1] if named else "prompt", code="required")
    if given["clips"] is not None:
        asks = tuple(_ask(clip, prompt=clip["prompt"]) for clip in given["clips"])
        labels = tuple(clip["label"] for clip in given["clips"])
        return QuoteAsked(kind=QuoteKind.PLAN, asks=asks, labels=labels)
    if given["prompts"] is None:
        return QuoteAsked(kind=QuoteKind.JOB, asks=(_ask(given, prompt=given["prompt"]),))
    tiered = batches.with_heroes(
        [_ask(given, prompt=prompt) for prompt in given["prompts"]],
        use_cost_optimization=given["use_cost_optimization"],
        hero_indexes=given["hero_indexes"],
    )
    return QuoteAsked(kind=QuoteKind.BATCH, asks=tuple(tiered))


def _ask(given: dict[str, Any], *, prompt: str) -> JobAsk:
    """The part of a request that its price depends on: no picture is fetched for it. That there
    is a last one counts, because not every offer takes it."""
    most = given["max_cost"]
    return JobAsk(
        prompt=prompt,
        generation_mode=GenerationMode(given["mode"]),
        seconds=given["duration"],
        tier=Tier(given["quality"]),
        ratio=given["aspect_ratio"],
        last_picture_uid=given["last_image_path"],
        provider=given["provider"] or "",
        enable_fallback=given["enable_fallback"],
        max_cost_micros=None if most is None else micros_from_decimal(most),
    )
