"""Celery's part in campaigns: rows that have come due are looked after, by one at a time."""

from celery import shared_task

from campaigns import drifting
from generation import heartbeat

# A round compares a few pairs of clips, each in seconds; a dead worker's seat is free at once.
SEAT_SECONDS = 120.0


@shared_task
def sweep() -> None:
    """Every few seconds: measure finals that have arrived since."""
    if not drifting.anything_due():
        return
    owner = heartbeat.me()
    if not heartbeat.take_seat("campaigns", owner=owner, seconds=SEAT_SECONDS):
        return
    try:
        drifting.measure_due()
    finally:
        heartbeat.leave_seat("campaigns", owner=owner)
