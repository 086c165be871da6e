"""What people do with one shot by hand."""

from dataclasses import asdict, dataclass, fields
from typing import Any

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from campaigns import said, sources, storyboard
from campaigns.history import note_change
from campaigns.models import Campaign, Product, Shot, ShotRole
from campaigns.storyboard import MOST_SHOTS, Locked, renumber, row_of
from generation import clock
from generation.asks import DIRECTIVE, LONGEST_PROMPT, SHORTEST, JobAsk, Refused, check_terms
from generation.choices import AssetKind, AssetState
from generation.models import Asset
from providers.registry import ADAPTERS
from providers.types import Tier

LONGEST_NOTE = 2000
MOST_SEED = 2**32 - 1
# A shot that says something else was made of what is true now.
CONTENT = ("prompt", "negative_prompt", "picture", "product", "role")


@dataclass(frozen=True, kw_only=True)
class ShotFields:
    """A shot as people write it: `picture` and `product` are ids, empty for none."""

    prompt: str
    role: ShotRole = ShotRole.B_ROLL
    negative_prompt: str = ""
    seconds: int = 5
    tier: Tier = Tier.DRAFT
    ratio: str = "16:9"
    style: str = ""
    seed: int | None = None
    provider: str = ""
    picture: str = ""
    product: str = ""
    note: str = ""


def fields_of(shot: Shot) -> ShotFields:
    plain = {one.name: getattr(shot, one.name) for one in fields(ShotFields)}
    links = {name: getattr(plain[name], "uid", "") for name in ("picture", "product")}
    kinds = {"role": ShotRole(shot.role), "tier": Tier(shot.tier)}
    return ShotFields(**{**plain, **links, **kinds})


@transaction.atomic
def add(
    access: Access, campaign: Campaign, given: ShotFields, *, after: Shot | None = None
) -> Shot:
    """A shot by hand, at the end or behind another. Raises Refused."""
    row = row_of(campaign)
    _room_for_one(row)
    shot = Shot(
        workspace_id=campaign.workspace_id,
        mode=campaign.mode,
        campaign=campaign,
        position=len(row) + 1,
        **_checked(access, campaign, given),
    )
    shot.save()
    _refresh(shot, from_brief=False)
    place = row.index(after) + 1 if after in row else len(row)
    renumber([*row[:place], shot, *row[place:]])
    record(access, "shot.add", f"shot:{shot.uid}", after=_told(given))
    return shot


@transaction.atomic
def edit(access: Access, shot: Shot, given: ShotFields) -> Shot:
    """Make the shot say `given`. Raises Locked or Refused, and then nothing is changed.

    What it costs may change; what it was made of does only where its content does.
    """
    _unlocked(shot)
    before = fields_of(shot)
    changed = _checked(access, shot.campaign, given)
    for name, value in changed.items():
        setattr(shot, name, value)
    now = fields_of(shot)
    note = note_change(
        access, "shot.change", f"shot:{shot.uid}", before=_told(before), after=_told(now)
    )
    if not note:
        return shot
    if any(getattr(before, name) != getattr(now, name) for name in CONTENT):
        shot.template_version, shot.template_values = None, {}
        shot.save()
        _refresh(shot, from_brief=False)
    else:
        shot.save()
    return shot


@transaction.atomic
def split(access: Access, shot: Shot, *, first_seconds: int, prompt: str = "") -> tuple[Shot, Shot]:
    """One shot becomes two; the second takes the rest of the seconds, and `prompt` if given.

    Raises Refused for a shot that has takes, since they would be longer than it.
    """
    _unlocked(shot)
    rest = shot.seconds - first_seconds
    if rest < SHORTEST or first_seconds < SHORTEST:
        raise Refused(_no_split(shot.seconds), field="first_seconds")
    if shot.takes.exists():
        raise Refused(
            "This shot has takes of its full length. Duplicate it, or take it out.", field="shot"
        )
    _room_for_one(row_of(shot.campaign))
    second = _copy(shot, seconds=rest)
    second.prompt = said.text(prompt, field="prompt", most=LONGEST_PROMPT) or shot.prompt
    second.save()
    Shot.objects.filter(pk=shot.pk).update(seconds=first_seconds)
    shot.seconds = first_seconds
    _put_behind(shot, second)
    storyboard.note_order(
        access, shot.campaign, "shot.split", before=[shot.uid], after=[shot.uid, second.uid]
    )
    return shot, second


@transaction.atomic
def duplicate(access: Access, shot: Shot) -> Shot:
    """The same once more, right behind it, without its takes and its lock."""
    _room_for_one(row_of(shot.campaign))
    twin = _copy(shot, seconds=shot.seconds)
    twin.save()
    _put_behind(shot, twin)
    storyboard.note_order(
        access, shot.campaign, "shot.duplicate", before=[shot.uid], after=[shot.uid, twin.uid]
    )
    return twin


@transaction.atomic
def lock(access: Access, shot: Shot, *, locked: bool) -> Shot:
    """A locked shot is changed by no plan and by nobody until it is unlocked."""
    changed = Shot.objects.filter(pk=shot.pk, locked=not locked).update(locked=locked)
    shot.locked = locked
    if changed:
        record(access, "shot.lock" if locked else "shot.unlock", f"shot:{shot.uid}")
    return shot


