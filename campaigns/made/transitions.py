"""Short clips that join scenes."""

from django.db import transaction

from accounts.access import Access
from campaigns.made.pieces import Look, Made, Piece, make
from campaigns.made.place import place
from campaigns.models import ShotRole
from campaigns.planning import wording

STYLES = tuple(wording.TRANSITIONS)


def joints(count: int, *, kind: str, look: Look, field: str) -> list[Piece]:
    """So many joints, of one of STYLES or, without one, each of another.

    Those of one style say the same words with another seed each, so that no two are alike.
    """
    return [
        Piece(
            role=ShotRole.TRANSITION,
            prompt=wording.transition(index, style=kind),
            look=look,
            field=field,
            seed=index + 1,
        )
        for index in range(count)
    ]


@transaction.atomic
def make_transitions(
    access: Access, count: int, *, kind: str, look: Look, campaign: str = ""
) -> Made:
    """Raises Refused or BudgetExceeded; then nothing was made."""
    pieces = joints(count, kind=kind, look=look, field="count")
    home = place(access, campaign=campaign, shots=count)
    return make(access, home, pieces, title="Transitions")
