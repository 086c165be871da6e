"""Campaigns and briefs as the API tells them."""

from typing import TypedDict

from accounts.access import Access
from campaigns.api.answers.clients import MissingAnswer
from campaigns.briefs import BriefFields, fields_of, missing
from campaigns.figures import Figures
from campaigns.models import Brief, Campaign
from generation.api.answers.plain import moment, money
from generation.money.budget_views import BudgetView


class ShotCountsAnswer(TypedDict):
    """Shots on the storyboard; `drafted` have a take, `picked` a chosen one, `final` one that
    goes on."""

    total: int
    locked: int
    drafted: int
    picked: int
    final: int


class TakeCountsAnswer(TypedDict):
    """Takes by the state of their jobs and by verdict; `to_judge` wait for one."""

    total: int
    queued: int
    processing: int
    completed: int
    failed: int
    cancelled: int
    picked: int
    rejected: int
    to_judge: int
    attention: int


class LimitAnswer(TypedDict):
    """A budget that limits this campaign alone."""

    id: str
    name: str
    limit: float | None
    left: float | None
    hard: bool


class CampaignMoneyAnswer(TypedDict):
    """Dollars. `agreed` is the brief's budget and `left` what is left of it; both are null where
    none was agreed. `budgets` is null for callers without budgets:read."""

    agreed: float | None
    held: float | None
    spent: float | None
    left: float | None
    budgets: list[LimitAnswer] | None


class CampaignAnswer(TypedDict):
    """`money` is null for callers without costs:read."""

    id: str
    name: str
    client: str | None
    deadline: str | None
    missing: int
    shots: ShotCountsAnswer
    takes: TakeCountsAnswer
    money: CampaignMoneyAnswer | None
    archived: bool
    created_at: str | None


class ClaimAnswer(TypedDict):
    text: str
    proof: str


class BriefAnswer(TypedDict):
    """`missing` names what is not said yet; `version` is what a change has to send."""

    campaign: str
    version: int
    goal: str
    audience: str
    message: str
    must: list[str]
    never: list[str]
    claims: list[ClaimAnswer]
    products: list[str]
    markets: list[str]
    placements: list[str]
    scenes: list[str]
    b_roll_count: int | None
    transition_count: int
    with_hook: bool
    with_end_card: bool
    total_seconds: int | None
    aspect_ratio: str
    quality: str
    style: str | None
    rounds: int | None
    deadline: str | None
    budget: float | None
    missing: list[MissingAnswer]
    updated_at: str | None


def campaign_answer(
    campaign: Campaign, *, figures: Figures, fields: BriefFields, access: Access
) -> CampaignAnswer:
    """With its centre and client at hand."""
    shots, takes = figures.shots, figures.takes
    return {
        "id": campaign.uid,
        "name": campaign.name,
        "client": campaign.client.uid if campaign.client else None,
        "deadline": fields.deadline.isoformat() if fields.deadline else None,
        "missing": len(missing(fields)),
        "shots": {
            "total": shots.total,
            "locked": shots.locked,
            "drafted": shots.drafted,
            "picked": shots.picked,
            "final": shots.final,
        },
        "takes": {
            "total": takes.total,
            "queued": takes.queued,
            "processing": takes.processing,
            "completed": takes.completed,
            "failed": takes.failed,
            "cancelled": takes.cancelled,
            "picked": takes.picked,
            "rejected": takes.rejected,
            "to_judge": takes.to_judge,
            "attention": takes.attention,
        },
        "money": _money(figures, access=access) if access.may("costs:read") else None,
        "archived": campaign.archived_at is not None,
        "created_at": moment(campaign.created_at),
    }


def brief_answer(brief: Brief, *, campaign: Campaign) -> BriefAnswer:
    fields = fields_of(brief)
    return {
        "campaign": campaign.uid,
        "version": brief.version,
        "goal": fields.goal,
        "audience": fields.audience,
        "message": fields.message,
        "must": list(fields.must),
        "never": list(fields.never),
        "claims": [{"text": claim.text, "proof": claim.proof} for claim in fields.claims],
        "products": list(fields.products),
        "markets": list(fields.markets),
        "placements": list(fields.placements),
        "scenes": list(fields.scenes),
        "b_roll_count": fields.b_roll_count,
        "transition_count": fields.transition_count,
        "with_hook": fields.with_hook,
        "with_end_card": fields.with_end_card,
        "total_seconds": fields.total_seconds,
        "aspect_ratio": fields.ratio,
        "quality": fields.tier,
        "style": fields.style or None,
        "rounds": fields.rounds,
        "deadline": fields.deadline.isoformat() if fields.deadline else None,
        "budget": money(fields.budget_micros),
        "missing": [{"field": gap.field, "words": gap.words} for gap in missing(fields)],
        "updated_at": moment(brief.updated_at),
    }


def _money(figures: Figures, *, access: Access) -> CampaignMoneyAnswer:
    limits = [_limit(view) for view in figures.budgets]
    return {
        "agreed": money(figures.agreed),
        "held": money(figures.held),
        "spent": money(figures.spent),
        "left": money(figures.left),
        "budgets": limits if access.may("budgets:read") else None,
    }


def _limit(view: BudgetView) -> LimitAnswer:
    return {
        "id": view.budget.uid,
        "name": view.budget.name,
        "limit": money(view.limit_micros),
        "left": money(view.left_micros),
        "hard": view.budget.hard,
    }
