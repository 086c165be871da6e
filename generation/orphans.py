"""Tasks that turned up after their attempt had been resolved: ended where possible, and booked.

No lease can stop a process that was frozen between its last check and its first byte, so a
second task can exist. It must never be hidden: it is looked at until it ends and charged.
"""

import logging
from datetime import timedelta

from django.db import IntegrityError
from django.db.models import Exists, OuterRef, Q

from generation import clock, heartbeat, waypoints
from generation.choices import ATTEMPT_LIVE, AttemptState, LineKind
from generation.events import note
from generation.finishing import End
from generation.models import Job, LedgerLine, ProviderTask
from generation.money import ledger
from generation.money.given_up import named_tasks
from generation.vendors import adapter_of, asked
from providers.errors import ProviderError
from providers.many import ManyTransport
from providers.types import (
    CancelOutcome,
    GenerationMode,
    Progress,
    TaskRef,
    TaskState,
    VendorCost,
)

log = logging.getLogger(__name__)

BATCH = 50
# Tasks turn up late within minutes. Those that are older than so many others are gone through
# once in a while: a million of them take seconds of the database each time.
NEWEST = 5000
ALL_SECONDS = 3600.0
YOUNG = timedelta(seconds=2)
ENDED = (TaskState.SUCCEEDED, TaskState.FAILED, TaskState.CANCELLED)


def unbooked(*, newest: int | None = None) -> list[ProviderTask]:
    """Known tasks of finished attempts without a line of their own: the first of them all, or of
    so many of the newest tasks."""
    # In the words of the index that has one cost a task.
    booked = LedgerLine.objects.filter(
        ~Q(task_id=""),
        account_id=OuterRef("account_id"),
        task_id=OuterRef("task_id"),
        kind__in=(LineKind.SETTLE, LineKind.CHARGE),
    )
    tasks = (
        ProviderTask.objects.filter(~Exists(booked), created_at__lt=clock.now() - YOUNG)
        .exclude(attempt__state__in=ATTEMPT_LIVE)
        .select_related("attempt__job", "attempt__account")
    )
    if newest is not None:
        last = ProviderTask.objects.order_by("-id").values_list("id", flat=True).first() or 0
        tasks = tasks.filter(id__gt=last - newest)
    return list(tasks.order_by("id")[:BATCH])


def book_late_tasks(many: ManyTransport) -> int:
    """Look at unbooked tasks, ask each to end, and book those that have. Returns how many."""
    tasks = _due()
    if not tasks:
        return 0
    with waypoints.after("late_looked"):
        looks = many.ask_all(
            [asked(t.attempt, "poll", adapter_of(t.attempt).poll(_ref(t))) for t in tasks]
        )
    booked = 0
    for task, look in zip(tasks, looks, strict=True):
        if isinstance(look, ProviderError):
            log.warning("late_task_look_failed task=%s reason=%s", task.task_id, look.reason)
        elif look.state in ENDED or _is_forgotten(task, look):
            cost, _ = End(attempt=task.attempt, progress=look).cost
            booked += _book(task, cost=cost, vendor=look.cost)
        elif look.state != TaskState.GONE:
            booked += _end(task, many)
    return booked


def _due() -> list[ProviderTask]:
    """Of the newest tasks, or of all when that has its turn; more of all where that found many."""
    owner = heartbeat.me()
    if not heartbeat.take_seat("late_tasks", owner=owner, seconds=ALL_SECONDS):
        return unbooked(newest=NEWEST)
    tasks = unbooked()
    if len(tasks) == BATCH:
        heartbeat.leave_seat("late_tasks", owner=owner)
    return tasks


def _is_forgotten(task: ProviderTask, look: Progress) -> bool:
    """Not found, and so late that it is no fault of one answer."""
    age = (clock.now() - task.created_at).total_seconds()
    return look.state == TaskState.GONE and age > float(task.attempt.leg["deadline_seconds"])


def _end(task: ProviderTask, many: ManyTransport) -> bool:
    """Ask a task that runs to end. Where that deletes it, no look will tell what it cost."""
    with waypoints.after("late_cancelled"):
        cancel = adapter_of(task.attempt).cancel(_ref(task))
        [outcome] = many.ask_all([asked(task.attempt, "cancel", cancel)])
    if outcome == CancelOutcome.WITHDRAWN:
        return _book(task, cost=0)
    if outcome == CancelOutcome.CANCELLED:
        return _book(task, cost=task.attempt.max_micros)
    return False


def _book(task: ProviderTask, *, cost: int, vendor: VendorCost | None = None) -> bool:
    attempt = task.attempt
    micros = _still_owed(task, cost)
    job = Job.objects.get(pk=attempt.job_id)
    try:
        with waypoints.commit("late_booked"):
            ledger.charge(
                attempt,
                job,
                micros=micros,
                task_id=task.task_id,
                vendor=vendor,
                reason="a task that turned up late",
            )
            note(job, "task.booked", attempt=attempt, task_id=task.task_id, cost_micros=micros)
    except IntegrityError:
        return False  # another sweep was faster: one cost per task
    log.error("late_task_booked task=%s micros=%s job=%s", task.task_id, micros, job.uid)
    return True


def _still_owed(task: ProviderTask, cost: int) -> int:
    """Micros of a late task that are not booked yet. A bill that a person took over has the last
    word; what was given up as charged belongs to the first task that its attempt names."""
    lines = LedgerLine.objects.filter(account_id=task.account_id, task_id=task.task_id)
    if lines.filter(kind=LineKind.ADJUST).exists():
        return 0
    first = named_tasks([task.attempt_id]).get(task.attempt_id, task.task_id)
    if task.attempt.state != AttemptState.LOST_BILLED or first != task.task_id:
        return cost
    settled = LedgerLine.objects.get(attempt=task.attempt, kind=LineKind.SETTLE)
    return max(cost - settled.spent_delta, 0)


def _ref(task: ProviderTask) -> TaskRef:
    attempt = task.attempt
    return TaskRef(
        task_id=task.task_id,
        model=attempt.model,
        generation_mode=GenerationMode(attempt.job.generation_mode),
    )
