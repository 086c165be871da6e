"""The body of generate, and the part of it that every clip of a batch shares."""

from dataclasses import dataclass
from typing import Any

from drf_spectacular.utils import extend_schema_field

from accounts.access import Access
from generation import guarded, notices, uploads
from generation.api.bodies.strict import Body, Dollars, Flag, OneOf, Pairs, Text, Whole
from generation.asks import LONGEST, LONGEST_PROMPT, RATIOS, SHORTEST, JobAsk, Refused
from generation.money.pricing import micros_from_decimal
from generation.styles import STYLES
from providers.registry import ADAPTERS
from providers.types import GenerationMode, Tier

LARGEST_SEED = 2**32 - 1
QUOTE = "The id of a quote: made at its prices, and never for more than its max_cost."
PROMPT_SCHEMA = {"type": "string", "minLength": 1, "maxLength": LONGEST_PROMPT}
SECONDS_SCHEMA = {"type": "integer", "minimum": SHORTEST, "maximum": LONGEST, "default": 5}


@extend_schema_field(PROMPT_SCHEMA)
class Prompt(Text):
    default_error_messages = {"required": "Describe the scene or the motion."}


@extend_schema_field(SECONDS_SCHEMA)
class Seconds(Whole):
    """Whole seconds; the desk itself says what is on offer."""


class ClipTerms(Body):
    """Everything about a clip but its prompt."""

    mode = OneOf(choices=list(GenerationMode), default=GenerationMode.TEXT_TO_VIDEO)
    duration = Seconds(default=5, help_text="Whole seconds, 3 to 20.")
    quality = OneOf(choices=list(Tier), default=Tier.STANDARD)
    aspect_ratio = OneOf(choices=list(RATIOS), default="16:9")
    image_path = Text(
        default="",
        max_length=2000,
        help_text="For image_to_video: the id or path of an upload, or an https address.",
    )
    last_image_path = Text(
        default="",
        max_length=2000,
        help_text="The picture that the clip ends on, beside image_path; not every offer can.",
    )
    provider = OneOf(choices=list(ADAPTERS), default=None, help_text="The provider to try first.")
    # The metaclass takes declared fields off the class, so Field.style is not in the way.
    style = OneOf(choices=list(STYLES), default=None)  # type: ignore[assignment]
    negative_prompt = Text(default="", help_text="What to avoid.")
    enable_fallback = Flag(default=True, help_text="Try other providers if the first one fails.")
    max_cost = Dollars(default=None, help_text="Dollars that no provider may exceed for one clip.")
    seed = Whole(default=None, min_value=0, max_value=LARGEST_SEED)
    priority = Whole(default=0, min_value=-9, max_value=9, help_text="Higher goes first.")
    metadata = Pairs(default=dict, help_text="Up to 50 texts of your own.")
    webhook_url = Text(default="", max_length=2000, help_text="Told when the job has ended.")
    campaign = Text(default="", max_length=200, help_text="The id or name of a campaign.")


class GenerateBody(ClipTerms):
    """One clip."""

    prompt = Prompt()
    async_mode = Flag(default=True, help_text="false: wait up to 25 s for the end.")
    quote_id = Text(default="", max_length=40, help_text=QUOTE)


@dataclass(frozen=True, kw_only=True)
class Ends:
    """The ids of the pictures that a clip begins and ends on."""

    first: str = ""
    last: str = ""


def clip_ask(access: Access, given: dict[str, Any], *, prompt: str, ends: Ends) -> JobAsk:
    """What was asked for, as the engine knows it. Raises Refused for the webhook's address."""
    most = given["max_cost"]
    return JobAsk(
        prompt=prompt,
        generation_mode=GenerationMode(given["mode"]),
        seconds=given["duration"],
        tier=Tier(given["quality"]),
        ratio=given["aspect_ratio"],
        negative_prompt=given["negative_prompt"],
        style=given["style"] or "",
        seed=given["seed"],
        picture_uid=ends.first,
        last_picture_uid=ends.last,
        provider=given["provider"] or "",
        enable_fallback=given["enable_fallback"],
        max_cost_micros=None if most is None else micros_from_decimal(most),
        priority=given["priority"],
        metadata=given["metadata"],
        webhook_url=_webhook(access, given["webhook_url"]),
        campaign=given["campaign"],
    )


def ends_of(access: Access, given: dict[str, Any]) -> Ends:
    """The pictures to animate. May fetch them from outside: call it in no transaction.

    In a mode without pictures, and for a last one without a first, the text goes on as it is,
    and the desk refuses it.
    """
    first, last = given["image_path"], given["last_image_path"]
    if not first or given["mode"] != GenerationMode.IMAGE_TO_VIDEO:
        return Ends(first=first, last=last)
    return Ends(
        first=uploads.resolve(access, first).uid,
        last=uploads.resolve(access, last, field="last_image_path").uid if last else "",
    )


def _webhook(access: Access, url: str) -> str:
    try:
        if url:
            notices.check_address(url, mode=access.mode)
    except guarded.Blocked as blocked:
        raise Refused(str(blocked), field="webhook_url") from blocked
    return url
