"""Offers, prices and provider accounts. They belong to no workspace and serve them all."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString

from generation.desk.account_deeds import ASK_AGAIN, DRAIN, PAUSE, RESUME
from generation.desk.price_deeds import APPROVE, LIFECYCLE, PROPOSE, REFUSE
from generation.desk.reasons import ask
from generation.desk.registers import Register, See, link_to
from generation.long_lists import ProviderWords
from generation.wording import provider_name
from providers.micros import per_second
from providers.models import Offer, PriceProposal, PriceRow, ProviderAccount, TierPolicy


class Shared(Register):
    workspace_path = ""


@admin.register(ProviderAccount)
class AccountRegister(Shared):
    list_display = ["name", "mode", "state", "why", "circuit", "circuit_reason", "last_good_at"]
    list_filter = ["mode", "state", "circuit"]
    actions = ["pause", "drain", "resume", "ask_again"]
    see = (
        See(words="Attempts", table="generation_attempt", lookup="account__id__exact"),
        See(words="Bills", table="generation_statement", lookup="account__id__exact"),
    )

    @admin.display(description="provider")
    def name(self, account: ProviderAccount) -> str:
        return provider_name(account.provider)

    @admin.display(description="why, and by whom")
    def why(self, account: ProviderAccount) -> str:
        if not account.state_reason:
            return "–"
        return f"{account.state_reason} ({account.state_by or 'unknown'})"

    @admin.action(description="Pause…")
    def pause(self, request: HttpRequest, chosen: QuerySet[ProviderAccount]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=PAUSE)

    @admin.action(description="Drain…")
    def drain(self, request: HttpRequest, chosen: QuerySet[ProviderAccount]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=DRAIN)

    @admin.action(description="Resume…")
    def resume(
        self, request: HttpRequest, chosen: QuerySet[ProviderAccount]
    ) -> HttpResponse | None:
        return ask(self, request, chosen, deed=RESUME)

    @admin.action(description="Ask again now…")
    def ask_again(
        self, request: HttpRequest, chosen: QuerySet[ProviderAccount]
    ) -> HttpResponse | None:
        return ask(self, request, chosen, deed=ASK_AGAIN)

    def subject(self, row: ProviderAccount) -> str:
        return f"provider_account:{row.pk}"


@admin.register(Offer)
class OfferRegister(Shared):
    list_display = ["display_name", "provider", "model", "catalogue", "lifecycle", "confidence"]
    list_filter = ["catalogue", ProviderWords, "lifecycle"]
    search_fields = ["display_name__icontains", "model__icontains"]
    actions = ["propose", "lifecycle"]
    see = (
        See(words="Prices", table="providers_pricerow", lookup="offer__id__exact"),
        See(words="Proposals", table="providers_priceproposal", lookup="offer__id__exact"),
        See(words="Attempts", table="generation_attempt", lookup="offer__id__exact"),
    )

    @admin.action(description="Propose a price…")
    def propose(self, request: HttpRequest, chosen: QuerySet[Offer]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=PROPOSE)

    @admin.action(description="Change the lifecycle…")
    def lifecycle(self, request: HttpRequest, chosen: QuerySet[Offer]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=LIFECYCLE)


@admin.register(PriceRow)
class PriceRegister(Shared):
    list_display = ["the_offer", "price", "valid_from", "source", "confidence", "created_at"]
    list_filter = ["offer__catalogue"]
    list_select_related = ["offer"]
    see = (See(words="Ledger lines", table="generation_ledgerline", lookup="price_row__id__exact"),)

    @admin.display(description="offer")
    def the_offer(self, row: PriceRow) -> SafeString | str:
        return link_to(row.offer, row.offer.display_name)

    @admin.display(description="price")
    def price(self, row: PriceRow) -> str:
        return per_second(row.micros_per_second)


@admin.register(PriceProposal)
class ProposalRegister(Shared):
    when = "proposed_at"
    list_display = ["the_offer", "price", "valid_from", "state", "proposed_by", "decided_by"]
    list_filter = ["state"]
    list_select_related = ["offer", "proposed_by", "decided_by"]
    actions = ["approve", "refuse"]

    @admin.display(description="offer")
    def the_offer(self, row: PriceProposal) -> SafeString | str:
        return link_to(row.offer, row.offer.display_name)

    @admin.display(description="price")
    def price(self, row: PriceProposal) -> str:
        return per_second(row.micros_per_second)

    @admin.action(description="Approve…")
    def approve(self, request: HttpRequest, chosen: QuerySet[PriceProposal]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=APPROVE)

    @admin.action(description="Refuse…")
    def refuse(self, request: HttpRequest, chosen: QuerySet[PriceProposal]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=REFUSE)

    def subject(self, row: PriceProposal) -> str:
        return f"price_proposal:{row.pk}"


@admin.register(TierPolicy)
class TierRegister(Shared):
    list_display = ["tier", "catalogue", "order", "note"]
    list_filter = ["catalogue"]
