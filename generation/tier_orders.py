"""Changing which offers a tier tries, and in which order, as a person of the back desk.

The catalogue is one for all workspaces, so that an owner of one of them needs the back desk's
key too, as for the price book.
"""

from dataclasses import dataclass

from django.db import transaction

from accounts.access import Access, Forbidden, require
from accounts.models import User
from generation.account_states import reason_of
from generation.asks import Refused
from generation.money.asked import orders_from
from generation.price_changes import editor
from generation.shared_audit import record_for_all
from providers.catalogue import Catalogue, PricedOffer, catalogue_of, forget
from providers.market import Market
from providers.models import TierPolicy
from providers.types import Tier


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One entry of a tier: what it is called, and why it is passed over just now, or ""."""

    entry: str
    name: str
    skipped: str


@dataclass(frozen=True, kw_only=True)
class TierOrder:
    tier: str
    entries: tuple[Entry, ...]
    typed: str


def tier_orders(trade: Market) -> list[TierOrder]:
    """All four tiers as they stand on this market. Asks nothing of the database."""
    return [
        TierOrder(
            tier=tier.value,
            entries=tuple(_entry(word, trade) for word in trade.catalogue.orders.get(tier, ())),
            typed=", ".join(trade.catalogue.orders.get(tier, ())),
        )
        for tier in Tier
    ]


def change_order(access: Access, tier: Tier, typed: str, *, reason: str, trade: Market) -> None:
    """Put entries in a new order. Raises Forbidden, and Refused for no entry, one that names no
    offer, no reason, or the order that holds already; nothing is written then."""
    require(access, "prices:write")
    by = editor(access)
    if by is None:
        raise Forbidden("Tiers are one for all workspaces: ask somebody of the back desk.")
    entries = _entries(typed, tier=tier, catalogue=trade.catalogue)
    words = reason_of(reason)
    with transaction.atomic():
        rows = TierPolicy.objects.select_for_update()
        policy = rows.get(catalogue=catalogue_of(access.mode), tier=tier)
        if tuple(policy.order) == entries:
            raise Refused("That is the order already. Nothing was changed.", field=tier)
        before = {"order": list(policy.order)}
        policy.order, policy.order_by_hand = list(entries), True
        policy.save(update_fields=["order", "order_by_hand"])
        record_for_all(
            "tier.order",
            f"tier:{policy.catalogue}/{tier.value}",
            words,
            mode=access.mode,
            by=User.objects.get(pk=by),
            ip=access.ip,
            before=before,
            after={"order": list(entries)},
        )
        transaction.on_commit(forget)


def _entries(typed: str, *, tier: Tier, catalogue: Catalogue) -> tuple[str, ...]:
    entries = orders_from({tier.value: typed}).get(tier, ())
    if not entries:
        raise Refused("Name at least one provider.", field=tier)
    for entry in entries:
        if not catalogue.named(entry):
            raise Refused(f"“{entry}” names no offer of the catalogue.", field=tier)
    return entries


def _entry(word: str, trade: Market) -> Entry:
    offers = trade.catalogue.named(word)
    if not offers:
        return Entry(entry=word, name=word, skipped="not in the catalogue")
    reasons = [why_skipped(offer, trade) for offer in offers]
    name = offers[0].display_name if len(offers) == 1 else word.capitalize()
    return Entry(entry=word, name=name, skipped="" if "" in reasons else reasons[0])


def why_skipped(offer: PricedOffer, trade: Market) -> str:
    """Why nothing new goes to an offer just now, whatever is asked for, or ""."""
    if offer.retired(on=trade.on):
        day = offer.terms.retired_on
        return f"retired since {day:%-d %b %Y}" if day and day <= trade.on else "retired"
    if missing := trade.missing_key(offer):
        return missing
    account = trade.accounts.get(offer.provider)
    return account.shut if account else "no key is set"
