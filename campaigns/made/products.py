"""Photos of a product that move."""

from collections.abc import Sequence

from django.db import transaction

from accounts.access import Access
from campaigns.made.pieces import Look, Made, Piece, make
from campaigns.made.place import place
from campaigns.models import ShotRole
from campaigns.planning.wording import motion
from generation.models import Asset
from generation.routing import TIERS
from providers.types import Tier

# There is nothing to choose between but the motion, so that a draft would be paid for in vain.
USUAL_TIER = Tier.HIGH


def tier_beside(tier: Tier) -> Tier:
    """The tier of product shots beside footage of `tier`: high, or better where that is."""
    return max(USUAL_TIER, tier, key=TIERS.index)


def product_shots(pictures: Sequence[Asset], *, look: Look, field: str) -> list[Piece]:
    """One piece for each picture, with a motion of our own words."""
    return [
        Piece(
            role=ShotRole.PRODUCT,
            prompt=motion(index),
            look=look,
            field=f"{field}.{index}",
            picture=picture,
        )
        for index, picture in enumerate(pictures)
    ]


@transaction.atomic
def animate(access: Access, picture: Asset, *, words: str, look: Look, campaign: str = "") -> Made:
    """A clip in which the picture moves as `words` say, or by a motion of ours without any.

    Raises Refused or BudgetExceeded; then nothing was made.
    """
    piece = Piece(
        role=ShotRole.PRODUCT,
        prompt=words or motion(0),
        look=look,
        field="motion",
        picture=picture,
    )
    home = place(access, campaign=campaign, shots=1)
    return make(access, home, [piece], title="Product shot")
