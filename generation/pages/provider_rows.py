"""The providers as their page shows them: the account in words, its offers, how they have done."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from generation.pages.labels import Label
from generation.pages.spans import about
from generation.provider_days import DayRecord
from generation.tier_orders import why_skipped
from generation.track_record import LastFailure, Lately, Record
from generation.wording import SAID, provider_name
from providers.catalogue import PricedOffer
from providers.catalogue_file import PROVIDERS
from providers.market import Market
from providers.models import AccountState, Circuit, ProviderAccount
from providers.types import GenerationMode

GOOD = Label(word="Takes work", icon="circle-check", tone="good")
TRIED = Label(word="Being tried", icon="hourglass", tone="info")
SHUT = Label(word="Not asked", icon="circle-x", tone="bad")
PAUSED = Label(word="Paused", icon="ban", tone="accent")
DRAINING = Label(word="Draining", icon="hourglass", tone="accent")
RETIRED = Label(word="Retired", icon="ban", tone="wait")
NO_KEY = Label(word="No key", icon="key-round", tone="wait")
MODES = {GenerationMode.TEXT_TO_VIDEO: "text", GenerationMode.IMAGE_TO_VIDEO: "a picture"}


@dataclass(frozen=True, kw_only=True)
class OfferRow:
    """`half` and `most` are waits in words, `measured` or else as the catalogue has them.
    `ends` is the day after which it is not sold, `why_not` why nothing goes there now."""

    name: str
    model: str
    makes: str
    seconds: str
    shapes: str
    resolution: str
    micros_per_second: int
    price_row: int
    priced_since: date
    half: str
    most: str
    measured: bool
    tries: int
    succeeded: str
    refused: str
    lifecycle: str
    slots: int | None
    ends: date | None
    retired: bool
    why_not: str


@dataclass(frozen=True, kw_only=True)
class DayRow:
    """One day of a provider; `record` is None where nothing was tried, `share` what succeeded of
    all tries in percent."""

    day: date
    record: DayRecord | None

    @property
    def share(self) -> int | None:
        if self.record is None:
            return None
        return round(100 * self.record.succeeded / self.record.tries)


@dataclass(frozen=True, kw_only=True)
class ProviderCard:
    """One provider. `why_not` is empty while it takes work; `account` is 0 where there is none."""

    provider: str
    name: str
    label: Label
    why_not: str
    account: int
    state: str
    shut: bool
    since: datetime | None
    again: datetime | None
    key: str
    busy: int
    places: int
    last_good: datetime | None
    failure: LastFailure | None
    failure_words: str
    offers: tuple[OfferRow, ...]
    days: tuple[DayRow, ...]

    @property
    def timed(self) -> bool:
        """Whether a clip was made on one of the days, so that there are waits to draw."""
        return any(one.record and one.record.half is not None for one in self.days)


def provider_cards(
    trade: Market,
    *,
    accounts: Mapping[str, ProviderAccount],
    record: Lately,
    busy: Mapping[int, int],
    days: Mapping[str, Sequence[DayRow]],
    slots: Mapping[tuple[str, str], int],
) -> list[ProviderCard]:
    """All providers that the catalogue names. Asks nothing of the database."""
    return [
        _card(
            provider,
            offers,
            trade,
            accounts.get(provider),
            record,
            busy=busy,
            days=tuple(days.get(provider, ())),
            slots=slots,
        )
        for provider in PROVIDERS
        if (offers := trade.catalogue.named(provider))
    ]


def day_rows(
    found: Mapping[str, Sequence[DayRecord]], *, until: date, days: int
) -> dict[str, list[DayRow]]:
    """Every day up to `until` of each provider that was tried on one of them."""
    shown = [until - timedelta(days=back) for back in reversed(range(days))]
    rows = {}
    for provider, records in found.items():
        by_day = {record.day: record for record in records}
        rows[provider] = [DayRow(day=day, record=by_day.get(day)) for day in shown]
    return rows


def _card(
    provider: str,
    offers: tuple[PricedOffer, ...],
    trade: Market,
    account: ProviderAccount | None,
    record: Lately,
    *,
    busy: Mapping[int, int],
    days: tuple[DayRow, ...],
    slots: Mapping[tuple[str, str], int],
) -> ProviderCard:
    reasons = [why_skipped(offer, trade) for offer in offers]
    account_id = account.pk if account else 0
    failure = record.failures.get(account_id)
    return ProviderCard(
        provider=provider,
        name=provider_name(provider),
        label=_label(reasons, account, keyed=provider in trade.keyed),
        why_not="" if "" in reasons else reasons[0],
        account=account_id,
        state=account.state if account else "",
        shut=account is not None and account.circuit != Circuit.CLOSED,
        since=account.circuit_since if account else None,
        again=account.circuit_until if account else None,
        key=_key_words(provider, trade),
        busy=busy.get(account_id, 0),
        places=account.max_concurrent if account else 0,
        last_good=account.last_good_at if account else None,
        failure=failure,
        failure_words=_failure_words(provider, failure),
        offers=tuple(
            _offer(
                offer,
                trade,
                record.offers.get(offer.offer_id),
                why_not=why_not,
                slots=slots.get((provider, offer.model)),
            )
            for offer, why_not in zip(offers, reasons, strict=True)
        ),
        days=days,
    )


def _label(reasons: list[str], account: ProviderAccount | None, *, keyed: bool) -> Label:
    if account is None or not keyed:
        return NO_KEY
    if account.state == AccountState.PAUSED:
        return PAUSED
    if account.state == AccountState.DRAINING:
        return DRAINING
    if all(reason.startswith("retired") for reason in reasons):
        return RETIRED
    if "" not in reasons:
        return SHUT
    return GOOD if account.circuit == Circuit.CLOSED else TRIED


def _key_words(provider: str, trade: Market) -> str:
    """Whether we hold a key, and which kinds; never the key itself."""
    if trade.mode == "test":
        return "The sandbox’s public key"
    kinds = trade.keys.get(provider, frozenset()) & {"key", "access_key", "secret_key"}
    if provider not in trade.keyed:
        return "No key is set"
    return "Set" if kinds == {"key"} else f"Set ({', '.join(sorted(kinds)).replace('_', ' ')})"


def _failure_words(provider: str, failure: LastFailure | None) -> str:
    if failure is None:
        return ""
    return SAID[failure.failure_class].format(name=provider_name(provider)).rstrip(".")


def _offer(
    offer: PricedOffer,
    trade: Market,
    record: Record | None,
    *,
    why_not: str,
    slots: int | None,
) -> OfferRow:
    terms = offer.terms
    shortest, longest = terms.lengths[0], terms.longest
    measured = False
    rehearsed = trade.mode == "test"
    half: float = terms.rehearsal_seconds if rehearsed else terms.typical_seconds
    most: float = terms.rehearsal_seconds if rehearsed else terms.slow_seconds
    if record is not None and record.half is not None and record.most is not None:
        half, most, measured = record.half, record.most, True
    return OfferRow(
        name=offer.display_name,
        model=offer.model,
        makes=" or ".join(MODES[mode] for mode in GenerationMode if terms.can(mode)),
        seconds=f"{shortest}\u2013{longest}" if shortest != longest else f"{longest}",
        shapes=", ".join(terms.ratios),
        resolution=terms.resolution,
        micros_per_second=offer.micros_per_second,
        price_row=offer.price_row_id,
        priced_since=offer.priced_since,
        half=about(half),
        most=about(most),
        measured=measured,
        tries=record.tries if record else 0,
        succeeded=_share(record.succeeded, record.tries) if record else "",
        refused=_share(record.refused, record.tries) if record else "",
        lifecycle=offer.lifecycle,
        slots=slots,
        ends=terms.retired_on,
        retired=offer.retired(on=trade.on),
        why_not=why_not,
    )


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.0f}\u00a0%" if whole else ""
