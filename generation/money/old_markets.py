"""What the router would have said on a day gone by, at that day's prices."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from functools import cached_property

from generation.asks import Refused
from generation.money.summed_jobs import since_of
from generation.routing import NoOffer, Route, RouteAsk, plan_route
from providers.catalogue import catalogue, catalogue_of
from providers.market import Market, accounts_of, market
from providers.models import Offer, ProviderAccount
from providers.terms import terms_from
from providers.types import Tier

Orders = Mapping[Tier, tuple[str, ...]]


class OldMarkets:
    """The market of each day gone by: that day's prices, our accounts all open.

    Nothing is looked up twice for days between which neither a price has changed nor an offer
    was retired: the router would say the same.
    """

    def __init__(self, mode: str, *, orders: Orders | None = None) -> None:
        self._mode = mode
        self._name = catalogue_of(mode)
        self._orders: Orders = orders or {}
        self._markets: dict[date, Market] = {}
        self._routes: dict[tuple[RouteAsk, date], Route | None] = {}

    def under(self, orders: Orders) -> "OldMarkets":
        """The same days and accounts, as they were read, under other orders."""
        other = OldMarkets(self._mode, orders=orders)
        other.changes, other._accounts = self.changes, self._accounts
        return other

    @cached_property
    def changes(self) -> list[date]:
        """The days on which a price changes or an offer is retired, sorted."""
        offers = Offer.objects.filter(catalogue=self._name)
        retired, changed = {}, set()
        for pk, terms, priced in offers.values_list("pk", "terms", "prices__valid_from"):
            retired[pk] = terms
            changed.add(priced)
        ends = (terms_from(terms).retired_on for terms in retired.values())
        return sorted(day for day in {*changed, *ends} if day)

    @cached_property
    def _accounts(self) -> list[ProviderAccount]:
        return accounts_of(self._mode)

    def route(self, ask: RouteAsk, *, on: date) -> Route | None:
        """What the router would have said on that day; None where nobody could."""
        since = since_of(self.changes, on)
        if (ask, since) not in self._routes:
            try:
                self._routes[ask, since] = plan_route(ask, trade=self._market(since))
            except NoOffer:
                self._routes[ask, since] = None
        return self._routes[ask, since]

    def check(self, orders: Orders, *, on: date) -> None:
        """Raises Refused for an order that names nothing on sale."""
        known = self._market(since_of(self.changes, on)).catalogue
        for tier, entries in orders.items():
            if not entries:
                raise Refused("Name at least one provider.", field=tier)
            for entry in entries:
                if not known.named(entry):
                    names = ", ".join(sorted({offer.provider for offer in known.offers}))
                    raise Refused(
                        f"“{entry}” is not on sale. Choose from {names}, or provider/model.",
                        field=tier,
                    )

    def is_own(self, tier: Tier, entries: tuple[str, ...]) -> bool:
        """Whether this is the tier's order already."""
        return catalogue(self._name, on=datetime.now(UTC).date()).orders.get(tier) == entries

    def _market(self, since: date) -> Market:
        if since not in self._markets:
            then = datetime.combine(since, time(), tzinfo=UTC)
            kept = _opened(market(self._mode, now=then, accounts=self._accounts))
            shelf = replace(kept.catalogue, orders={**kept.catalogue.orders, **self._orders})
            self._markets[since] = replace(kept, catalogue=shelf)
        return self._markets[since]


def _opened(trade: Market) -> Market:
    """Nobody is down in a replay."""
    accounts = {name: replace(account, shut="") for name, account in trade.accounts.items()}
    return replace(trade, accounts=accounts)
