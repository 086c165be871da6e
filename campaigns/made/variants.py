"""Variants of one idea, to be seen side by side: takes of one shot that differ in known factors."""

from django.db import transaction

from accounts.access import Access
from campaigns.made.pieces import Look, Made, Piece, make_takes, put
from campaigns.made.place import place
from campaigns.models import ShotRole
from campaigns.takes import TakeWish
from campaigns.variants.words import KNOWN, compose

CAMERAS, LIGHTS = tuple(KNOWN["camera"]), tuple(KNOWN["light"])
MOST = len(CAMERAS) * (1 + len(LIGHTS))


def factors(count: int) -> list[dict[str, str]]:
    """What distinguishes each of so many variants: another camera each, then another light too.

    Neither changes who is seen, what is done or where. A single variant is the words themselves.
    """
    if count == 1:
        return [{}]
    told = []
    for number in range(count):
        turn, camera = divmod(number, len(CAMERAS))
        light = {"light": LIGHTS[turn - 1]} if turn else {}
        told.append({"camera": CAMERAS[camera], **light})
    return told


@transaction.atomic
def make_variants(
    access: Access, prompt: str, *, count: int, look: Look, campaign: str = ""
) -> Made:
    """`count` takes, at most MOST, of one new shot. Raises Refused or BudgetExceeded; then
    nothing was made."""
    piece = Piece(role=ShotRole.B_ROLL, prompt=prompt, look=look, field="prompt")
    home = place(access, campaign=campaign, shots=1)
    [shot] = put(access, home, [piece])
    wishes = [
        TakeWish(shot=shot, prompt=compose(prompt, one) if one else None, factors=one)
        for one in factors(count)
    ]
    return make_takes(access, home, wishes, pieces=[piece] * count, title="Variants")
