"""A new plan against the storyboard that is there: what would change is shown before it does.

What is locked, has takes or was written by hand stays, whatever the brief says now.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from campaigns import sources
from campaigns.models import Campaign, Product, Shot, ShotRole
from campaigns.planning.facts import Origin, Plan, PlannedShot
from campaigns.storyboard import MOST_SHOTS, renumber, row_of, shots_of
from generation import clock
from generation.asks import Refused
from generation.models import Asset

COMPARED = ("prompt", "negative_prompt", "seconds", "tier", "ratio", "style")


class Fate(StrEnum):
    ADDED = "added"
    CHANGED = "changed"
    KEPT = "kept"
    REMOVED = "removed"


@dataclass(frozen=True, kw_only=True)
class Change:
    """One shot's fate. `stays` says why one is kept although the plan has it otherwise."""

    fate: Fate
    shot: Shot | None = None
    planned: PlannedShot | None = None
    differs: tuple[str, ...] = ()
    stays: str = ""


@dataclass(frozen=True, kw_only=True)
class Diff:
    """The storyboard as it would be, in order, then what would be gone from it."""

    row: tuple[Change, ...]
    removed: tuple[Change, ...]

    @property
    def fingerprint(self) -> str:
        """A short word that is another one as soon as anything here is."""
        told = [
            (one.fate.value, one.shot.uid if one.shot else "", one.planned)
            for one in (*self.row, *self.removed)
        ]
        return hashlib.sha256(repr(told).encode()).hexdigest()[:16]

    def count(self, fate: Fate) -> int:
        return sum(change.fate == fate for change in (*self.row, *self.removed))

    @property
    def changes_nothing(self) -> bool:
        return self.count(Fate.KEPT) == len(self.row) and not self.removed


@dataclass(frozen=True, kw_only=True)
class Links:
    """The rows that planned shots name by their ids."""

    pictures: Mapping[str, Asset]
    products: Mapping[str, Product]


def diff(campaign: Campaign, plan: Plan) -> Diff:
    """What applying the plan would do. Reads only."""
    return compare(list(shots_of(campaign)), plan.shots)


def compare(shots: Sequence[Shot], planned: Sequence[PlannedShot]) -> Diff:
    """Match what is there with what is planned; `shots` carry their `take_count`."""
    partner = _matched(shots, planned)
    ours = {id(shot) for shot in partner.values()}
    row = [_change(partner.get(place), one) for place, one in enumerate(planned)]
    left = [shot for shot in shots if id(shot) not in ours]
    for shot in shots:
        if id(shot) not in ours and _stays(shot):
            row.insert(_behind(row, shots, shot), _kept(shot))
    gone = [Change(fate=Fate.REMOVED, shot=shot) for shot in left if not _stays(shot)]
    return Diff(row=tuple(row), removed=tuple(gone))


@transaction.atomic
def apply(access: Access, campaign: Campaign, plan: Plan, *, fingerprint: str = "") -> Diff:
    """Make the storyboard what the plan says. Spends nothing.

    Raises Refused when `fingerprint` is not that of what would be done now.
    """
    found = compare(row_of(campaign), plan.shots)
    if fingerprint and fingerprint != found.fingerprint:
        raise Refused(
            "The brief or the storyboard has changed since this plan was shown. Look at it again.",
            field="fingerprint",
            code="outdated",
        )
    if len(found.row) > MOST_SHOTS:
        raise Refused(
            f"This would make {len(found.row)} shots; a storyboard has up to {MOST_SHOTS}.",
            field="plan",
        )
    gone = [change.shot.pk for change in found.removed if change.shot]
    Shot.objects.filter(pk__in=gone).update(removed_at=clock.now())
    shots = _as_planned(campaign, found.row, _linked(campaign, plan))
    Shot.objects.bulk_create(shot for shot in shots if shot.pk is None)
    changed = [one.shot for one in found.row if one.shot and one.fate == Fate.CHANGED]
    Shot.objects.bulk_update(changed, [*COMPARED, "template_version", "template_values"])
    renumber(shots)
    _refresh(campaign, found.row, shots)
    told = {fate.value: found.count(fate) for fate in Fate}
    if not found.changes_nothing:
        record(access, "storyboard.plan", f"campaign:{campaign.uid}", after=told)
    return found


def unsaved(campaign: Campaign, plan: Plan) -> list[Shot]:
    """The planned shots as rows that nobody has written, for pricing and showing them."""
    links = _linked(campaign, plan)
    return [_new(campaign, shot, links) for shot in plan.shots]


def preview(campaign: Campaign, plan: Plan, found: Diff) -> list[Shot]:
    """The storyboard as applying the plan would make it: rows that nobody writes."""
    shots = _as_planned(campaign, found.row, _linked(campaign, plan))
    for position, shot in enumerate(shots, start=1):
        shot.position = position
    return shots


