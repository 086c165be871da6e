"""The shots of a campaign in their order."""

from collections.abc import Iterable, Sequence

from django.db import transaction
from django.db.models import Count, QuerySet

from accounts.access import Access
from accounts.audit import record
from campaigns.models import Campaign, Shot
from generation.asks import Refused
from providers.types import Tier

MOST_SHOTS = 300


class Locked(Refused):
    """The shot is locked; nothing was changed."""

    def __init__(self, shot: Shot) -> None:
        super().__init__(
            f"Shot {shot.position} is locked. Unlock it first.", field="shot", code="locked"
        )


def shots_of(campaign: Campaign) -> QuerySet[Shot]:
    """What is on the storyboard, in order, with what a card shows and the number of takes."""
    rows = _shown().filter(campaign=campaign, removed_at=None)
    return rows.order_by("position", "pk")


def told(shot: Shot) -> Shot:
    """The shot read again with what a card shows, also one that was taken out."""
    return _shown().get(pk=shot.pk)


def _shown() -> QuerySet[Shot]:
    related = ("picture", "product", "template_version__template", "picked__job", "final__job")
    rows = Shot.objects.select_related("campaign__centre", *related)
    return rows.annotate(take_count=Count("takes"))


def shot_by(access: Access, uid: str) -> Shot | None:
    """The shot of that id, also one that was taken out; another workspace's is none."""
    rows = Shot.objects.within(access).filter(uid=uid)
    return rows.select_related(
        "campaign__centre", "campaign__client__centre", "picture", "product", "template_version"
    ).first()


def named(campaign: Campaign, uids: Iterable[str], *, field: str = "shots") -> list[Shot]:
    """Those of the campaign's shots, in the storyboard's order. Raises Refused for a stranger."""
    wanted = list(dict.fromkeys(uids))
    found = [shot for shot in shots_of(campaign) if shot.uid in wanted]
    if missing := set(wanted) - {shot.uid for shot in found}:
        gone = next(uid for uid in wanted if uid in missing)
        raise Refused(f"There is no shot {gone} here.", field=field, code="not_found")
    return found


@transaction.atomic
def reorder(access: Access, campaign: Campaign, uids: Sequence[str]) -> list[Shot]:
    """Put all shots into this order. Raises Refused unless each is named once."""
    row = {shot.uid: shot for shot in row_of(campaign)}
    if sorted(uids) != sorted(row):
        raise Refused(
            f"Name each of the {len(row)} shots once, in the order that you want.", field="shots"
        )
    before = list(row)
    shots = [row[uid] for uid in uids]
    renumber(shots)
    if list(uids) != before:
        note_order(access, campaign, "storyboard.order", before=before, after=list(uids))
    return shots


@transaction.atomic
def change_tier(access: Access, campaign: Campaign, uids: Sequence[str], tier: Tier) -> list[Shot]:
    """Several shots at once, all or none. Raises Locked or Refused."""
    row_of(campaign)
    shots = named(campaign, uids)
    if barred := next((shot for shot in shots if shot.locked), None):
        raise Locked(barred)
    before = {shot.uid: shot.tier for shot in shots}
    Shot.objects.filter(pk__in=[shot.pk for shot in shots]).update(tier=tier)
    for shot in shots:
        shot.tier = tier
    if any(was != tier for was in before.values()):
        subject = f"campaign:{campaign.uid}"
        record(access, "storyboard.tier", subject, before=before, after={"tier": tier.value})
    return shots


def renumber(shots: Sequence[Shot]) -> None:
    """Positions from 1 in this order; one update, of those that have moved."""
    moved = []
    for position, shot in enumerate(shots, start=1):
        if shot.position != position:
            shot.position = position
            moved.append(shot)
    Shot.objects.bulk_update(moved, ["position"])


def row_of(campaign: Campaign) -> list[Shot]:
    """The storyboard, while nobody else may change it: a second change waits for the first."""
    Campaign.objects.select_for_update(no_key=True).get(pk=campaign.pk)
    return list(shots_of(campaign))


def note_order(
    access: Access, campaign: Campaign, action: str, *, before: list[str], after: list[str]
) -> None:
    """Write a change of the row itself into the audit trail."""
    subject = f"campaign:{campaign.uid}"
    record(access, action, subject, before={"shots": before}, after={"shots": after})
