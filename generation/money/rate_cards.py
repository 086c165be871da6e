"""What a client pays: dated terms, added from today on and never rewritten."""

from dataclasses import dataclass
from datetime import date

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from generation import clock
from generation.asks import Refused
from generation.models import CardKind, CostCentre, RateCard
from generation.money.report_span import today_in, zone_of
from providers.micros import MICROS

# Currencies of two decimals, so that one rounding to the hundredth means the same in each.
CURRENCIES = ("USD", "EUR", "GBP", "CHF", "CAD", "AUD", "SEK", "NOK", "DKK", "PLN", "CZK")
MOST_BP = 100_000  # ten times the cost on top
MOST_MICROS = 10_000_000 * MICROS
MOST_SECONDS = 10_000_000


@dataclass(frozen=True, kw_only=True)
class CardTerms:
    """A card as asked for. `markup_bp` is hundredths of a percent, money micro-units of the
    currency, `micros_per_dollar` what one dollar of cost is worth in it."""

    kind: str
    valid_from: date
    currency: str = "USD"
    micros_per_dollar: int = MICROS
    markup_bp: int = 0
    second_micros: int = 0
    fee_micros: int = 0
    included_seconds: int = 0
    note: str = ""


def add(access: Access, client: CostCentre, terms: CardTerms) -> RateCard:
    """A new card for a client, with its audit entry. Raises Refused, and then wrote nothing."""
    _check_terms(terms)
    with transaction.atomic():
        # Cards of one client are added one after the other, so that each sees the others.
        CostCentre.objects.select_for_update().get(pk=client.pk)
        cards = cards_of(client)
        _check_day(client, terms, cards=cards)
        _check_neighbours(terms, cards=cards)
        card = RateCard.objects.create(
            workspace_id=client.workspace_id,
            mode=client.mode,
            client=client,
            created_by_id=access.user_id,
            **vars(terms),
        )
        told = {**vars(terms), "valid_from": terms.valid_from.isoformat()}
        record(access, "rate_card.add", f"rate_card:{card.uid}", after=told)
    return card


def cards_of(client: CostCentre) -> list[RateCard]:
    """In the order in which they begin; the last of one day is the one that holds."""
    return list(RateCard.objects.filter(client=client).order_by("valid_from", "pk"))


def in_force(cards: list[RateCard], *, on: date) -> RateCard | None:
    """The card of a day; None before the first one."""
    begun = [card for card in cards if card.valid_from <= on]
    return begun[-1] if begun else None


def _check_terms(terms: CardTerms) -> None:
    if terms.kind not in CardKind.values:
        raise Refused(f"Choose one of {', '.join(CardKind.values)}.", field="kind")
    if terms.currency not in CURRENCIES:
        raise Refused(f"Choose one of {', '.join(CURRENCIES)}.", field="currency")
    if terms.currency == "USD" and terms.micros_per_dollar != MICROS:
        raise Refused("A dollar is worth one dollar; leave the rate out.", field="rate")
    if not 0 < terms.micros_per_dollar <= 1000 * MICROS:
        raise Refused("Say what one dollar is worth, such as 0.92.", field="rate")
    if not 0 <= terms.markup_bp <= MOST_BP:
        raise Refused(f"Choose 0 to {MOST_BP // 100} percent.", field="markup_percent")
    if not 0 <= terms.second_micros <= MOST_MICROS or not 0 <= terms.fee_micros <= MOST_MICROS:
        raise Refused("An amount is not negative and below ten million.", field="price_per_second")
    if not 0 <= terms.included_seconds <= MOST_SECONDS:
        raise Refused(f"Choose 0 to {MOST_SECONDS} seconds.", field="included_seconds")
    _check_kind(terms)


def _check_kind(terms: CardTerms) -> None:
    """What belongs to another kind of card is refused, as it would have no effect."""
    if terms.kind != CardKind.COST_PLUS and terms.markup_bp:
        raise Refused("Only cost plus has a percentage. Leave it out.", field="markup_percent")
    if terms.kind == CardKind.COST_PLUS and terms.second_micros:
        raise Refused("Cost plus has no price per second.", field="price_per_second")
    if terms.kind == CardKind.PER_SECOND and not terms.second_micros:
        raise Refused("Say what a delivered second costs.", field="price_per_second")
    if terms.kind != CardKind.RETAINER and (terms.fee_micros or terms.included_seconds):
        raise Refused("Only a retainer has a fee and seconds included.", field="monthly_fee")
    if terms.kind == CardKind.RETAINER and not terms.fee_micros:
        raise Refused("Say what the client pays each month.", field="monthly_fee")
    if terms.kind == CardKind.RETAINER and terms.valid_from.day != 1:
        raise Refused(
            "A retainer is for whole months. Let it begin on the first of one.", field="valid_from"
        )


def _check_day(client: CostCentre, terms: CardTerms, *, cards: list[RateCard]) -> None:
    """A client's first card may look back; every later one leaves past months as they were."""
    if not cards:
        return
    month = today_in(zone_of(client.workspace_id), now=clock.now()).replace(day=1)
    if terms.valid_from < month:
        raise Refused(f"Past months keep their terms. Choose {month} or later.", field="valid_from")


def _check_neighbours(terms: CardTerms, *, cards: list[RateCard]) -> None:
    """A month has one retainer or none, and one currency."""
    before = in_force(cards, on=terms.valid_from)
    after = next((card for card in cards if card.valid_from > terms.valid_from), None)
    if before and not _may_follow(terms, before):
        raise Refused(
            "Retainers and currencies change on the first of a month. Choose one.",
            field="valid_from",
        )
    if after and not _may_follow(after, terms):
        raise Refused(
            f"The card from {after.valid_from} on cannot follow this one within a month.",
            field="valid_from",
        )


def _may_follow(later: RateCard | CardTerms, earlier: RateCard | CardTerms) -> bool:
    if later.valid_from.day == 1:
        return True
    same_money = (later.currency, later.micros_per_dollar) == (
        earlier.currency,
        earlier.micros_per_dollar,
    )
    return same_money and CardKind.RETAINER not in (later.kind, earlier.kind)
