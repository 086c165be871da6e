"""The bodies of prompt review and optimisation."""

from typing import Any

from campaigns.prompts.asking import PromptAsk, check_prompt
from generation.api.bodies.batch import Prompts
from generation.api.bodies.clip import Prompt, Seconds
from generation.api.bodies.strict import Body, OneOf, Text
from generation.asks import LONGEST_PROMPT, Refused
from generation.styles import STYLES
from providers.registry import ADAPTERS
from providers.types import GenerationMode, Tier

ONE_OF_TWO = "Send one of prompt (one clip) and prompts (a batch)."


class PromptTerms(Body):
    """What the prompts are meant for."""

    mode = OneOf(choices=list(GenerationMode), default=GenerationMode.TEXT_TO_VIDEO)
    duration = Seconds(default=5, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=Tier.STANDARD)
    provider = OneOf(choices=list(ADAPTERS), default=None, help_text="The provider to try first.")
    # The metaclass takes declared fields off the class, so Field.style is not in the way.
    style = OneOf(choices=list(STYLES), default=None)  # type: ignore[assignment]
    negative_prompt = Text(default="", max_length=LONGEST_PROMPT, help_text="What to avoid.")
    client = Text(default="", max_length=64, help_text="A client's id: its brand kit binds.")


class ReviewBody(PromptTerms):
    """One of `prompt` and `prompts`."""

    prompt = Prompt(default=None)
    prompts = Prompts(default=None)


class OptimiseBody(PromptTerms):
    prompt = Prompt()


def prompt_ask(given: dict[str, Any]) -> PromptAsk:
    return PromptAsk(
        generation_mode=GenerationMode(given["mode"]),
        seconds=given["duration"],
        tier=Tier(given["quality"]),
        provider=given["provider"] or "",
        style=given["style"] or "",
        negative_prompt=given["negative_prompt"],
        client=given["client"],
    )


def prompts_of(given: dict[str, Any]) -> list[str]:
    """The prompts to review, one or many. Raises Refused unless it is exactly one of the two."""
    named = [name for name in ("prompt", "prompts") if given[name] is not None]
    if len(named) != 1:
        raise Refused(ONE_OF_TWO, field=named[1] if named else "prompt", code="required")
    if given["prompts"] is None:
        check_prompt(given["prompt"], field="prompt")
        return [given["prompt"]]
    for place, prompt in enumerate(given["prompts"]):
        check_prompt(prompt, field=f"prompts.{place}")
    return list(given["prompts"])
