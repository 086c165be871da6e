"""Everything about one job: attempts, events, route, and its ledger lines."""

from typing import Any, TypedDict

from accounts.access import Access
from generation.api.answers.assets import AssetAnswer, asset_answer
from generation.api.answers.jobs import LegAnswer, ListedJob, attempt_cost, leg_answer, listed
from generation.api.answers.money import LineAnswer, line_answer
from generation.api.answers.plain import in_dollars, moment
from generation.models import Attempt, Event, Job


class WholeAttempt(TypedDict):
    """One try, with the vendor's own task id for asking the vendor's support."""

    seq: int
    provider: str
    model: str
    state: str
    reason: str
    failure_class: str | None
    task_id: str | None
    percent: int | None
    cost: float | None
    created_at: str | None
    accepted_at: str | None
    ended_at: str | None


class EventAnswer(TypedDict):
    """One thing that happened; `attempt` is the number of the try it happened to."""

    at: str | None
    kind: str
    text: str
    attempt: int | None
    data: dict[str, Any]


class LeftOutAnswer(TypedDict):
    """An offer that was not taken, and why."""

    provider: str
    model: str
    reason_code: str
    reason: str


class JobDetail(ListedJob):
    """`ledger` is null for callers who may not see costs. `tries` are the attempts in full."""

    negative_prompt: str
    style: str | None
    seed: int | None
    enable_fallback: bool
    max_cost: float | None
    priority: int
    made_from: str | None
    picture: AssetAnswer | None
    last_picture: AssetAnswer | None
    route: list[LegAnswer]
    left_out: list[LeftOutAnswer]
    tries: list[WholeAttempt]
    events: list[EventAnswer]
    assets: list[AssetAnswer]
    ledger: list[LineAnswer] | None


def job_detail(job: Job, *, access: Access) -> JobDetail:
    """The whole record of a job from `with_story`."""
    may_see_costs = access.may("costs:read")
    lines = job.ledger_lines.select_related("job", "account").order_by("pk")
    most = job.max_cost_micros
    return {
        **listed(job, access=access),
        "negative_prompt": job.negative_prompt,
        "style": job.style or None,
        "seed": job.seed,
        "enable_fallback": job.enable_fallback,
        "max_cost": None if most is None else most / 1_000_000,
        "priority": job.priority,
        "made_from": job.made_from.uid if job.made_from else None,
        "picture": asset_answer(job.picture, access=access) if job.picture else None,
        "last_picture": (
            asset_answer(job.last_picture, access=access) if job.last_picture else None
        ),
        "route": [leg_answer(leg) for leg in job.route],
        "left_out": job.left_out,
        "tries": [whole_attempt(attempt) for attempt in job.attempts.all()],
        "events": [
            event_answer(event) for event in job.events.select_related("attempt").order_by("pk")
        ],
        "assets": [asset_answer(asset, access=access) for asset in job.assets.all()],
        "ledger": [line_answer(line) for line in lines] if may_see_costs else None,
    }


def whole_attempt(attempt: Attempt) -> WholeAttempt:
    return {
        "seq": attempt.seq,
        "provider": attempt.provider,
        "model": attempt.model,
        "state": attempt.state,
        "reason": attempt.reason,
        "failure_class": attempt.failure_class or None,
        "task_id": attempt.task_id or None,
        "percent": attempt.percent,
        "cost": attempt_cost(attempt),
        "created_at": moment(attempt.created_at),
        "accepted_at": moment(attempt.accepted_at),
        "ended_at": moment(attempt.ended_at),
    }


def event_answer(event: Event) -> EventAnswer:
    return {
        "at": moment(event.at),
        "kind": event.kind,
        "text": event.text,
        "attempt": event.attempt.seq if event.attempt else None,
        "data": in_dollars(event.data),
    }
