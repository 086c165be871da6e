"""All footage of a small campaign in one go: scenes, product shots and the joints between."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from django.db import transaction

from accounts.access import Access
from campaigns.made.b_roll import scenes
from campaigns.made.pieces import JOINT_SECONDS, Look, Made, Piece, make
from campaigns.made.place import place
from campaigns.made.products import product_shots, tier_beside
from campaigns.made.transitions import joints
from generation.asks import Refused
from generation.models import Asset
from providers.types import Tier


@dataclass(frozen=True, kw_only=True)
class AssetsBrief:
    """What is wanted. `look` is that of the scenes; without `product_tier` product shots are
    made high, or as good as the scenes where those are better. Joints are drafts of 3 s."""

    look: Look
    product_name: str = ""
    scenes: Sequence[str] = ()
    pictures: Sequence[Asset] = ()
    transition_count: int = 0
    transition_style: str = ""
    product_tier: Tier | None = None


def pieces_of(brief: AssetsBrief) -> list[Piece]:
    """The scenes, then the product shots, then the joints, each in the brief's order."""
    product_tier = brief.product_tier or tier_beside(brief.look.tier)
    return [
        *scenes(brief.scenes, look=brief.look, field="b_roll_scenes"),
        *product_shots(
            brief.pictures, look=replace(brief.look, tier=product_tier), field="product_images"
        ),
        *joints(
            brief.transition_count,
            kind=brief.transition_style,
            look=replace(brief.look, tier=Tier.DRAFT, seconds=JOINT_SECONDS),
            field="transition_count",
        ),
    ]


@transaction.atomic
def make_assets(access: Access, brief: AssetsBrief, *, campaign: str = "") -> Made:
    """All of it under one hold, in a campaign that is called as the product.

    Raises Refused or BudgetExceeded; then nothing was made.
    """
    pieces = pieces_of(brief)
    if not pieces:
        raise Refused(
            "Name at least one scene, one picture, or a number of transitions.",
            field="b_roll_scenes",
            code="required",
        )
    home = place(access, campaign=campaign, name=brief.product_name, shots=len(pieces))
    return make(access, home, pieces, title="Campaign footage")
