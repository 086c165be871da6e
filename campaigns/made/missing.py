"""As many B-roll scenes as a campaign still lacks, invented from what is known of its product."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from zlib import crc32

from django.db import transaction

from accounts.access import Access
from campaigns.made.pieces import Look, Made, Piece, make
from campaigns.made.place import place
from campaigns.models import Campaign, ShotRole
from campaigns.planning.fitting import fitting
from campaigns.planning.reading import facts_of
from campaigns.planning.scenes import invent
from campaigns.storyboard import row_of
from generation.asks import Refused


@dataclass(frozen=True, kw_only=True)
class Known:
    """What is known of a campaign: its product and the B-roll that there is already."""

    product_name: str = ""
    audience: str = ""
    benefits: Sequence[str] = ()
    existing: Sequence[str] = ()


@transaction.atomic
def make_missing(
    access: Access, known: Known, *, required: int, look: Look, campaign: str = ""
) -> Made:
    """Clips of new scenes until there are `required`; none where there are enough.

    A campaign that is named counts with the B-roll of its storyboard, and its brief says what
    the caller has not. Raises Refused or BudgetExceeded; then nothing was made.
    """
    home = place(access, campaign=campaign, shots=0) if campaign else None
    there = _told_scenes(home) if home else []
    missing = required - len([*there, *(one for one in known.existing if one not in there)])
    if missing <= 0:
        return Made(campaign=home, takes=None)
    known = _completed(known, home) if home else known
    if not (known.product_name.strip() or known.audience.strip() or any(known.benefits)):
        raise Refused(
            "Name the product, its audience or its benefits: scenes are invented from them.",
            field="product_name",
            code="required",
        )
    if home is None:
        home = place(access, campaign="", name=known.product_name, shots=missing)
        there = _told_scenes(home)
    prompts = _invented(known, count=missing, beside=[*there, *known.existing])
    pieces = [
        Piece(role=ShotRole.B_ROLL, prompt=prompt, look=look, field="product_name")
        for prompt in prompts
    ]
    return make(access, home, pieces, title="Missing B-roll")


def _told_scenes(campaign: Campaign) -> list[str]:
    """The prompts of the campaign's B-roll; nobody adds to it until we are done."""
    return [shot.prompt for shot in row_of(campaign) if shot.role == ShotRole.B_ROLL]


def _completed(known: Known, campaign: Campaign) -> Known:
    facts = facts_of(campaign)
    product = facts.products[0] if facts.products else None
    return replace(
        known,
        product_name=known.product_name or (product.name if product else ""),
        audience=known.audience or facts.audience or (product.audience if product else ""),
        benefits=known.benefits or (product.benefits if product else ()) or facts.benefits,
    )


def _invented(known: Known, *, count: int, beside: Sequence[str]) -> tuple[str, ...]:
    found = invent(
        product_name=known.product_name,
        audience=known.audience,
        benefits=known.benefits,
        count=count,
        seed=crc32(known.product_name.casefold().encode()),
        beside=beside,
        fits=fitting(own_words=(known.product_name,)),
    )
    if len(found) < count:
        raise Refused(
            "No scene can be invented from these words. Say in plain words what the product is"
            " and who it is for.",
            field="product_name",
        )
    return found
