"""Footage wanted by a helper: shots at the end of a storyboard, one take of each, one hold."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from campaigns import sources, takes
from campaigns.models import Campaign, Shot, ShotRole
from campaigns.storyboard import MOST_SHOTS, row_of
from campaigns.takes import MadeTakes, TakeWish
from generation.asks import Refused
from generation.models import Asset
from providers.types import Tier

CLIP_SECONDS, JOINT_SECONDS = 5, 3


@dataclass(frozen=True, kw_only=True)
class Look:
    """What all clips of one call share: tier, shape, length in whole seconds, and style."""

    tier: Tier
    ratio: str = "16:9"
    seconds: int = CLIP_SECONDS
    style: str = ""
    negative_prompt: str = ""


@dataclass(frozen=True, kw_only=True)
class Piece:
    """One clip wanted; `field` is where the caller has said it, for refusals."""

    role: ShotRole
    prompt: str
    look: Look
    field: str
    picture: Asset | None = None
    seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class Made:
    """What came of a call: takes in the order asked. None where there was nothing to make."""

    campaign: Campaign | None
    takes: MadeTakes | None


def make(access: Access, campaign: Campaign, pieces: Sequence[Piece], *, title: str) -> Made:
    """A shot and a take for each piece, all admitted or none; `title` names the batch.

    Raises Refused, naming the piece at fault, or BudgetExceeded; then nothing was written.
    """
    with transaction.atomic():
        shots = put(access, campaign, pieces)
        wishes = [TakeWish(shot=shot) for shot in shots]
        return make_takes(access, campaign, wishes, pieces=pieces, title=title)


def make_takes(
    access: Access,
    campaign: Campaign,
    wishes: Sequence[TakeWish],
    *,
    pieces: Sequence[Piece],
    title: str,
) -> Made:
    """The takes under one hold; `pieces` say, wish by wish, what a refusal is about."""
    try:
        made = takes.make(access, campaign, wishes, name=f"{campaign.name}: {title}")
    except Refused as refused:
        raise _of_piece(refused, pieces) from refused
    return Made(campaign=campaign, takes=made)


def put(access: Access, campaign: Campaign, pieces: Sequence[Piece]) -> list[Shot]:
    """New shots behind those that are there, as many queries for one as for many."""
    row = row_of(campaign)
    if len(row) + len(pieces) > MOST_SHOTS:
        raise Refused(
            f"{campaign.name} has {len(row)} shots; with these {len(pieces)} it would have more"
            f" than {MOST_SHOTS}. Send fewer, or name another campaign.",
            field="campaign",
        )
    current = sources.versions(campaign)
    shots = [_shot(campaign, piece, len(row) + place) for place, piece in enumerate(pieces, 1)]
    for shot in shots:
        shot.made_of = sources.made_of_now(shot, current=current, from_brief=False)
    Shot.objects.bulk_create(shots)
    told = {"shots": [shot.uid for shot in shots]}
    record(access, "storyboard.add", f"campaign:{campaign.uid}", after=told)
    return shots


def _shot(campaign: Campaign, piece: Piece, position: int) -> Shot:
    look = piece.look
    return Shot(
        workspace_id=campaign.workspace_id,
        mode=campaign.mode,
        campaign=campaign,
        position=position,
        role=piece.role,
        prompt=piece.prompt,
        negative_prompt=look.negative_prompt,
        seconds=look.seconds,
        tier=look.tier,
        ratio=look.ratio,
        style=look.style,
        seed=piece.seed,
        picture=piece.picture,
    )


def _of_piece(refused: Refused, pieces: Sequence[Piece]) -> Refused:
    """The same refusal under the name by which the caller knows the clip at fault."""
    kind, _, rest = refused.field.partition(".")
    if kind == "prompt" and len(pieces) == 1:
        rest = "0"
    elif kind != "prompts" or not rest.isdigit():
        return refused
    return Refused(refused.message, field=pieces[int(rest)].field, code=refused.code)
