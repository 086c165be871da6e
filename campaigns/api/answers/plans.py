"""Plans as the API tells them."""

from typing import TypedDict

from campaigns.api.answers.storyboard import (
    SETTINGS,
    ContradictionAnswer,
    RoomAnswer,
    ShotAnswer,
    StoryboardAnswer,
    contradiction_answer,
)
from campaigns.planning.facts import Plan
from campaigns.replanning import Change, Diff, Fate
from generation.api.answers.quotes import QuoteAnswer


class PlanChangeAnswer(TypedDict):
    """One shot's fate: added, changed, kept or removed. `differs` names what the plan has
    otherwise; `stays` says why it is kept all the same."""

    fate: str
    shot_id: str | None
    role: str
    prompt: str
    differs: list[str]
    stays: str | None


class PlanAnswer(TypedDict):
    """A plan and what applying it does. `shots` is the storyboard that comes of it, and `quote`
    its kept price, null where a shot is blocked or there is none; with `applied` it can be
    confirmed by drafts. Dollars and seconds."""

    applied: bool
    campaign_id: str
    fingerprint: str
    shots: list[ShotAnswer]
    changes: list[PlanChangeAnswer]
    added: int
    changed: int
    kept: int
    removed: int
    notes: list[str]
    contradictions: list[ContradictionAnswer]
    limits: list[RoomAnswer]
    total_seconds: int
    likely_cost: float
    max_cost: float
    quote: QuoteAnswer | None


def plan_answer(
    plan: Plan,
    diff: Diff,
    board: StoryboardAnswer,
    *,
    campaign_id: str,
    applied: bool,
    quote: QuoteAnswer | None,
) -> PlanAnswer:
    """`board` is the storyboard that the plan makes, or would make."""
    return {
        "applied": applied,
        "campaign_id": campaign_id,
        "fingerprint": diff.fingerprint,
        "shots": board["results"],
        "changes": [_change(change) for change in (*diff.row, *diff.removed)],
        "added": diff.count(Fate.ADDED),
        "changed": diff.count(Fate.CHANGED),
        "kept": diff.count(Fate.KEPT),
        "removed": diff.count(Fate.REMOVED),
        "notes": list(plan.notes),
        "contradictions": [
            *(contradiction_answer(one) for one in plan.contradictions),
            *board["contradictions"],
        ],
        "limits": board["limits"],
        "total_seconds": board["total_seconds"],
        "likely_cost": board["likely_cost"],
        "max_cost": board["max_cost"],
        "quote": quote,
    }


def _change(change: Change) -> PlanChangeAnswer:
    told = change.planned if change.shot is None else change.shot
    return {
        "fate": change.fate.value,
        "shot_id": change.shot.uid if change.shot else None,
        "role": str(told.role) if told else "",
        "prompt": told.prompt if told else "",
        "differs": [SETTINGS.get(name, name) for name in change.differs],
        "stays": change.stays or None,
    }
