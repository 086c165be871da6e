from providers.models.account import AccountState, Circuit, ProviderAccount
from providers.models.offer import Lifecycle, Offer, PriceRow, TierPolicy

__all__ = [
    "AccountState",
    "Circuit",
    "Lifecycle",
    "Offer",
    "PriceRow",
    "ProviderAccount",
    "TierPolicy",
]
