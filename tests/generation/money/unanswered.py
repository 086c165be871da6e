"""Acme's October without a bill, and clips that were sent and never answered."""

from datetime import UTC, datetime

from django.db import transaction

from generation import attempts
from generation.money import ledger
from tests.generation.money.golden import Books, _leg, at_time

ALL_BILLS = (
    "October 2026 not yet matched with the bills of Kling ($0.20), Pika ($0.16),"
    " Runway ($0.75) and Sora ($1.00)"
)


def lost(books: Books, at: str = "2026-11-20T09:00") -> None:
    """A clip for Acme that was sent and never answered: its $0.10 stay held."""
    when = datetime.fromisoformat(at).replace(tzinfo=UTC)
    centre = books.campaigns["Autumn"]
    with at_time(when), transaction.atomic():
        job = books._job(centre, "draft", 5, key=None, when=when, mode="test")
        attempt = attempts.draft(job, _leg(job, "pika"), seq=1)
        attempt.state, attempt.submit_started_at = "unknown", when
        attempt.match_key = job.uid
        attempt.save()
        ledger.hold(attempt, job)
