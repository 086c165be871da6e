"""The state of trade at one moment: offers, who holds a key, and which accounts are shut.

Read once and passed on, so that a batch of a thousand clips is routed in memory.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime

from django.conf import settings

from providers.catalogue import Catalogue, PricedOffer, catalogue, catalogue_of, configured
from providers.health import usable
from providers.models import Circuit, ProviderAccount

# By hand, as every purchase and every page asks it: building it took longer than answering it.
_ACCOUNTS = "SELECT * FROM providers_provideraccount WHERE mode = %s"


@dataclass(frozen=True, kw_only=True)
class AccountNow:
    """Our account at one provider: `shut` says why it takes nothing new, or is empty."""

    account_id: int
    shut: str = ""
    circuit: str = Circuit.CLOSED
    circuit_since: datetime | None = None
    last_good_at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class Market:
    mode: str
    catalogue: Catalogue
    accounts: Mapping[str, AccountNow]
    keyed: frozenset[str]
    keys: Mapping[str, frozenset[str]] = field(default_factory=dict)

    @property
    def on(self) -> date:
        return self.catalogue.on

    def missing_key(self, offer: PricedOffer) -> str:
        """Why an offer cannot be bought for want of a key, or ""."""
        if offer.provider not in self.keyed or offer.provider not in self.accounts:
            return "no key is set"
        needed = offer.terms.needs_key
        if self.mode == "live" and needed and needed not in self.keys[offer.provider]:
            return "needs another kind of key than the one that is set"
        return ""


def accounts_of(mode: str) -> list[ProviderAccount]:
    """Our accounts of a mode, as they are now."""
    return list(ProviderAccount.objects.raw(_ACCOUNTS, [mode]))


def market(
    mode: str, *, now: datetime | None = None, accounts: Iterable[ProviderAccount] | None = None
) -> Market:
    """Today's market of a mode ("test" or "live"), by UTC. `accounts` are those of the mode where
    the caller has read them already."""
    now = now or datetime.now(UTC)
    today = catalogue(catalogue_of(mode), on=now.astimezone(UTC).date())
    keys = settings.PROVIDER_KEYS
    return Market(
        mode=mode,
        catalogue=_reachable(today) if mode == "live" else today,
        accounts={
            row.provider: AccountNow(
                account_id=row.pk,
                shut=usable(row, now=now),
                circuit=row.circuit,
                circuit_since=row.circuit_since,
                last_good_at=row.last_good_at,
            )
            for row in (accounts_of(mode) if accounts is None else accounts)
        },
        keyed=frozenset(provider for provider in keys if configured(provider, mode)),
        keys={
            provider: frozenset(name for name, value in named.items() if value)
            for provider, named in keys.items()
        },
    )


def _reachable(today: Catalogue) -> Catalogue:
    """Without the offers of a transport that the settings did not choose (Pika has two)."""
    chosen = {name: keys.get("transport") for name, keys in settings.PROVIDER_KEYS.items()}
    return Catalogue(
        name=today.name,
        on=today.on,
        orders=today.orders,
        offers=tuple(
            offer
            for offer in today.offers
            if chosen.get(offer.provider) in (None, "", offer.transport)
        ),
    )
