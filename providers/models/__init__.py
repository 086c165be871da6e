from providers.models.account import AccountState, Circuit, ProviderAccount
from providers.models.offer import Lifecycle, Offer, PriceRow, TierPolicy
from providers.models.price_proposal import PriceProposal, ProposalState

__all__ = [
    "AccountState",
    "Circuit",
    "Lifecycle",
    "Offer",
    "PriceProposal",
    "PriceRow",
    "ProposalState",
    "ProviderAccount",
    "TierPolicy",
]
