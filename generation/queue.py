"""The bell: tells a worker to look now. Losing a ring costs one sweep interval, never a job."""

import logging
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from celery import current_app
from django.conf import settings
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

# What the driver hands out stands behind what somebody has just asked for; 0 comes first.
BEHIND = {"submit": 3, "fetch": 6}
# A broker that is down is not tried again at once: each try costs a request a second or so.
QUIET_SECONDS = 5.0
_quiet_until = float("-inf")
# What a process that drives without a broker does about its own rings.
_answers: dict[str, Callable[..., object]] = {}


@contextmanager
def answered_here(answers: Mapping[str, Callable[..., object]]) -> Iterator[None]:
    """Meanwhile this process answers its own rings of these tasks; the broker hears none of them.

    An answer is called in the thread that rings, right after its commit, and must not fail.
    """
    _answers.update(answers)
    try:
        yield
    finally:
        for task in answers:
            _answers.pop(task, None)


def ring_submit(attempt_id: int) -> None:
    """After commit: attempt `attempt_id` may be sent, at once where nobody else waits."""
    _after_commit("submit_at_once", attempt_id)


def ring_fetch(asset_id: int) -> None:
    """After commit: the output of `asset_id` may be fetched."""
    _after_commit("fetch", asset_id)


def ring_drive() -> None:
    """After commit: something changed that the driver should look at."""
    _after_commit("drive")


def ring_notices() -> None:
    """After commit: somebody is to be told that a job has ended."""
    _after_commit("deliver_notices")


def _after_commit(task: str, *args: Any) -> None:
    transaction.on_commit(lambda: ring(task, *args))


def ring(task: str, *args: Any) -> None:
    """Publish one message; a broker that is down is noted and otherwise ignored.

    `task` is the name of one of ours, or the whole name of another application's.
    """
    global _quiet_until
    if (answer := _answers.get(task)) is not None:
        answer(*args)
        return
    if not settings.RING_THE_BELL or time.monotonic() < _quiet_until:
        return
    try:
        # By name: the tasks import everything that handles video, which the web has no use for.
        name = task if "." in task else f"generation.tasks.{task}"
        current_app.send_task(name, args=args, retry=False, priority=BEHIND.get(task, 0))
    except (OperationalError, OSError) as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("bell_not_rung task=%s reason=%s", task, type(error).__name__)
