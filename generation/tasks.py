"""Celery's part: each task takes an id at most, calls one function and returns.

A message may come twice, late or never; the database says what is to be done.
"""

from celery import shared_task

from generation import chores, driver, heartbeat, ingest, queue, submitting, telling
from generation.money import checked

SLICE_SECONDS = 8.0
SEAT_SECONDS = 15.0
# A round begins nothing after 20 s, and its last try ends 15 s later; with room for a slow name.
NOTICES_SEAT_SECONDS = 60.0


@shared_task
def submit(attempt_id: int) -> None:
    submitting.submit(attempt_id)


@shared_task
def submit_at_once(attempt_id: int) -> None:
    if not submitting.submit_at_once(attempt_id):
        queue.ring("drive")


@shared_task
def fetch(asset_id: int) -> None:
    ingest.fetch(asset_id)


@shared_task
def drive() -> None:
    """One slice of looking at everything due; only one slice runs at a time."""
    owner = f"{heartbeat.me()}"
    if not heartbeat.take_seat("driver", owner=owner, seconds=SEAT_SECONDS):
        return
    try:
        heartbeat.beat("worker")
        open_work = driver.run_slice(SLICE_SECONDS)
    finally:
        heartbeat.leave_seat("driver", owner=owner)
    if open_work:
        queue.ring("drive")


@shared_task
def deliver_notices() -> None:
    """One round of telling; a single thread at a time, however slow the receivers are."""
    owner = heartbeat.me()
    if not heartbeat.take_seat("notices", owner=owner, seconds=NOTICES_SEAT_SECONDS):
        return
    try:
        tried = telling.tell_due()
    finally:
        heartbeat.leave_seat("notices", owner=owner)
    if tried and telling.anything_due():
        queue.ring("deliver_notices")


@shared_task
def sweep() -> None:
    """Every few seconds: proof that scheduler and worker live, and a ring if anything is open."""
    heartbeat.beat("scheduler")
    heartbeat.beat("worker")
    if telling.anything_due():
        queue.ring("deliver_notices")
    if driver.anything_open():
        queue.ring("drive")
    chores.run_if_due()


@shared_task
def check_books() -> None:
    """Every ten minutes: whether jobs, ledger and budgets agree, for the back desk to show."""
    if heartbeat.take_seat("books", owner=heartbeat.me(), seconds=checked.EVERY_SECONDS / 2):
        checked.check_books()
