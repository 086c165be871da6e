"""What a person or a program may ask for, checked as a whole before anything is written."""

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from accounts.access import Access
from generation.choices import AssetKind, AssetState
from generation.models import Asset
from generation.routing import LAST_FRAME, NoOffer, Route, RouteAsk, plan_route
from generation.styles import STYLES
from providers.market import Market, market
from providers.registry import least_gap
from providers.types import GenerationMode, Tier

LONGEST_PROMPT = 4000
RATIOS = ("16:9", "9:16", "1:1", "4:5")
SHORTEST, LONGEST = 3, 20
CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
DIRECTIVE = re.compile(r"\[\[\s*sandbox\s*:", re.IGNORECASE)
WHOLE_DIRECTIVE = re.compile(DIRECTIVE.pattern + r".*?\]\]", re.IGNORECASE | re.DOTALL)


class Refused(Exception):
    """The request cannot be taken as it is; `field` names what to change, and how."""

    def __init__(self, message: str, *, field: str, code: str = "invalid") -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.code = code


@dataclass(frozen=True, kw_only=True)
class JobAsk:
    """One clip as asked for. Seconds are whole, money is micro-dollars.

    It is paid by `campaign`, an id or a name, else by `client`, an id, else by the workspace.
    """

    prompt: str
    generation_mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO
    seconds: int = 5
    tier: Tier = Tier.STANDARD
    ratio: str = "16:9"
    negative_prompt: str = ""
    style: str = ""
    seed: int | None = None
    picture_uid: str = ""
    last_picture_uid: str = ""
    provider: str = ""
    enable_fallback: bool = True
    max_cost_micros: int | None = None
    priority: int = 0
    metadata: Mapping[str, str] = field(default_factory=dict)
    webhook_url: str = ""
    campaign: str = ""
    client: str = ""


@dataclass(frozen=True, kw_only=True)
class QuotedLine:
    """One line of a kept quote, taken up: its legs and the most that it may cost, frozen."""

    quote_id: int
    line: int
    legs: list[dict[str, Any]]
    left_out: list[dict[str, str]]
    worst_micros: int


@dataclass(frozen=True, kw_only=True)
class Checked:
    """An ask that can be made: its route, its pictures, and the quoted line that it takes up."""

    ask: JobAsk
    route: Route
    picture: Asset | None
    last_picture: Asset | None = None
    quoted: QuotedLine | None = None
    made_from_id: int | None = None


class Checker:
    """Checks asks on one state of the market; what several of them share is looked up once."""

    def __init__(self, access: Access, *, trade: Market | None = None) -> None:
        self._access = access
        self._trade = trade
        self._routes: dict[tuple[object, ...], Route] = {}
        self._pictures: dict[str, Asset] = {}

    def check(self, ask: JobAsk, *, route: Route | None = None) -> Checked:
        """Everything that can be known before money is touched. Raises Refused.

        `route` stands for the planned one where a quote has fixed it already.
        """
        _check_text(self._access, ask)
        check_terms(ask)
        picture = self._picture(ask)
        return Checked(
            ask=ask,
            route=route or self.route(ask),
            picture=picture,
            last_picture=self._found(ask.last_picture_uid, field="last_image_path"),
        )

    def route(self, ask: JobAsk) -> Route:
        """The offers that would be tried, and what they cost. Raises Refused for none."""
        terms = _route_terms(ask)
        if terms not in self._routes:
            self._trade = self._trade or market(self._access.mode)
            self._routes[terms] = _planned(route_ask(self._access, ask), self._trade)
        return self._routes[terms]

    def _picture(self, ask: JobAsk) -> Asset | None:
        wanted = ask.generation_mode == GenerationMode.IMAGE_TO_VIDEO
        if not wanted and ask.picture_uid:
            raise Refused(
                "A picture belongs to mode image_to_video. Change the mode or leave the picture"
                " out.",
                field="image_path",
            )
        if wanted and not ask.picture_uid:
            raise Refused(
                "Upload a picture first (POST /api/ai-video/uploads) and name its id here.",
                field="image_path",
                code="required",
            )
        return self._found(ask.picture_uid, field="image_path")

    def _found(self, uid: str, *, field: str) -> Asset | None:
        if uid and uid not in self._pictures:
            self._pictures[uid] = _upload(self._access, uid, field=field)
        return self._pictures.get(uid)


