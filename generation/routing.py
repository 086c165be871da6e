"""Which offers a request tries, in which order, and why the others are left out."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from typing import Any, Self

from generation.money.pricing import LegPrice, dollars, lengths_on_offer, price_leg
from providers.catalogue import PricedOffer
from providers.market import Market, market
from providers.types import GenerationMode, Tier

TIERS = tuple(Tier)

# The reasons for which an offer is left out, from the plainest to the nearest miss: of several
# offers of one provider the nearest miss is the one worth telling.
NO_SUCH_MODE = "no_such_mode"
LACKS_ABILITY = "lacks_ability"
RETIRED = "retired"
NOT_CONFIGURED = "not_configured"
TOO_LONG = "too_long"
DEARER_THAN_CAP = "dearer_than_cap"
CIRCUIT_OPEN = "circuit_open"
LAST_FRAME = "first_last_frame"
_LACKS = {LAST_FRAME: "takes no last frame"}
NEARNESS = (
    NO_SUCH_MODE,
    LACKS_ABILITY,
    RETIRED,
    NOT_CONFIGURED,
    TOO_LONG,
    DEARER_THAN_CAP,
    CIRCUIT_OPEN,
)


@dataclass(frozen=True, kw_only=True)
class RouteAsk:
    """One clip as asked for. `seconds` is whole, `needs` are ability words of the catalogue."""

    generation_mode: GenerationMode
    tier: Tier
    seconds: int
    ratio: str
    mode: str
    provider: str | None = None
    enable_fallback: bool = True
    max_cost_micros: int | None = None
    needs: frozenset[str] = frozenset()


@dataclass(frozen=True, kw_only=True)
class Leg:
    """One offer of a route, priced. `wire_ratio` is empty where the picture decides.

    The seconds of work are those of the mode: the vendor's in live, the sandbox's in test.
    """

    offer_id: int
    account_id: int
    price_row_id: int
    provider: str
    model: str
    transport: str
    display_name: str
    native_ratio: str
    wire_ratio: str
    resolution: str
    asked_seconds: int
    billed_seconds: int
    price_micros: int
    needs_trim: bool
    needs_reframe: bool
    typical_seconds: int
    slow_seconds: int
    deadline_seconds: int
    abilities: tuple[str, ...]
    options: dict[str, Any]

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, stored: dict[str, Any]) -> Self:
        return cls(**{**stored, "abilities": tuple(stored["abilities"])})


@dataclass(frozen=True, kw_only=True)
class LeftOut:
    """An offer that was not taken. `reason` is a sentence for people."""

    provider: str
    model: str
    reason_code: str
    reason: str

    def as_json(self) -> dict[str, str]:
        return asdict(self)


@dataclass(frozen=True, kw_only=True)
class Route:
    """`likely_micros` is the first leg's price; no leg may ever cost more than the cap."""

    legs: tuple[Leg, ...]
    left_out: tuple[LeftOut, ...]
    likely_micros: int
    cap_micros: int

    @property
    def worst_micros(self) -> int:
        return max(leg.price_micros for leg in self.legs)


class NoOffer(Exception):
    """No offer can take the request. `field` is the field of the request to change."""

    def __init__(self, message: str, *, field: str, left_out: tuple[LeftOut, ...]) -> None:
        super().__init__(message)
        self.message = message
        self.field = field
        self.left_out = left_out


def tier_above(tier: Tier) -> Tier:
    """The next better tier; master stays master."""
    return TIERS[min(TIERS.index(tier) + 1, len(TIERS) - 1)]


def plan_route(ask: RouteAsk, *, trade: Market | None = None) -> Route:
    """The offers to try for `ask`, in order, each priced. Raises NoOffer when there is none.

    `trade` is the market to plan on; without it today's is read.
    """
    trade = trade or market(ask.mode)
    cap = _cap(ask, trade)
    legs: list[Leg] = []
    left_out: list[LeftOut] = []
    for group in _groups(ask, trade):
        verdicts = [_judge(offer, ask, trade, cap=cap) for offer in group]
        leg = next((verdict for verdict in verdicts if isinstance(verdict, Leg)), None)
        if leg:
            legs.append(leg)
            continue
        misses = [verdict for verdict in verdicts if isinstance(verdict, LeftOut)]
        left_out.append(max(misses, key=lambda miss: NEARNESS.index(miss.reason_code)))
    if not legs:
        raise _no_offer(ask, trade, cap=cap, left_out=tuple(left_out))
    kept = tuple(legs) if ask.enable_fallback else tuple(legs[:1])
    return Route(
        legs=kept,
        left_out=tuple(left_out),
        likely_micros=kept[0].price_micros,
        cap_micros=cap,
    )


def _groups(ask: RouteAsk, trade: Market) -> Iterator[tuple[PricedOffer, ...]]:
    """Offers in the order to try; of each group the first that can do it is taken."""
    today = trade.catalogue
    if ask.provider:
        preferred = today.of_provider(ask.provider, tier=ask.tier)
        if preferred:
            yield preferred
        if not ask.enable_fallback:
            return
    for entry in today.orders.get(ask.tier, ()):
        group = today.named(entry)
        if group and group[0].provider != ask.provider:
            yield group


