"""A shot that nobody can make: the one setting that stands in the way, found by trying each."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from generation.asks import LONGEST, RATIOS, SHORTEST, Checker, JobAsk, Refused, check_terms
from generation.routing import CIRCUIT_OPEN, NOT_CONFIGURED, TIERS, NoOffer, Route
from generation.styles import STYLES
from generation.wording import provider_name
from providers.micros import dollars
from providers.types import GenerationMode

WORDS = {
    "seconds": "The length",
    "tier": "The tier",
    "ratio": "The shape",
    "picture": "The picture",
    "provider": "The provider",
    "style": "The style",
}

# What requests call these settings.
REQUEST_NAMES = {
    "seconds": "duration",
    "tier": "quality",
    "ratio": "aspect_ratio",
    "picture": "image",
}


@dataclass(frozen=True, kw_only=True)
class Blocker:
    """`setting` is what to change and `value` what to; `remedy` says it with the price."""

    message: str
    setting: str
    value: str
    remedy: str


def route_or_blocker(ask: JobAsk, *, checker: Checker) -> Route | Blocker:
    """The way in which a shot is made, or what alone keeps it from being made. Never raises."""
    try:
        return _route(ask, checker)
    except Refused as refused:
        return _blocker(ask, refused, checker)


def _route(ask: JobAsk, checker: Checker) -> Route:
    check_terms(ask)
    return checker.route(ask)


def _blocker(ask: JobAsk, refused: Refused, checker: Checker) -> Blocker:
    for setting, value, other in _others(ask):
        try:
            route = _route(other, checker)
        except Refused:
            continue
        maker = provider_name(route.legs[0].provider)
        price = dollars(route.likely_micros)
        return Blocker(
            message=refused.message,
            setting=setting,
            value=value,
            remedy=f"{WORDS[setting]} alone blocks it: {_said(setting, value)}, {maker} makes it"
            f" for {price}.",
        )
    return _market(refused)


def _others(ask: JobAsk) -> Iterator[tuple[str, str, JobAsk]]:
    """The ask with one setting changed, the least change first."""
    if ask.style and ask.style not in STYLES:
        yield "style", "", replace(ask, style="")
    if ask.provider:
        yield "provider", "", replace(ask, provider="")
    for seconds in range(min(ask.seconds - 1, LONGEST), SHORTEST - 1, -1):
        yield "seconds", str(seconds), replace(ask, seconds=seconds)
    for seconds in range(max(ask.seconds + 1, SHORTEST), SHORTEST + 1):
        yield "seconds", str(seconds), replace(ask, seconds=seconds)
    here = TIERS.index(ask.tier)
    for tier in sorted(TIERS, key=lambda tier: abs(TIERS.index(tier) - here)):
        if tier != ask.tier:
            yield "tier", tier.value, replace(ask, tier=tier)
    for ratio in RATIOS:
        if ratio != ask.ratio:
            yield "ratio", ratio, replace(ask, ratio=ratio)
    if ask.generation_mode == GenerationMode.IMAGE_TO_VIDEO:
        text = replace(ask, generation_mode=GenerationMode.TEXT_TO_VIDEO, picture_uid="")
        yield "picture", "", text


def _said(setting: str, value: str) -> str:
    match setting:
        case "seconds":
            return f"at {value} s"
        case "tier":
            return f"in tier {value}"
        case "ratio":
            return f"in {value}"
        case "provider":
            return "in the tier’s own order"
        case _:
            return "without it"


def _market(refused: Refused) -> Blocker:
    """Nothing about the shot is wrong: nobody is there to make it, or no tier has an offer."""
    none = refused.__cause__
    codes = {miss.reason_code for miss in none.left_out} if isinstance(none, NoOffer) else set()
    if CIRCUIT_OPEN in codes:
        return Blocker(
            message=refused.message,
            setting="providers",
            value="",
            remedy="The providers alone block it: wait until one of them answers again.",
        )
    if NOT_CONFIGURED in codes:
        return Blocker(
            message=refused.message,
            setting="keys",
            value="",
            remedy="The keys alone block it: set the key of a provider that can make it.",
        )
    return Blocker(
        message=refused.message,
        setting=refused.field,
        value="",
        remedy="No single change is enough: shorten the shot and choose another tier.",
    )
