"""Celery's part in campaigns: rows that have come due are looked after, by one at a time."""

from celery import shared_task

from campaigns import drifting
from campaigns.first_run import running
from campaigns.rehearsal import films, making
from generation import heartbeat, queue

# A round compares a few pairs of clips, each in seconds; a dead worker's seat is free at once.
SEAT_SECONDS = 120.0
# A film of sixty shots takes a few minutes; claims by rows keep two workers apart in any case.
FILM_SEAT_SECONDS = 300.0


@shared_task
def sweep() -> None:
    """Every few seconds: measure finals that have arrived since, and ring for films."""
    if making.anything_due():
        queue.ring(films.TASK)
    if running.anything_due():
        queue.ring(running.TASK)
    if not drifting.anything_due():
        return
    owner = heartbeat.me()
    if not heartbeat.take_seat("campaigns", owner=owner, seconds=SEAT_SECONDS):
        return
    try:
        drifting.measure_due()
    finally:
        heartbeat.leave_seat("campaigns", owner=owner)


@shared_task
def make_films() -> None:
    """Make one film; one at a time, so that joining films never keeps clips waiting."""
    owner = heartbeat.me()
    if not heartbeat.take_seat("films", owner=owner, seconds=FILM_SEAT_SECONDS):
        return
    try:
        making.make_next()
    finally:
        heartbeat.leave_seat("films", owner=owner)
    if making.anything_due():
        queue.ring(films.TASK)


@shared_task
def first_runs() -> None:
    """Go on with rehearsal campaigns that are due; each step by whoever counts it first."""
    running.go_on()