def _judge(offer: PricedOffer, ask: RouteAsk, trade: Market, *, cap: int) -> Leg | LeftOut:
    hindrance = _hindrance(offer, ask, trade)
    if hindrance:
        code, reason = hindrance
        return _left_out(offer, code, reason)
    price = price_leg(offer, seconds_asked=ask.seconds)
    if price.micros > cap:
        reason = f"costs {dollars(price.micros)}, above the cap of {dollars(cap)}"
        return _left_out(offer, DEARER_THAN_CAP, reason)
    account = trade.accounts[offer.provider]
    if account.shut:
        return _left_out(offer, CIRCUIT_OPEN, f"is left alone: {account.shut}")
    return _leg(offer, ask, price=price, account_id=account.account_id)


def _hindrance(offer: PricedOffer, ask: RouteAsk, trade: Market) -> tuple[str, str] | None:
    """What about the offer itself rules it out, whatever it costs and whoever is up."""
    terms = offer.terms
    if not terms.can(ask.generation_mode):
        return NO_SUCH_MODE, f"makes no {ask.generation_mode.replace('_', ' ')}"
    if missing := sorted(ask.needs - terms.abilities):
        return LACKS_ABILITY, " and ".join(_LACKS.get(one, _without(one)) for one in missing)
    if offer.retired(on=trade.on):
        since = f" since {terms.retired_on}" if terms.retired_on else ""
        return RETIRED, f"is retired{since}"
    if missing_key := trade.missing_key(offer):
        return NOT_CONFIGURED, missing_key
    if terms.billed_seconds(ask.seconds) is None:
        return TOO_LONG, f"makes up to {terms.longest} s"
    return None


def _without(ability: str) -> str:
    return f"has no {ability.replace('_', ' ')}"


def _cap(ask: RouteAsk, trade: Market) -> int:
    """The most that any leg may cost: as asked, else the dearest offer of the tier's own order.

    A dearer provider that was asked for by name raises it to its own price. Accounts that are
    shut just now count, because a job may wait for them.
    """
    if ask.max_cost_micros is not None:
        return ask.max_cost_micros
    today = trade.catalogue
    own = list(_prices(today.in_tier(ask.tier), ask, trade))
    if ask.provider:
        named = today.of_provider(ask.provider, tier=ask.tier)
        own += list(_prices(named, ask, trade))[:1]
    return max(own, default=0)


def _prices(offers: Iterable[PricedOffer], ask: RouteAsk, trade: Market) -> Iterator[int]:
    for offer in offers:
        if _hindrance(offer, ask, trade) is None:
            yield price_leg(offer, seconds_asked=ask.seconds).micros


def _leg(offer: PricedOffer, ask: RouteAsk, *, price: LegPrice, account_id: int) -> Leg:
    terms = offer.terms
    native = terms.native_ratio_for(ask.ratio, generation_mode=ask.generation_mode)
    rehearsed = ask.mode == "test"
    return Leg(
        offer_id=offer.offer_id,
        account_id=account_id,
        price_row_id=price.price_row_id,
        provider=offer.provider,
        model=offer.model,
        transport=offer.transport,
        display_name=offer.display_name,
        native_ratio=native.ratio,
        wire_ratio=native.wire,
        resolution=terms.resolution,
        asked_seconds=price.asked_seconds,
        billed_seconds=price.billed_seconds,
        price_micros=price.micros,
        needs_trim=price.billed_seconds != price.asked_seconds,
        needs_reframe=native.ratio != ask.ratio,
        typical_seconds=terms.rehearsal_seconds if rehearsed else terms.typical_seconds,
        slow_seconds=2 * terms.rehearsal_seconds if rehearsed else terms.slow_seconds,
        deadline_seconds=terms.deadline_seconds,
        abilities=tuple(sorted(terms.abilities)),
        options=dict(terms.options),
    )


def _left_out(offer: PricedOffer, code: str, reason: str) -> LeftOut:
    return LeftOut(
        provider=offer.provider,
        model=offer.model,
        reason_code=code,
        reason=f"{offer.terms.short_name} {reason}",
    )


def _no_offer(ask: RouteAsk, trade: Market, *, cap: int, left_out: tuple[LeftOut, ...]) -> NoOffer:
    codes = {miss.reason_code for miss in left_out}
    if TOO_LONG in codes and codes <= {TOO_LONG, NO_SUCH_MODE, RETIRED, NOT_CONFIGURED}:
        keyed = [offer for offer in trade.catalogue.offers if not trade.missing_key(offer)]
        known = lengths_on_offer(trade.catalogue, mode=ask.generation_mode, among=keyed)
        what = f"No offer of this request makes {ask.seconds} s."
        return NoOffer(f"{what} {known}".strip(), field="duration", left_out=left_out)
    why = "; ".join(miss.reason for miss in left_out) or "the catalogue has none"
    field = "max_cost" if DEARER_THAN_CAP in codes else "provider" if ask.provider else "quality"
    return NoOffer(f"No offer can take this request: {why}.", field=field, left_out=left_out)
