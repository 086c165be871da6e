"""The catalogue in a test's database: loaded by the product once, and copied from then on."""

from django.core.management import call_command
from django.db.models import Model

from providers import catalogue
from providers.models import ModelLimit, Offer, PriceRow, ProviderAccount, TierPolicy

# In this order each row finds what it points at.
_STOCKED: tuple[type[Model], ...] = (
    Offer,
    PriceRow,
    TierPolicy,
    ProviderAccount,
    ModelLimit,
)
_rows: dict[type[Model], list[Model]] = {}


def stock() -> None:
    """Offers, prices, tiers and accounts, as `load_catalogue` leaves them in an empty database."""
    if any(model._default_manager.exists() for model in _STOCKED):
        call_command("load_catalogue", verbosity=0)
    elif not _rows:
        call_command("load_catalogue", verbosity=0)
        _rows.update({model: list(model._default_manager.all()) for model in _STOCKED})
    else:
        for model, rows in _rows.items():
            model._default_manager.bulk_create(rows)
    catalogue.forget()