def _matched(shots: Sequence[Shot], planned: Sequence[PlannedShot]) -> dict[int, Shot]:
    """By place in the plan: first what says the same, then what stands in the same role."""
    free = list(shots)
    partner: dict[int, Shot] = {}
    for place, one in enumerate(planned):
        same = next((shot for shot in free if _same(shot, one)), None)
        if same is not None:
            partner[place] = same
            free.remove(same)
    _fill_invented(free, planned, partner)
    for origin in (Origin.ASKED, Origin.INVENTED):
        for place, one in enumerate(planned):
            alike = (shot for shot in free if shot.role == one.role and not shot.picture_id)
            shot = next((shot for shot in alike if not _stays(shot)), None)
            if place not in partner and one.origin == origin and shot is not None:
                partner[place] = shot
                free.remove(shot)
    return partner


def _fill_invented(
    free: list[Shot], planned: Sequence[PlannedShot], partner: dict[int, Shot]
) -> None:
    """Shots that stay take the places of invented ones, so that only what is missing is invented.

    Places without a partner go first, then the last ones of those that have one. What somebody
    asked for by words is never given up for a shot that merely stays.
    """
    for shot in [shot for shot in free if _stays(shot)]:
        open_to = [
            place
            for place, one in enumerate(planned)
            if one.origin == Origin.INVENTED
            and one.role == shot.role
            and not (place in partner and _stays(partner[place]))
        ]
        place = max(open_to, key=lambda place: (place not in partner, place), default=None)
        if place is None:
            continue
        if place in partner:
            free.append(partner[place])
        partner[place] = shot
        free.remove(shot)


def _same(shot: Shot, one: PlannedShot) -> bool:
    if shot.role != one.role:
        return False
    if one.role == ShotRole.PRODUCT:
        return shot.picture is not None and shot.picture.uid == one.photo
    return shot.prompt == one.prompt and not shot.picture_id


def _stays(shot: Shot) -> str:
    """Why a plan leaves a shot alone, or empty."""
    if shot.locked:
        return "locked"
    if shot.take_count:  # type: ignore[attr-defined]
        return "has takes"
    return "" if sources.BRIEF in shot.made_of else "written by hand"


def _change(shot: Shot | None, one: PlannedShot) -> Change:
    if shot is None:
        return Change(fate=Fate.ADDED, planned=one)
    differs = tuple(name for name in COMPARED if getattr(shot, name) != getattr(one, name))
    if not differs:
        return Change(fate=Fate.KEPT, shot=shot, planned=one)
    if stays := _stays(shot):
        return Change(fate=Fate.KEPT, shot=shot, planned=one, differs=differs, stays=stays)
    return Change(fate=Fate.CHANGED, shot=shot, planned=one, differs=differs)


def _kept(shot: Shot) -> Change:
    return Change(fate=Fate.KEPT, shot=shot, stays=_stays(shot))


def _behind(row: Sequence[Change], shots: Sequence[Shot], shot: Shot) -> int:
    """Where a shot goes that no plan knows: behind the one that stood before it."""
    places = {id(change.shot): place for place, change in enumerate(row) if change.shot}
    before = shots[: [id(one) for one in shots].index(id(shot))]
    return next((places[id(one)] + 1 for one in reversed(before) if id(one) in places), 0)


def _linked(campaign: Campaign, plan: Plan) -> Links:
    photos = {shot.photo for shot in plan.shots if shot.photo}
    products = {shot.product for shot in plan.shots if shot.product}
    mine = {"workspace_id": campaign.workspace_id, "mode": campaign.mode}
    return Links(
        pictures={row.uid: row for row in Asset.objects.filter(uid__in=photos, **mine)},
        products={row.uid: row for row in Product.objects.filter(uid__in=products, **mine)},
    )


def _as_planned(campaign: Campaign, row: Sequence[Change], links: Links) -> list[Shot]:
    """The shots of the row with their new content, in its order; nothing is saved."""
    shots = []
    for change in row:
        shot = change.shot
        if shot is None and change.planned is not None:
            shot = _new(campaign, change.planned, links)
        elif shot is not None and change.fate == Fate.CHANGED:
            for name in COMPARED:
                setattr(shot, name, getattr(change.planned, name))
            shot.template_version, shot.template_values = None, {}
        if shot is not None:
            shots.append(shot)
    return shots


def _new(campaign: Campaign, planned: PlannedShot, links: Links) -> Shot:
    return Shot(
        workspace_id=campaign.workspace_id,
        mode=campaign.mode,
        campaign=campaign,
        position=0,
        role=planned.role,
        picture=links.pictures.get(planned.photo),
        product=links.products.get(planned.product),
        **{name: getattr(planned, name) for name in COMPARED},
    )


def _refresh(campaign: Campaign, row: Sequence[Change], shots: Sequence[Shot]) -> None:
    """What now says what the plan says was made of what is true now."""
    current = sources.versions(campaign)
    fresh = []
    for change, shot in zip(row, shots, strict=True):
        if change.planned is not None and not change.stays:
            by_hand = change.fate == Fate.KEPT and sources.BRIEF not in shot.made_of
            shot.made_of = sources.made_of_now(shot, current=current, from_brief=not by_hand)
            fresh.append(shot)
    Shot.objects.bulk_update(fresh, ["made_of"])
