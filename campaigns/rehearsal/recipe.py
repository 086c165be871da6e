"""What the film of a storyboard shows: for each shot the best there is, else an animatic."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Any

from campaigns.models import Campaign, Shot, Verdict
from generation.choices import AssetKind, AssetState
from generation.models import Asset

FPS = 24
SHORT_SIDE = 720
# Counts the changes of how films look, so that a new look makes them anew.
LOOK = 1


class Shows(StrEnum):
    """What stands for a shot in the film."""

    FINAL = "final"
    PICKED = "picked"
    DRAFT = "draft"
    ANIMATIC = "animatic"


@dataclass(frozen=True, kw_only=True)
class Part:
    """One shot's stretch. `asset` is the clip that is shown, or the animatic's picture, if any;
    `content` is that file's SHA-256."""

    shot: str
    number: int
    role: str
    words: str
    seconds: int
    shows: Shows
    asset: str
    content: str

    @property
    def name(self) -> str:
        return f"Shot {self.number}"


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A whole film; sides in pixels. Two equal recipes give the same film."""

    width: int
    height: int
    parts: tuple[Part, ...]

    @property
    def frames(self) -> int:
        return sum(part.seconds for part in self.parts) * FPS

    @property
    def digest(self) -> str:
        said = json.dumps([LOOK, FPS, self.as_json()], sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(said.encode()).hexdigest()

    def as_json(self) -> dict[str, Any]:
        return asdict(self)

    @classmethod
    def from_json(cls, plan: Mapping[str, Any]) -> "Recipe":
        """Takes back what `as_json` gave."""
        parts = tuple(Part(**{**one, "shows": Shows(one["shows"])}) for one in plan["parts"])
        return cls(width=plan["width"], height=plan["height"], parts=parts)


def recipe_of(campaign: Campaign) -> Recipe:
    """The film as the storyboard stands now. Two queries."""
    rows = Shot.objects.filter(campaign=campaign, removed_at=None).select_related("picture")
    shots = list(rows.order_by("position", "pk"))
    clips = _clips(shots)
    width, height = _size([shot.ratio for shot in shots])
    numbered = enumerate(shots, start=1)
    parts = tuple(_part(shot, number, clips.get(shot.pk, {})) for number, shot in numbered)
    return Recipe(width=width, height=height, parts=parts)


def _clips(shots: Sequence[Shot]) -> dict[int, dict[int, Asset]]:
    """Stored clips by shot and take, in the order of the takes' numbers, rejected ones left out."""
    stored = Asset.objects.filter(
        kind=AssetKind.CLIP, state=AssetState.STORED, unclaimed=False, job__take__shot__in=shots
    )
    found: dict[int, dict[int, Asset]] = {}
    for asset in stored.select_related("job__take").order_by("job__take__number"):
        take = asset.job.take  # type: ignore[union-attr]
        if take.verdict != Verdict.REJECTED:
            found.setdefault(take.shot_id, {})[take.pk] = asset
    return found


def _part(shot: Shot, number: int, clips: dict[int, Asset]) -> Part:
    shows, asset = _shown(shot, clips)
    return Part(
        shot=shot.uid,
        number=number,
        role=shot.get_role_display(),
        words=shot.prompt,
        seconds=shot.seconds,
        shows=shows,
        asset=asset.uid if asset else "",
        content=asset.sha256 if asset else "",
    )


def _shown(shot: Shot, clips: dict[int, Asset]) -> tuple[Shows, Asset | None]:
    if shot.final_id in clips:
        return Shows.FINAL, clips[shot.final_id]
    if shot.picked_id in clips:
        return Shows.PICKED, clips[shot.picked_id]
    if clips:
        return Shows.DRAFT, list(clips.values())[-1]
    return Shows.ANIMATIC, shot.picture


def _size(ratios: Sequence[str]) -> tuple[int, int]:
    """The ratio that most shots have, the earliest of several; the shorter side has 720 pixels."""
    ratio = Counter(ratios or ["16:9"]).most_common(1)[0][0]
    across, down = (int(side) for side in ratio.split(":"))
    scale = Fraction(SHORT_SIDE, min(across, down))
    return 2 * round(across * scale / 2), 2 * round(down * scale / 2)
