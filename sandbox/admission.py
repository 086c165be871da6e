"""One way in for every create call: directives and faults first, then the task, then the answer."""

import asyncio
import hashlib
import secrets
from collections.abc import Callable, Mapping
from typing import Any

from aiohttp import web

from sandbox.desk import Desk
from sandbox.directives import Directive, directive_in
from sandbox.invoice import print_of
from sandbox.runner import fate_of
from sandbox.slots import start_time
from sandbox.tasks import NEVER, Draft, Fate, Task
from sandbox.vendor import Vendor

SLOW_ANSWER_SECONDS = 3.0
LONGEST_KEPT = 40_000  # characters of one string of a request body
LONGEST_DATA_URI = 200


async def admit(
    desk: Desk,
    *,
    vendor: Vendor,
    request: web.Request,
    draft: Draft,
    accepted: Callable[[Task], web.Response],
) -> web.StreamResponse:
    """Makes a task of a validated draft and answers with `accepted(task)`.

    Unless the prompt's directive or the random faults want otherwise: then the vendor's refusal,
    or a dropped connection before or after the task was made. The task is in the table before
    any answer leaves.
    """
    directive = directive_in(draft.prompt, provider=draft.provider)
    fault = desk.faults.roll(draft.provider, stage="create")
    refusal = _refusal(desk, vendor=vendor, draft=draft, directive=directive, fault=fault)
    if refusal is not None:
        outcome, answer = refusal
        _log(desk, draft, outcome=outcome)
        return dropped(request) if answer is None else answer
    task = _made(desk, draft=draft, directive=directive, origin=origin_of(request))
    lost = directive.lost_response or fault == "lost-response"
    _log(desk, draft, outcome="lost-response" if lost else fault or "accepted", made=task)
    vendor.changed(task)
    desk.runner.start(task)
    if fault == "slow-answer":
        await asyncio.sleep(SLOW_ANSWER_SECONDS)
    if lost:
        return dropped(request)
    return vendor.broken(500) if fault == "http-500" else accepted(task)


def dropped(request: web.Request) -> web.Response:
    """Cuts the connection. The response that is returned reaches nobody."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response(status=500)


def origin_of(request: web.Request) -> str:
    """Where this caller reaches the sandbox, for the links in later answers."""
    return f"{request.scheme}://{request.host}"


def log_refusal(desk: Desk, *, provider: str, outcome: str) -> None:
    """Counts a create call that the vendor module refused before it became a draft."""
    desk.creates.note(provider, at=desk.clock.now(), outcome=outcome)


def _refusal(
    desk: Desk, *, vendor: Vendor, draft: Draft, directive: Directive, fault: str
) -> tuple[str, web.Response | None] | None:
    """What to answer instead of accepting: a word for the log, and None for a dropped line."""
    if fault == "drop-before":
        return fault, None
    if fault == "http-503":
        return fault, vendor.broken(503)
    if fault == "rate-limit" or _still_limited(desk, draft=draft, times=directive.rate_limit):
        return "rate-limit", vendor.rate_limited()
    if directive.fail == "credits":
        return "credits", vendor.out_of_credits()
    if directive.fail == "invalid":
        return "invalid", vendor.invalid()
    return None


def _still_limited(desk: Desk, *, draft: Draft, times: int) -> bool:
    """Whether this prompt is among its first `times` create calls, and counts it."""
    if not times:
        return False
    key = hashlib.sha256(f"{draft.provider} {draft.prompt}".encode()).hexdigest()
    seen = desk.database.record("rate-limited", key=key, default=0)
    if seen < times:
        desk.database.set_record("rate-limited", key=key, value=seen + 1)
    return bool(seen < times)


def _made(desk: Desk, *, draft: Draft, directive: Directive, origin: str) -> Task:
    now = desk.clock.now()
    pace = desk.clock.pace(draft.provider, slow=directive.slow)
    fault = desk.faults.roll(draft.provider, stage="task")
    fate = fate_of(fault, prompt=draft.prompt, provider=draft.provider)
    starts = now + pace.waits
    if draft.slots:
        ends = desk.tasks.live_ends(draft.provider, model=draft.model)
        starts = start_time(ends, slots=draft.slots, ready_at=starts)
    any_seed = draft.seed is None
    task = Task(
        provider=draft.provider,
        task_id=draft.task_id,
        model=draft.model,
        kind=draft.kind,
        prompt=draft.prompt,
        seconds=draft.seconds,
        width=draft.width,
        height=draft.height,
        seed=secrets.randbelow(2**31) if draft.seed is None else draft.seed,
        client_ref=draft.client_ref,
        callback_url=draft.callback_url,
        picture=draft.picture,
        origin=origin,
        fingerprint=_print(draft),
        amount_micros=draft.amount_micros,
        bills_moderation=draft.bills_moderation,
        fate=fate,
        throttled=starts > now + pace.waits,
        created_at=now,
        started_at=starts,
        work_seconds=NEVER if fate is Fate.STALL else pace.works,
        finished_at=None,
        outcome="",
        deleted_at=None,
        body=shortened(draft.body),
        extra={
            **draft.extra,
            "any_seed": any_seed,
            "slots": draft.slots,
            "last_picture": draft.last_picture,
        },
    )
    desk.tasks.add(task)
    return task


def _print(draft: Draft) -> str:
    return print_of(draft.provider, body=draft.body, prompt=draft.prompt)


def _log(desk: Desk, draft: Draft, *, outcome: str, made: Task | None = None) -> None:
    desk.creates.note(
        draft.provider,
        at=desk.clock.now(),
        outcome=outcome,
        client_ref=draft.client_ref,
        fingerprint=_print(draft),
        task_id=made.task_id if made else "",
    )


def shortened(value: Any) -> Any:
    """The same JSON with long base64 and endless strings cut, to keep the table small."""
    if isinstance(value, Mapping):
        return {key: shortened(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [shortened(item) for item in value]
    if isinstance(value, str):
        longest = LONGEST_DATA_URI if value.startswith("data:") else LONGEST_KEPT
        return value if len(value) <= longest else f"{value[:80]}…({len(value)} characters)"
    return value