def check(access: Access, ask: JobAsk, *, trade: Market | None = None) -> Checked:
    """One ask by itself. Raises Refused."""
    return Checker(access, trade=trade).check(ask)


def check_terms(ask: JobAsk) -> None:
    """What a price depends on. Raises Refused."""
    if not SHORTEST <= ask.seconds <= LONGEST:
        raise Refused(
            f"A clip is {SHORTEST} to {LONGEST} seconds long, not {ask.seconds}.", field="duration"
        )
    if ask.ratio not in RATIOS:
        raise Refused(f"Choose one of {', '.join(RATIOS)}.", field="aspect_ratio")
    if ask.last_picture_uid and ask.generation_mode != GenerationMode.IMAGE_TO_VIDEO:
        raise Refused(
            "A last picture belongs to mode image_to_video. Change the mode or leave it out.",
            field="last_image_path",
        )
    if ask.style and ask.style not in STYLES:
        raise Refused(f"Choose one of {', '.join(STYLES)}, or leave it out.", field="style")


def route_for(access: Access, ask: JobAsk, *, trade: Market | None = None) -> Route:
    """The offers that would be tried, and what they cost. Raises Refused when there is none."""
    return Checker(access, trade=trade).route(ask)


def _route_terms(ask: JobAsk) -> tuple[object, ...]:
    """What `route_ask` goes by, to be compared a thousand times."""
    return (
        ask.generation_mode,
        ask.tier,
        ask.seconds,
        ask.ratio,
        ask.provider,
        ask.enable_fallback,
        ask.max_cost_micros,
        bool(ask.last_picture_uid),
    )


def route_ask(access: Access, ask: JobAsk) -> RouteAsk:
    """The part of an ask that decides who may make it and for how much."""
    return RouteAsk(
        generation_mode=ask.generation_mode,
        tier=ask.tier,
        seconds=ask.seconds,
        ratio=ask.ratio,
        mode=access.mode,
        provider=ask.provider or None,
        enable_fallback=ask.enable_fallback,
        max_cost_micros=ask.max_cost_micros,
        needs=frozenset({LAST_FRAME} if ask.last_picture_uid else ()),
    )


def _planned(question: RouteAsk, trade: Market) -> Route:
    try:
        return plan_route(question, trade=trade)
    except NoOffer as none:
        raise Refused(none.message, field=none.field, code="no_offer") from none


def _check_text(access: Access, ask: JobAsk) -> None:
    for name, text in (("prompt", ask.prompt), ("negative_prompt", ask.negative_prompt)):
        if len(text) > LONGEST_PROMPT:
            raise Refused(f"Keep it under {LONGEST_PROMPT} characters.", field=name)
        if CONTROLS.search(text):
            raise Refused("Remove the control characters.", field=name)
        if access.mode == "live" and DIRECTIVE.search(text):
            raise Refused(
                "A sandbox directive works in test mode only. Remove it, or use a test key.",
                field=name,
                code="directive_in_live_mode",
            )
    if not WHOLE_DIRECTIVE.sub("", ask.prompt).strip():
        raise Refused("Describe the scene or the motion.", field="prompt", code="required")


def _upload(access: Access, uid: str, *, field: str) -> Asset:
    picture = Asset.objects.filter(
        uid=uid,
        workspace_id=access.workspace_id,
        mode=access.mode,
        kind=AssetKind.PICTURE,
        state=AssetState.STORED,
    ).first()
    if picture is None:
        raise Refused(
            "There is no such upload in this workspace. Upload the picture and use the id that"
            " comes back.",
            field=field,
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
                "cancel": terms.cancel,
                "deadline_seconds": terms.deadline_seconds,
                "billed_on_moderation": terms.billed_on_moderation,
                "typical_seconds": terms.rehearsal_seconds if rehearsal else terms.typical_seconds,
                "slow_seconds": terms.rehearsal_seconds if rehearsal else terms.slow_seconds,
                "least_gap": least_gap(leg.provider, mode=mode, transport=leg.transport),
            }
        )
    return legs
