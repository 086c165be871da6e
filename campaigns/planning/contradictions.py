"""What in a brief cannot all hold, each with the one setting whose change ends it.

What costs money is judged beside this, where prices are known.
"""

import re
from collections.abc import Iterator, Sequence
from datetime import date
from typing import Protocol

from campaigns.models.shot import ShotRole
from campaigns.planning.facts import BriefFacts, Contradiction
from campaigns.planning.placements import ratio_of
from generation.asks import RATIOS, SHORTEST

# Clips are trimmed in the edit, so that a small surplus is no contradiction.
SLACK_SECONDS = 2


class Lasting(Protocol):
    """A shot as far as its length goes, whether it is planned or stands on the storyboard."""

    @property
    def role(self) -> str: ...
    @property
    def seconds(self) -> int: ...


def contradictions(
    facts: BriefFacts, shots: Sequence[Lasting], *, today: date | None = None
) -> tuple[Contradiction, ...]:
    """Every contradiction of the brief with itself and with its storyboard. Never raises."""
    found = (
        *_must_and_never(facts),
        *_lengths(facts, shots),
        *_scenes(facts),
        *_photos(facts),
        *_ratios(facts),
        *_deadline(facts, today),
    )
    return tuple(found)


def _must_and_never(facts: BriefFacts) -> Iterator[Contradiction]:
    forbidden = [(word, "“Never” forbids") for word in facts.never]
    forbidden += [(word, "The brand kit avoids") for word in facts.kit.avoid]
    for must in facts.must:
        for word, who in forbidden:
            if not _overlap(must, word):
                continue
            yield Contradiction(
                code="must_and_never",
                message=f"The brief demands “{must}”. {who} “{word}”.",
                setting="must",
                options=(f"Take “{must}” out of what must be seen", f"Allow “{word}”"),
            )


def _overlap(one: str, other: str) -> bool:
    """Whether either phrase holds the other as whole words."""
    told = [" ".join(re.findall(r"\w+", phrase.casefold())) for phrase in (one, other)]
    shorter, longer = sorted(told, key=len)
    return bool(shorter) and f" {shorter} " in f" {longer} "


def _lengths(facts: BriefFacts, shots: Sequence[Lasting]) -> Iterator[Contradiction]:
    total = sum(shot.seconds for shot in shots)
    agreed = facts.total_seconds
    if agreed is None or not shots:
        return
    if total > agreed + SLACK_SECONDS:
        yield Contradiction(
            code="too_long",
            message=f"The brief says {agreed} s; these {len(shots)} shots are {total} s together.",
            setting="total_seconds",
            options=tuple(_shorter(shots, agreed=agreed, total=total)),
        )
    elif total + SLACK_SECONDS < agreed:
        missing = agreed - total
        scenes = -(-missing // 5)
        yield Contradiction(
            code="too_short",
            message=f"The brief says {agreed} s; these {len(shots)} shots are only {total} s.",
            setting="b_roll_count",
            options=(
                f"Add {_counted(scenes, 'scene')} of 5 s",
                f"Set the length to {total} s",
            ),
        )


def _shorter(shots: Sequence[Lasting], *, agreed: int, total: int) -> Iterator[str]:
    least = SHORTEST * len(shots)
    if least <= agreed:
        yield f"Shorten the shots: {len(shots)} of {SHORTEST} s are {least} s"
    over, cut = total - agreed, 0
    for count, seconds in enumerate(_least_needed(shots), start=1):
        cut += seconds
        if cut >= over:
            yield f"Take out {_counted(count, 'shot')}: {cut} s less"
            break
    yield f"Set the length to {total} s"


def _least_needed(shots: Sequence[Lasting]) -> list[int]:
    """The seconds of what could go first: joints, then scenes."""
    order = (ShotRole.TRANSITION, ShotRole.B_ROLL)
    return [shot.seconds for role in order for shot in shots if shot.role == role]


def _scenes(facts: BriefFacts) -> Iterator[Contradiction]:
    written = len({scene for scene in facts.scenes if scene.strip()})
    wanted = facts.b_roll_count
    if wanted is not None and written > wanted:
        yield Contradiction(
            code="more_scenes_than_wanted",
            message=f"The brief wants {_counted(wanted, 'scene')} and describes {written}.",
            setting="b_roll_count",
            options=(f"Set the number to {written}", f"Take out {written - wanted}"),
        )


def _photos(facts: BriefFacts) -> Iterator[Contradiction]:
    for product in facts.products:
        if not product.photos:
            yield Contradiction(
                code="product_without_photo",
                message=f"“{product.name}” has no photo, so there is nothing to animate.",
                setting="products",
                options=(
                    f"Add a photo to “{product.name}”",
                    f"Take “{product.name}” out of the brief",
                ),
            )


def _ratios(facts: BriefFacts) -> Iterator[Contradiction]:
    wanted: dict[str, str] = {}
    for placement in facts.placements:
        ratio = ratio_of(placement)
        if ratio:
            wanted.setdefault(ratio, placement)
    if not wanted or facts.ratio in wanted:
        return
    ratio, placement = min(wanted.items(), key=lambda pair: RATIOS.index(pair[0]))
    others = len(wanted) - 1
    beside = f" and {_counted(others, 'more shape')} for other places" if others else ""
    yield Contradiction(
        code="ratio",
        message=f"{placement} asks for {ratio}{beside}; the brief says {facts.ratio}.",
        setting="ratio",
        options=tuple(f"Set the shape to {one}" for one in wanted),
    )


def _deadline(facts: BriefFacts, today: date | None) -> Iterator[Contradiction]:
    if facts.deadline is not None and today is not None and facts.deadline < today:
        late = (today - facts.deadline).days
        yield Contradiction(
            code="deadline_passed",
            message=f"The deadline was {facts.deadline:%-d %B %Y}, {_counted(late, 'day')} ago.",
            setting="deadline",
            options=("Agree on a new day",),
        )


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
