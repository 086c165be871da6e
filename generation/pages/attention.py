"""What about a job wants a person's eyes: what happened, what it cost, what to do."""

from dataclasses import dataclass

from generation.choices import AttemptState, Attention
from generation.models import Attempt, Job
from generation.wording import provider_name
from providers.micros import dollars


@dataclass(frozen=True, kw_only=True)
class Notice:
    title: str
    words: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What a manager can decide about an attempt in doubt. `other` is the provider that can be
    tried meanwhile, with what that would hold; empty where there is none."""

    attempt: int
    provider: str
    held_micros: int
    other: str
    other_micros: int


def notice_of(job: Job, tries: list[Attempt]) -> Notice | None:
    """The one thing to say first about the job; None where all is as it should be."""
    by_attention = {
        Attention.AMBIGUOUS: _ambiguous,
        Attention.OVERDUE: _overdue,
        Attention.PAID_NOT_DELIVERED: _paid,
        Attention.OVERAGE: _overage,
        Attention.LATE_TASK: _late,
    }
    make = by_attention.get(Attention(job.attention))
    if make is not None and not (job.is_ended and job.attention == Attention.OVERDUE):
        return make(job, tries)
    if job.state == "failed":
        return Notice(title="No clip was made", words=job.error, tone="bad")
    return None


def decision_of(job: Job, tries: list[Attempt]) -> Decision | None:
    """The attempt that a person may settle, if there is one."""
    doubtful = next((one for one in reversed(tries) if one.state == AttemptState.UNKNOWN), None)
    if doubtful is None:
        return None
    following = doubtful.leg_index + 1 if doubtful.leg_index + 1 < len(job.route) else 0
    leg = None if doubtful.parked or job.is_ended else job.route[following]
    return Decision(
        attempt=doubtful.pk,
        provider=provider_name(doubtful.provider),
        held_micros=doubtful.max_micros,
        other=provider_name(leg["provider"]) if leg else "",
        other_micros=leg["price_micros"] if leg else 0,
    )


def _ambiguous(job: Job, tries: list[Attempt]) -> Notice:
    name = provider_name(tries[-1].provider) if tries else "The provider"
    return Notice(
        title="Nobody knows whether this was made",
        words=(
            f"{name} never answered and offers no way to ask. Its money stays held and nothing is"
            f" sent again until somebody has looked at {name}’s own list of requests."
        ),
        tone="accent",
    )


def _overdue(job: Job, tries: list[Attempt]) -> Notice:
    return Notice(
        title="This takes far too long",
        words="We keep looking. Wait, or cancel and try another provider.",
        tone="accent",
    )


def _paid(job: Job, tries: list[Attempt]) -> Notice:
    return Notice(
        title="Paid, not delivered",
        words=f"{job.error} Ask the provider for the money back.",
        tone="bad",
    )


def _overage(job: Job, tries: list[Attempt]) -> Notice:
    return Notice(
        title="It cost more than was held",
        words=(
            f"The provider charged {dollars(job.cost_micros)}; {dollars(job.estimated_micros)} was"
            " expected. The full charge is in the ledger. Compare it with the provider’s bill."
        ),
        tone="accent",
    )


def _late(job: Job, tries: list[Attempt]) -> Notice:
    return Notice(
        title="A late task turned up",
        words=(
            "A request that was given up had been taken after all. What it made is kept and what"
            " it cost is in the ledger."
        ),
        tone="accent",
    )
