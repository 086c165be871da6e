"""Offers, prices and provider accounts at the back desk.

The catalogue files own the offers and the price book owns the prices, so both are only read
here; ledger lines name them.
"""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from providers import health
from providers.micros import per_second
from providers.models import Offer, PriceRow, ProviderAccount, TierPolicy


class _ReadOnly(ModelAdmin):  # type: ignore[misc]
    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Offer)
class OfferAdmin(_ReadOnly):
    list_display = ["display_name", "provider", "model", "catalogue", "lifecycle", "confidence"]
    list_filter = ["catalogue", "provider", "lifecycle"]
    search_fields = ["display_name", "model"]


@admin.register(TierPolicy)
class TierPolicyAdmin(_ReadOnly):
    list_display = ["tier", "catalogue", "order", "note"]
    list_filter = ["catalogue"]


@admin.register(PriceRow)
class PriceRowAdmin(_ReadOnly):
    """To look at. New prices go through the price book, which keeps the past and may ask two."""

    list_display = ["offer", "price", "valid_from", "source", "confidence", "created_at"]
    list_filter = ["offer__catalogue", "offer__provider"]
    list_select_related = ["offer"]
    fields = ["offer", "micros_per_second", "valid_from", "source", "confidence"]

    @admin.display(description="Price", ordering="micros_per_second")
    def price(self, row: PriceRow) -> str:
        return per_second(row.micros_per_second)


@admin.register(ProviderAccount)
class ProviderAccountAdmin(ModelAdmin):  # type: ignore[misc]
    list_display = ["provider", "mode", "state", "circuit", "circuit_reason", "circuit_until"]
    list_filter = ["mode", "state", "circuit"]
    fields = ["provider", "mode", "state", "state_reason", "max_concurrent"]
    readonly_fields = ["provider", "mode"]
    actions = ["ask_again"]

    @admin.action(description="Ask again now")
    def ask_again(self, request: HttpRequest, chosen: QuerySet[ProviderAccount]) -> None:
        for account in chosen:
            health.ask_again(account.pk)
        messages.success(request, "The next clip will be the trial.")

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
