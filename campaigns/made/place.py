"""The campaign that a helper's footage goes into, so that all of it is found on the pages."""

from itertools import count

from django.db.models import Count, Q

from accounts.access import Access
from campaigns import opening
from campaigns.models import Campaign
from campaigns.storyboard import MOST_SHOTS
from generation import centres
from generation.asks import Refused
from generation.models import CentreKind, CostCentre

QUICK = "Quick footage"
LONGEST_BASE = 190
TRIES = 3


def place(access: Access, *, campaign: str, name: str = "", shots: int) -> Campaign:
    """The campaign named by id or name, else one called `name` with room for so many shots.

    Without either it is the workspace's "Quick footage". A campaign that belongs to a client, is
    archived or is full is left alone unless it is named by the caller: the next one is numbered.
    Call it in a transaction. Raises NoSuchCentre for a campaign that is not there.
    """
    if campaign:
        found = opening.campaign_by(access, centres.named(access, campaign).uid)
        if found is not None:
            return found
        raise centres.NoSuchCentre(f"There is no campaign “{campaign}” in this workspace.")
    base = _plain(name) or QUICK
    for _ in range(TRIES - 1):
        try:
            return _of_its_own(access, base, shots=shots)
        except Refused:
            # Somebody has opened one of that name at the same moment; look again.
            continue
    return _of_its_own(access, base, shots=shots)


def _of_its_own(access: Access, base: str, *, shots: int) -> Campaign:
    taken = _alike(access, base)
    for number in count(1):
        name = base if number == 1 else f"{base} {number}"
        centre = taken.get(name.casefold())
        if centre is None:
            return opening.open_campaign(access, name=name)
        if _takes_in(centre, shots):
            found = opening.campaign_by(access, centre.uid)
            if found is not None:
                return found
    raise AssertionError("there is always a next number")


def _alike(access: Access, base: str) -> dict[str, CostCentre]:
    """The campaigns whose names begin like this, with the number of their shots. One query."""
    alike = CostCentre.objects.within(access).filter(
        kind=CentreKind.CAMPAIGN, name__istartswith=base
    )
    on_board = Q(campaign__shots__isnull=False, campaign__shots__removed_at=None)
    rows = alike.select_related("campaign", "parent").annotate(
        shot_count=Count("campaign__shots", filter=on_board)
    )
    return {centre.name.casefold(): centre for centre in rows}


def _takes_in(centre: CostCentre, shots: int) -> bool:
    """Whether footage may go there unasked: nobody's client would pay for it."""
    if centre.parent is not None and centre.parent.kind == CentreKind.CLIENT:
        return False
    known: Campaign | None = getattr(centre, "campaign", None)
    if known is not None and known.archived_at is not None:
        return False
    there: int = centre.shot_count  # type: ignore[attr-defined]
    return there + shots <= MOST_SHOTS


def _plain(name: str) -> str:
    """One printable line that leaves room for a number."""
    printable = "".join(sign if sign.isprintable() else " " for sign in name)
    return " ".join(printable.split())[:LONGEST_BASE].strip()
