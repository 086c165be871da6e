from providers.models.account import AccountState, Circuit, ProviderAccount
from providers.models.model_limit import ModelLimit
from providers.models.offer import Lifecycle, Offer, PriceRow, TierPolicy
from providers.models.price_proposal import PriceProposal, ProposalState

__all__ = [
    "AccountState",
    "Circuit",
    "Lifecycle",
    "ModelLimit",
    "Offer",
    "PriceProposal",
    "PriceRow",
    "ProposalState",
    "ProviderAccount",
    "TierPolicy",
]
