"""Why something waits, and what the system will do next and when: in plain words."""

from dataclasses import dataclass
from datetime import UTC, datetime

from generation.choices import AttemptState
from generation.lanes import LaneKind
from generation.models import Attempt
from generation.queue_now import InLine, QueueNow, SlotsNow
from generation.wording import provider_name
from providers import health
from providers.catalogue import catalogue, catalogue_of
from providers.models import AccountState, Circuit

LANES = {
    LaneKind.HOT: "Hot lane",
    LaneKind.SINGLE: "Single clips",
    LaneKind.BATCH: "Batches",
    LaneKind.ASIDE: "On hold",
}
NAMES = {
    LaneKind.HOT: "hot",
    LaneKind.SINGLE: "single",
    LaneKind.BATCH: "batch",
    LaneKind.ASIDE: "on_hold",
}
ANSWERS = {
    "": "No look at it has been answered yet.",
    "queued": "At the last look it waited in {name}’s own queue.",
    "running": "At the last look {name} was making it.",
    "gone": "At the last look {name} did not know it.",
}
SKIPPED = "When its turn comes the next provider is tried; after the pause this one is, too."
FULL = "All {most} slots of {what} are in use."
ONE = "The only slot of {what} is in use."


@dataclass(frozen=True, kw_only=True)
class Said:
    """Why it stands where it stands, since when, and what comes next; `at` is when, if known."""

    why: str
    since: datetime
    following: str
    at: datetime | None = None


def said_of_waiting(one: InLine, queue: QueueNow) -> Said:
    """The first of the reasons that keeps it from being sent."""
    attempt, job = one.attempt, one.attempt.job
    name = provider_name(attempt.provider)
    since = attempt.created_at
    if job.held_at is not None:
        why = f"On hold by {job.held_by}."
        return Said(why=why, since=job.held_at, following="It waits until somebody lets it go on.")
    if (pause := queue.pause) is not None:
        why = f"The queue is paused by {pause.by}." + (f" {pause.reason}" if pause.reason else "")
        return Said(why=why, since=pause.at, following="It waits until the queue goes on.")
    account = attempt.account
    if account.state in (AccountState.PAUSED, AccountState.RETIRED):
        why = f"{name} takes nothing: {health.why_not_active(account)}."
        return Said(why=why, since=since, following="The next provider of its route is tried.")
    shut = account.circuit != Circuit.CLOSED and account.circuit_until
    if shut and shut > queue.at:
        why = f"{name} is not asked for now: {account.circuit_reason.rstrip('.')}."
        return Said(why=why, since=account.circuit_since or since, following=SKIPPED, at=shut)
    return _in_line(one, queue, since=since)


def _in_line(one: InLine, queue: QueueNow, *, since: datetime) -> Said:
    attempt = one.attempt
    name = provider_name(attempt.provider)
    own = _slots(queue, attempt, model=attempt.model)
    if own is not None and own.quiet_until is not None:
        why = f"{name} has had too many requests for this model. {own.quiet_reason}".strip()
        return Said(why=why, since=since, following="Then it is sent.", at=own.quiet_until)
    if attempt.next_check_at > queue.at:
        why = attempt.reason or f"{name} asked us to wait."
        return Said(why=why, since=since, following="Then it is sent.", at=attempt.next_check_at)
    for slots in (own, _slots(queue, attempt, model="")):
        if slots is not None and slots.busy >= slots.most:
            what = "this model" if slots.model else name
            words = FULL if slots.most > 1 else ONE
            why = words.format(what=what, most=slots.most)
            return Said(why=why, since=since, following="It is sent when its turn comes.")
    if one.place is None or one.place.starts_in == 0:
        return Said(why="Its turn is next.", since=since, following="It is sent within moments.")
    why = f"Others have their turn at {name} first."
    return Said(why=why, since=since, following="It is sent when its turn comes.")


def said_of_running(attempt: Attempt) -> Said:
    """What happens at the provider, what it said last, and when it is asked again."""
    name = provider_name(attempt.provider)
    since = attempt.accepted_at or attempt.submit_started_at or attempt.created_at
    if attempt.state == AttemptState.SUBMITTING:
        following = "If no answer comes, we find out whether it arrived; it is never sent twice."
        return Said(
            why=f"Being sent to {name}.", since=since, following=following, at=attempt.lease_until
        )
    if attempt.state == AttemptState.UNKNOWN:
        following = f"{name} is asked whether it took the request; nothing is sent before that."
        return Said(
            why=attempt.reason or f"No answer came from {name}.",
            since=since,
            following=following,
            at=attempt.next_check_at,
        )
    why = ANSWERS.get(attempt.vendor_state, ANSWERS["running"]).format(name=name)
    if attempt.percent:
        why = f"{name} says {attempt.percent} %."
    return Said(why=why, since=since, following=f"{name} is asked again.", at=attempt.next_check_at)


def cancel_words(attempt: Attempt) -> str:
    """What cancelling would do to the money."""
    if attempt.state == AttemptState.PLANNED:
        return "Nothing has been sent yet, so cancelling costs nothing."
    today = catalogue(catalogue_of(attempt.mode), on=datetime.now(UTC).date())
    said = [one.terms.refund for one in today.offers if one.offer_id == attempt.offer_id]
    return said[0] if said else ""


def _slots(queue: QueueNow, attempt: Attempt, *, model: str) -> SlotsNow | None:
    here = (one for one in queue.slots if one.account.pk == attempt.account_id)
    return next((one for one in here if one.model == model), None)