@transaction.atomic
def remove(access: Access, shot: Shot) -> Shot:
    """Take it off the storyboard; its takes and what they cost stay known. Raises Locked."""
    _unlocked(shot)
    if shot.removed_at is None:
        shot.removed_at = clock.now()
        shot.save(update_fields=["removed_at"])
        renumber(row_of(shot.campaign))
        record(access, "shot.remove", f"shot:{shot.uid}")
    return shot


@transaction.atomic
def restore(access: Access, shot: Shot) -> Shot:
    """Put a removed shot back where it was, or at the end if there is no such place any more."""
    row = row_of(shot.campaign)
    if shot.removed_at is not None:
        _room_for_one(row)
        shot.removed_at = None
        shot.save(update_fields=["removed_at"])
        place = min(shot.position - 1, len(row))
        renumber([*row[:place], shot, *row[place:]])
        record(access, "shot.restore", f"shot:{shot.uid}")
    return shot


@transaction.atomic
def accept(access: Access, shot: Shot) -> Shot:
    """Say that a stale shot is still right as it is; its takes keep their own marks."""
    _refresh(shot, from_brief=sources.BRIEF in shot.made_of)
    record(access, "shot.accept", f"shot:{shot.uid}", after=shot.made_of)
    return shot


def _checked(access: Access, campaign: Campaign, given: ShotFields) -> dict[str, Any]:
    """The row's values. Raises Refused, naming the field."""
    prompt = said.text(given.prompt, field="prompt", most=LONGEST_PROMPT)
    if not prompt:
        raise Refused("Describe the scene or the motion.", field="prompt", code="required")
    if access.mode == "live" and DIRECTIVE.search(prompt):
        raise Refused("A sandbox directive works in test mode only. Remove it.", field="prompt")
    if given.provider and given.provider not in ADAPTERS:
        raise Refused(f"Choose one of {', '.join(ADAPTERS)}, or none.", field="provider")
    if given.seed is not None and not 0 <= given.seed <= MOST_SEED:
        raise Refused(f"A seed is a whole number from 0 to {MOST_SEED}.", field="seed")
    terms = JobAsk(prompt=prompt, seconds=given.seconds, ratio=given.ratio, style=given.style)
    check_terms(terms)
    negative = said.text(given.negative_prompt, field="negative_prompt", most=LONGEST_PROMPT)
    return {
        "role": given.role,
        "prompt": prompt,
        "negative_prompt": negative,
        "seconds": given.seconds,
        "tier": given.tier,
        "ratio": given.ratio,
        "style": given.style,
        "seed": given.seed,
        "provider": given.provider,
        "note": said.text(given.note, field="note", most=LONGEST_NOTE),
        "picture": _picture(access, given.picture),
        "product": _product(access, given.product),
    }


def _picture(access: Access, uid: str) -> Asset | None:
    if not uid:
        return None
    rows = Asset.objects.within(access).filter(kind=AssetKind.PICTURE, state=AssetState.STORED)
    found = rows.filter(uid=uid).first()
    if found is None:
        raise Refused(
            "There is no such upload in this workspace. Upload the picture first.",
            field="image",
            code="not_found",
        )
    return found


def _product(access: Access, uid: str) -> Product | None:
    if not uid:
        return None
    found = Product.objects.within(access).filter(uid=uid).first()
    if found is None:
        raise Refused("There is no such product here.", field="product", code="not_found")
    return found


def _unlocked(shot: Shot) -> None:
    """Hold the storyboard and the shot as it stands now. Raises Locked."""
    row_of(shot.campaign)
    shot.refresh_from_db(fields=["locked", "position", "removed_at"])
    if shot.locked:
        raise Locked(shot)


def _refresh(shot: Shot, *, from_brief: bool) -> None:
    current = sources.versions(shot.campaign)
    shot.made_of = sources.made_of_now(shot, current=current, from_brief=from_brief)
    shot.save(update_fields=["made_of"])


def _copy(shot: Shot, *, seconds: int) -> Shot:
    names = [one.name for one in fields(ShotFields)]
    same = {name: getattr(shot, name) for name in names}
    return Shot(
        workspace_id=shot.workspace_id,
        mode=shot.mode,
        campaign=shot.campaign,
        position=shot.position + 1,
        made_of=shot.made_of,
        template_version=shot.template_version,
        template_values=shot.template_values,
        **{**same, "seconds": seconds},
    )


def _put_behind(shot: Shot, new: Shot) -> None:
    row = [one for one in row_of(shot.campaign) if one.pk != new.pk]
    place = row.index(shot) + 1 if shot in row else len(row)
    renumber([*row[:place], new, *row[place:]])


def _no_split(seconds: int) -> str:
    if seconds < 2 * SHORTEST:
        return f"A shot of {seconds} s is too short to split: each part needs {SHORTEST} s."
    return f"Give the first part {SHORTEST} to {seconds - SHORTEST} of the {seconds} s."


def _room_for_one(row: list[Shot]) -> None:
    if len(row) >= MOST_SHOTS:
        raise Refused(f"A storyboard has up to {MOST_SHOTS} shots.", field="shots")


def _told(given: ShotFields) -> dict[str, Any]:
    return asdict(given)
