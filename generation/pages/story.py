"""A job's events as a timeline in plain words."""

from dataclasses import dataclass
from datetime import datetime

from generation.models import Event
from generation.wording import provider_name
from providers.micros import dollars


@dataclass(frozen=True, kw_only=True)
class Moment:
    """One line of the timeline: when, what, and what was said about it."""

    at: datetime
    words: str
    detail: str
    tone: str = "wait"


# {name} is the provider of the event's attempt.
SAID: dict[str, tuple[str, str]] = {
    "job.queued": ("Queued", "wait"),
    "job.cancel_requested": ("Somebody asked to cancel", "wait"),
    "job.held": ("Put on hold", "accent"),
    "job.resumed": ("Goes on", "info"),
    "job.hot": ("Moved to the hot lane", "info"),
    "job.moved_up": ("Moved up", "wait"),
    "job.replaced": ("Changed: another job stands for it", "info"),
    "job.normal": ("Back in its own lane", "wait"),
    "job.completed": ("Completed", "good"),
    "job.failed": ("Failed", "bad"),
    "job.cancelled": ("Cancelled", "wait"),
    "job.ambiguous": ("A person has to decide", "accent"),
    "attempt.planned": ("{name} is next", "wait"),
    "attempt.submitting": ("Being sent to {name}", "info"),
    "attempt.waiting": ("{name} has to wait", "wait"),
    "attempt.unknown": ("No answer from {name}: outcome unknown", "accent"),
    "attempt.accepted": ("{name} took the request", "info"),
    "attempt.rejected": ("{name} refused", "bad"),
    "attempt.not_accepted": ("The request never reached {name}", "wait"),
    "attempt.succeeded": ("{name} finished", "good"),
    "attempt.failed": ("{name} failed", "bad"),
    "attempt.cancelled": ("The try at {name} was cancelled", "wait"),
    "attempt.skipped": ("{name} was left out", "wait"),
    "attempt.parked": ("Going on elsewhere; {name} stays looked for", "accent"),
    "attempt.lost_billed": ("{name} charged and never delivered", "bad"),
    "leg.skipped": ("{name} was left out", "wait"),
    "cancel.sent": ("{name} was asked to stop", "wait"),
    "task.late": ("A late task turned up at {name}", "accent"),
    "asset.stored": ("The clip is checked and stored", "good"),
    "asset.unavailable": ("The file could not be used", "bad"),
}
CANCEL_ANSWERS = {
    "withdrawn": "It has stopped before its work began.",
    "cancelled": "It has stopped.",
    "requested": "It will try.",
    "too_late": "It was too late.",
    "unsupported": "It cannot be stopped.",
}


def moment_of(event: Event) -> Moment:
    """The event as one line; a kind without words of its own is shown by its name."""
    provider = event.attempt.provider if event.attempt else event.data.get("provider", "")
    words, tone = SAID.get(event.kind, (event.kind.replace(".", " "), "wait"))
    return Moment(
        at=event.at,
        words=words.format(name=provider_name(provider) if provider else "The provider"),
        detail=_detail(event),
        tone=tone,
    )


def _detail(event: Event) -> str:
    # How a job failed stands at the top of its page already.
    said = "" if event.kind == "job.failed" else event.text
    parts = [CANCEL_ANSWERS.get(said, said)]
    if by := event.data.get("by"):
        parts.append(f"By {by}.")
    if held := event.data.get("held_micros"):
        parts.append(f"{dollars(held)} held.")
    if (cost := event.data.get("cost_micros")) is not None:
        parts.append(f"{dollars(cost)} charged." if cost else "Nothing charged.")
    return " ".join(part for part in parts if part)
