"""What is counted about calls to vendors: how long each took and how it was answered.

The labels name a provider, a mode, a verb and a class of answers, never an address, a key or
anything of a client's.
"""

from collections.abc import Generator
from dataclasses import replace
from typing import TypeVar

from prometheus_client import Histogram

from providers.types import Asking, Call, Reply

T = TypeVar("T")

CALL_SECONDS = Histogram(
    "aivideo_vendor_call_seconds",
    "Seconds of each HTTP call to a vendor; a fetch lasts until its file is whole.",
    ["provider", "mode", "verb", "outcome"],
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300),
)


def asked(steps: Generator[Call, Reply, T], asking: Asking) -> Generator[Call, Reply, T]:
    """The same steps, each call of which says whom it asks and what for."""
    try:
        call = next(steps)
        while True:
            call = steps.send((yield replace(call, asking=asking)))
    except StopIteration as end:
        outcome: T = end.value
        return outcome


def note(call: Call, status: int, seconds: float) -> None:
    """Count one call; status 0 where no answer came. A call that nobody has named is not ours
    to count."""
    if call.asking is not None:
        asking = call.asking
        CALL_SECONDS.labels(asking.provider, asking.mode, asking.verb, outcome_of(status)).observe(
            seconds
        )


def outcome_of(status: int) -> str:
    """Few words for many statuses: good, refused, busy, broken or no_answer."""
    if status == 0:
        return "no_answer"
    if status == 429:
        return "busy"
    if status >= 500:
        return "broken"
    return "refused" if status >= 400 else "good"
