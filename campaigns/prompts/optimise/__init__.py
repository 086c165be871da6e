"""The optimiser: a proposal for a better prompt, with a reason for every change. Free of Django."""

from campaigns.prompts.optimise.optimiser import optimise
from campaigns.prompts.optimise.proposal import Brand, Change, Piece, Proposal

__all__ = ["Brand", "Change", "Piece", "Proposal", "optimise"]
