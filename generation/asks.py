"""What a person or a program may ask for, checked as a whole before anything is written."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.access import Access
from generation.choices import AssetKind, AssetState
from generation.models import Asset
from generation.requests import STYLES
from generation.routing import NoOffer, Route, RouteAsk, plan_route
from providers.market import Market
from providers.types import GenerationMode, Tier

LONGEST_PROMPT = 4000
RATIOS = ("16:9", "9:16", "1:1", "4:5")
SHORTEST, LONGEST = 3, 20
DIRECTIVE = re.compile(r"\[\[\s*sandbox\s*:", re.IGNORECASE)


class Refused(Exception):
    """The request cannot be taken as it is; `field` names what to change, and how."""

    def __init__(self, message: str, *, field: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


@dataclass(frozen=True, kw_only=True)
class JobAsk:
    """One clip as asked for. Seconds are whole, money is micro-dollars."""

    prompt: str
    generation_mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO
    seconds: int = 5
    tier: Tier = Tier.STANDARD
    ratio: str = "16:9"
    negative_prompt: str = ""
    style: str = ""
    seed: int | None = None
    picture_uid: str = ""
    provider: str = ""
    enable_fallback: bool = True
    max_cost_micros: int | None = None
    priority: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)
    webhook_url: str = ""
    campaign: str = ""


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An ask that can be made: its route and its picture."""

    ask: JobAsk
    route: Route
    picture: Asset | None


def check(access: Access, ask: JobAsk, *, trade: Market | None = None) -> Checked:
    """Everything that can be known before money is touched. Raises Refused."""
    _check_text(access, ask)
    if not SHORTEST <= ask.seconds <= LONGEST:
        raise Refused(
            f"A clip is {SHORTEST} to {LONGEST} seconds long, not {ask.seconds}.", field="duration"
        )
    if ask.ratio not in RATIOS:
        raise Refused(f"Choose one of {', '.join(RATIOS)}.", field="aspect_ratio")
    if ask.style and ask.style not in STYLES:
        raise Refused(f"Choose one of {', '.join(STYLES)}, or leave it out.", field="style")
    picture = _picture(access, ask)
    return Checked(ask=ask, route=route_for(access, ask, trade=trade), picture=picture)


def route_for(access: Access, ask: JobAsk, *, trade: Market | None = None) -> Route:
    """The offers that would be tried, and what they cost. Raises Refused when there is none."""
    question = RouteAsk(
        generation_mode=ask.generation_mode,
        tier=ask.tier,
        seconds=ask.seconds,
        ratio=ask.ratio,
        mode=access.mode,
        provider=ask.provider or None,
        enable_fallback=ask.enable_fallback,
        max_cost_micros=ask.max_cost_micros,
    )
    try:
        return plan_route(question, trade=trade)
    except NoOffer as none:
        raise Refused(none.message, field=none.field, code="no_offer") from none


def _check_text(access: Access, ask: JobAsk) -> None:
    for name, text in (("prompt", ask.prompt), ("negative_prompt", ask.negative_prompt)):
        if len(text) > LONGEST_PROMPT:
            raise Refused(f"Keep it under {LONGEST_PROMPT} characters.", field=name)
        if any(unicodedata.category(c) in {"Cc", "Cs"} and c not in "\n\t\r" for c in text):
            raise Refused("Remove the control characters.", field=name)
        if access.mode == "live" and DIRECTIVE.search(text):
            raise Refused(
                "A sandbox directive works in test mode only. Remove it, or use a test key.",
                field=name,
                code="directive_in_live_mode",
            )
    if not DIRECTIVE.sub("", ask.prompt).strip():
        raise Refused("Describe the scene or the motion.", field="prompt", code="required")


def _picture(access: Access, ask: JobAsk) -> Asset | None:
    wanted = ask.generation_mode == GenerationMode.IMAGE_TO_VIDEO
    if not wanted and ask.picture_uid:
        raise Refused(
            "A picture belongs to mode image_to_video. Change the mode or leave the picture out.",
            field="image_path",
        )
    if not wanted:
        return None
    if not ask.picture_uid:
        raise Refused(
            "Upload a picture first (POST /api/ai-video/uploads) and name its id here.",
            field="image_path",
            code="required",
        )
    picture = Asset.objects.filter(
        uid=ask.picture_uid,
        workspace_id=access.workspace_id,
        mode=access.mode,
        kind=AssetKind.PICTURE,
        state=AssetState.STORED,
    ).first()
    if picture is None:
        raise Refused(
            "There is no such upload in this workspace. Upload the picture and use the id that"
            " comes back.",
            field="image_path",
            code="not_found",
        )
    return picture


def normal(text: str) -> str:
    """One spelling for one text: composed characters, no blanks at the ends."""
    return unicodedata.normalize("NFC", text).strip()


def frozen(route: Route, *, mode: str, terms_of: Mapping[int, Any]) -> list[dict[str, Any]]:
    """The legs as they are kept on the job, with the terms that the engine works by."""
    legs = []
    for leg in route.legs:
        terms = terms_of[leg.offer_id]
        rehearsal = mode == "test"
        legs.append(
            {
                **leg.as_json(),
                "abilities": sorted(terms.abilities),
                "options": dict(terms.options),
                "deadline_seconds": terms.deadline_seconds,
                "billed_on_moderation": terms.billed_on_moderation,
                "typical_seconds": terms.rehearsal_seconds if rehearsal else terms.typical_seconds,
                "slow_seconds": terms.rehearsal_seconds if rehearsal else terms.slow_seconds,
                "least_gap": 0.3 if rehearsal else 5.0,
            }
        )
    return legs
