"""B-roll by words: one scene, one clip."""

from collections.abc import Sequence

from django.db import transaction

from accounts.access import Access
from campaigns.made.pieces import Look, Made, Piece, make
from campaigns.made.place import place
from campaigns.models import ShotRole


def scenes(prompts: Sequence[str], *, look: Look, field: str) -> list[Piece]:
    return [
        Piece(role=ShotRole.B_ROLL, prompt=prompt, look=look, field=f"{field}.{index}")
        for index, prompt in enumerate(prompts)
    ]


@transaction.atomic
def make_b_roll(access: Access, prompts: Sequence[str], *, look: Look, campaign: str = "") -> Made:
    """A clip of each prompt, in their order. Raises Refused or BudgetExceeded; then no clip,
    shot or campaign was made."""
    pieces = scenes(prompts, look=look, field="prompts")
    home = place(access, campaign=campaign, shots=len(pieces))
    return make(access, home, pieces, title="B-roll")
