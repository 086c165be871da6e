"""The generate form: what was typed, kept as text, and the ask that it means."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from django.http import QueryDict

from generation.asks import LONGEST, RATIOS, SHORTEST, JobAsk, Refused
from generation.centres import client_and_campaign
from generation.models import Job
from providers.micros import micros_from_decimal, shown
from providers.types import GenerationMode, Tier

MOST_DOLLARS = 1000
MOST_ID = 64
MOST_SEED = 2**31 - 1
# Where the ask's names for its fields differ from the form's.
FIELDS = {
    "duration": "seconds",
    "aspect_ratio": "ratio",
    "quality": "tier",
    "image_path": "picture",
}


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The form's fields as text, so that nothing typed is ever lost.

    `picture` is an asset's id, `client` and `campaign` those of their cost centres. `crop` is
    the part of the picture that is animated, empty for all of it.
    """

    prompt: str = ""
    mode: str = GenerationMode.TEXT_TO_VIDEO
    picture: str = ""
    tier: str = Tier.STANDARD
    ratio: str = RATIOS[0]
    seconds: str = "5"
    provider: str = ""
    negative_prompt: str = ""
    style: str = ""
    seed: str = ""
    enable_fallback: bool = True
    max_cost: str = ""
    client: str = ""
    campaign: str = ""
    crop: str = ""

    @property
    def has_more(self) -> bool:
        """Whether anything in the folded part of the form is set."""
        return bool(self.negative_prompt or self.style or self.seed or self.max_cost) or (
            not self.enable_fallback
        )


class Wrong(Exception):
    """What was typed cannot be taken; `errors` names each field with what to do."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        super().__init__(errors)
        self.errors = dict(errors)


def typed_from(data: QueryDict) -> Typed:
    """What a browser sent. The fallback switch says itself whether it was on the page."""
    names = set(Typed.__dataclass_fields__) - {"enable_fallback"}
    given = {name: data.get(name, "") for name in names if name in data}
    fallback = "enable_fallback" in data or "fallback_shown" not in data
    return Typed(**given, enable_fallback=fallback)


def typed_of(job: Job) -> Typed:
    """The form filled with what a job was asked with."""
    client, campaign = client_and_campaign(job.cost_centre)
    return Typed(
        prompt=job.prompt,
        mode=job.generation_mode,
        picture=(job.picture.cropped_from or job.picture).uid if job.picture else "",
        crop=job.picture.crop if job.picture else "",
        tier=job.tier,
        ratio=job.ratio,
        seconds=str(job.seconds),
        provider=job.provider,
        negative_prompt=job.negative_prompt,
        style=job.style,
        seed="" if job.seed is None else str(job.seed),
        enable_fallback=job.enable_fallback,
        max_cost="" if job.max_cost_micros is None else str(shown(job.max_cost_micros)),
        client=client.uid if client else "",
        campaign=campaign.uid if campaign else "",
    )


def read(typed: Typed) -> JobAsk:
    """The ask that was typed. Raises Wrong with every field at fault."""
    errors: dict[str, str] = {}
    seconds = _whole(typed.seconds, least=SHORTEST, most=LONGEST)
    seed = _whole(typed.seed, least=0, most=MOST_SEED)
    max_cost = _micros(typed.max_cost)
    if not typed.prompt.strip():
        errors["prompt"] = "Describe the scene or the motion."
    if seconds is None:
        errors["seconds"] = f"Choose {SHORTEST} to {LONGEST} whole seconds."
    if typed.seed.strip() and seed is None:
        errors["seed"] = f"A seed is a whole number from 0 to {MOST_SEED}."
    if typed.max_cost.strip() and max_cost is None:
        errors["max_cost"] = f"Write an amount in dollars, more than 0 and up to {MOST_DOLLARS}."
    if typed.mode not in set(GenerationMode):
        errors["mode"] = "Choose text or picture."
    elif typed.mode == GenerationMode.IMAGE_TO_VIDEO and not typed.picture:
        errors["picture"] = "Add the picture that should move."
    if typed.tier not in set(Tier):
        errors["tier"] = "Choose one of the four tiers."
    if errors:
        raise Wrong(errors)
    animated = typed.mode == GenerationMode.IMAGE_TO_VIDEO
    return JobAsk(
        prompt=typed.prompt.replace("\r\n", "\n"),
        generation_mode=GenerationMode(typed.mode),
        seconds=seconds or SHORTEST,
        tier=Tier(typed.tier),
        ratio=typed.ratio,
        negative_prompt=typed.negative_prompt.replace("\r\n", "\n"),
        style=typed.style,
        seed=seed,
        picture_uid=typed.picture if animated else "",
        provider=typed.provider,
        enable_fallback=typed.enable_fallback,
        max_cost_micros=max_cost,
        client=typed.client[:MOST_ID],
        campaign=typed.campaign[:MOST_ID],
    )


def wrong_field(refused: Refused) -> Wrong:
    """The refusal of an ask, at the form's own field."""
    return Wrong({FIELDS.get(refused.field, refused.field): refused.message})


def _whole(text: str, *, least: int, most: int) -> int | None:
    text = text.strip()
    if not (text.isascii() and text.isdigit()) or len(text) > 12:
        return None
    return int(text) if least <= int(text) <= most else None


def _micros(text: str) -> int | None:
    try:
        amount = Decimal(text.strip().removeprefix("$"))
    except InvalidOperation:
        return None
    if not amount.is_finite() or not 0 < amount <= MOST_DOLLARS:
        return None
    return micros_from_decimal(amount) or None
