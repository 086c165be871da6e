"""Honest waiting: what happens now, since when, how long it usually takes, what comes next."""

from dataclasses import dataclass
from datetime import UTC, datetime

from generation.choices import AttemptState
from generation.durations import durations_of
from generation.models import Attempt, Job
from generation.pages.spans import usually
from generation.wording import provider_name
from providers.catalogue import catalogue, catalogue_of


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """`percent` is the vendor's own figure and None where it sends none. `usual` is a span like
    "15 to 30 s", empty where nobody can say; `cancelling` says what that would cost."""

    now: str
    since: datetime
    usual: str
    after: str
    percent: int | None
    cancelling: str


def waiting_of(job: Job, attempt: Attempt | None) -> Waiting:
    """Where an open job stands. `attempt` is the one at work, None while there is none."""
    if attempt is None:
        return Waiting(
            now="Choosing the next provider.",
            since=job.created_at,
            usual="",
            after="",
            percent=None,
            cancelling=cancel_words(job, None),
        )
    return Waiting(
        now=_now(attempt),
        since=_since(attempt),
        usual=_usual(attempt) if attempt.state == AttemptState.ACCEPTED else "",
        after=_after(job, attempt),
        percent=attempt.percent if attempt.state == AttemptState.ACCEPTED else None,
        cancelling=cancel_words(job, attempt),
    )


def cancel_words(job: Job, attempt: Attempt | None) -> str:
    """What cancelling would do to the money, as far as anybody can know it now."""
    if attempt is None or attempt.state == AttemptState.PLANNED:
        return "Nothing has been sent yet, so cancelling costs nothing."
    today = catalogue(catalogue_of(job.mode), on=datetime.now(UTC).date())
    refund = [offer.terms.refund for offer in today.offers if offer.offer_id == attempt.offer_id]
    return refund[0] if refund else ""


def _now(attempt: Attempt) -> str:
    name = provider_name(attempt.provider)
    if attempt.state == AttemptState.PLANNED:
        if attempt.reason:
            return f"Waiting to ask {name} again. {attempt.reason}"
        return f"In our queue for {name}."
    if attempt.state == AttemptState.SUBMITTING:
        return f"Being sent to {name}."
    if attempt.state == AttemptState.UNKNOWN:
        return f"Finding out whether {name} took the request."
    if attempt.state == AttemptState.ACCEPTED:
        queued = attempt.vendor_state == "queued"
        return f"In {name}’s own queue." if queued else f"{name} is making the clip."
    if attempt.state == AttemptState.SUCCEEDED:
        return f"{name} has finished. The clip is being fetched and checked."
    return "Choosing the next provider."


def _since(attempt: Attempt) -> datetime:
    moments = {
        AttemptState.PLANNED: attempt.created_at,
        AttemptState.SUBMITTING: attempt.submit_started_at,
        AttemptState.UNKNOWN: attempt.submit_started_at,
        AttemptState.ACCEPTED: attempt.accepted_at,
        AttemptState.SUCCEEDED: attempt.ended_at,
    }
    return moments.get(AttemptState(attempt.state)) or attempt.created_at


def _usual(attempt: Attempt) -> str:
    past = durations_of(attempt)
    return usually(past.half, past.share(0.95))


def _after(job: Job, attempt: Attempt) -> str:
    if attempt.state == AttemptState.SUCCEEDED:
        return "Then the clip appears here."
    if attempt.state == AttemptState.UNKNOWN:
        return "Nothing is sent again before that is known, so nothing can be paid twice."
    if job.cancel_requested_at is not None:
        return "Then the job ends. What was finished in the meantime is kept and charged."
    following = attempt.leg_index + 1
    if following < len(job.route):
        name = provider_name(job.route[following]["provider"])
        return f"Then it is fetched and checked. If it fails, {name} is tried."
    return "Then it is fetched and checked. No other provider will be tried."
