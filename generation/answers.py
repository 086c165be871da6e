"""Questions to vendors that run beside everything else, and whom their answers are for.

A vendor that answers late, or not at all, keeps nobody waiting who asked another one.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from typing import Any

from generation.models import Attempt
from providers.base import Steps
from providers.many import ManyTransport

# How long a step waits for answers before it goes on with those that have come.
PATIENCE = 0.05
# Longer than a slow vendor takes; what comes later still is asked again.
LEAVING_SECONDS = 5.0
# Open questions about one account: as many again are asked when these are answered.
MOST_OPEN = 300

Heard = Callable[[Sequence[tuple[Attempt, Any]], ManyTransport], None]


def ask(many: ManyTransport, attempt: Attempt, question: Steps[Any], *, then: Heard) -> None:
    """Begin to ask; `attend` gives the answer, or the failure, to `then`."""
    many.begin((then, attempt), question)


def attend(many: ManyTransport, *, seconds: float) -> None:
    """Hand on what has been answered, after all answers or that long."""
    heard: defaultdict[Heard, list[tuple[Attempt, Any]]] = defaultdict(list)
    for (then, attempt), answer in many.answered(seconds=seconds):
        heard[then].append((attempt, answer))
    for then, pairs in heard.items():
        then(pairs, many)


def attend_before_leaving(many: ManyTransport) -> None:
    """Hand on what comes within a little while; the rest is due again when its claim is over."""
    attend(many, seconds=LEAVING_SECONDS)


def crowded(many: ManyTransport) -> list[int]:
    """The accounts that have so many questions open that no more should be asked."""
    open_of = Counter(attempt.account_id for _, attempt in many.waiting)
    return [account_id for account_id, count in open_of.items() if count >= MOST_OPEN]
