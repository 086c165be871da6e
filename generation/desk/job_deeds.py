"""Cancelling jobs and asking for them again, by the functions of every other door."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest

from accounts.access import Access, require
from accounts.audit import record
from generation import jobs
from generation.asks import Refused, route_for
from generation.desk.reasons import Deed
from generation.desk.rooms import access_to
from generation.idempotency import Answer, fingerprint, once
from generation.models import Job
from providers.micros import dollars


def _access(request: HttpRequest, job: Job, permission: str) -> Access:
    access = access_to(request, workspace_id=job.workspace_id, mode=job.mode)
    require(access, permission)
    return access


def _cancel(request: HttpRequest, job: Job, told: dict[str, Any]) -> str:
    access = _access(request, job, "jobs:cancel")
    with transaction.atomic():
        outcome = jobs.request_cancel(job)
        record(access, "job.cancel", f"job:{job.uid}", told["reason"], after={"done": outcome.done})
    return f"{outcome.message.rstrip('.')}."


def _cancel_words(request: HttpRequest, job: Job) -> str:
    if job.is_ended:
        return f"It is {job.get_state_display().lower()} already and stays so."
    return f"{job.get_state_display()}. What was not sent yet is ended at once and costs nothing."


def _again(request: HttpRequest, job: Job, told: dict[str, Any]) -> str:
    access = _access(request, job, "jobs:write")

    def make() -> Job:
        made = jobs.retry(access, job)
        record(access, "job.retry", f"job:{job.uid}", told["reason"], after={"made": made.uid})
        return made

    # The token is one of the page, so that a button pressed twice makes each clip once.
    answer = once(
        access,
        key=f"desk:{request.POST['token'][:64]}:{job.uid}",
        request_hash=fingerprint("POST", request.path, body={"job": job.uid}),
        effect=lambda: Answer(status=200, body={"job": make().uid}),
    )
    return f"asked for once more as {answer.body['job']}."


def _price(request: HttpRequest, job: Job) -> int | str:
    """What it will likely cost in micro-dollars, or why it cannot be made now."""
    access = access_to(request, workspace_id=job.workspace_id, mode=job.mode)
    if not job.is_ended:
        return "It is still running, so it is not asked for again."
    try:
        return route_for(access, jobs.ask_of(job)).likely_micros
    except Refused as refused:
        return refused.message


def _again_words(request: HttpRequest, job: Job) -> str:
    price = _price(request, job)
    return f"Costs about {dollars(price)}." if isinstance(price, int) else price


def _again_total(request: HttpRequest, rows: list[Any]) -> str:
    prices = [_price(request, job) for job in rows]
    return dollars(sum(price for price in prices if isinstance(price, int)))


CANCEL = Deed(
    name="cancel",
    title="Cancel jobs",
    button="Cancel these jobs",
    words=_cancel_words,
    do=_cancel,
    destroys=True,
)
AGAIN = Deed(
    name="again",
    title="Ask for jobs again",
    button="Ask again",
    words=_again_words,
    do=_again,
    total=_again_total,
    spends=True,
    most=20,
)
