"""What the model remembers of one job: two attempts, two workers, and the vendor's own tasks.

Every clip costs 1. States are values; a move makes a new one.
"""

from collections.abc import Iterator
from enum import StrEnum
from typing import Any, NamedTuple

LIVE = frozenset({"planned", "submitting", "unknown", "accepted"})
PAID_TASKS = frozenset({"ok", "denied", "stopped_paid"})


class Kind(StrEnum):
    """What a vendor offers to find a create without an answer by."""

    K1 = "K1"  # our own id, which it takes once
    K2 = "K2"  # a list
    K3 = "K3"  # a callback, and the bill
    K4 = "K4"  # the bill


class Mutant(StrEnum):
    """A rule broken on purpose, to see that the model would notice."""

    POST_BEFORE_INTENT = "post before intent"
    REAPER_RESUBMITS = "reaper resubmits"
    TRANSPORT_RETRIES = "transport retries"
    TIMEOUT_IS_FAILURE = "timeout is failure"
    NO_GRACE = "no grace"
    FALLBACK_ON_UNKNOWN = "fallback on unknown"
    EARLY_RELEASE = "early release"
    CANCEL_IS_FREE = "cancel is free"
    CANCEL_FREES_HOLD = "cancel frees the hold"
    SETTLE_APART = "settle apart from the state"
    FACT_FENCED = "fact fenced by the lease"
    BILL_AND_TASK_BOTH_BOOKED = "bill and task both booked"


class Rules(NamedTuple):
    kind: Kind
    mutant: Mutant | None = None


class Attempt(NamedTuple):
    """`tasks` are what the vendor has of it; `bound` is the place of the one that we know.

    `late` names a task that we learned of too late, until it is "booked".
    """

    state: str = "none"
    held: bool = False
    booked: int | None = None
    bound: int | None = None
    parked: bool = False
    late: str = ""
    clip: str = ""
    tasks: tuple[str, ...] = ()

    @property
    def is_live(self) -> bool:
        return self.state in LIVE

    @property
    def is_final(self) -> bool:
        return self.state != "none" and self.state not in LIVE


class Worker(NamedTuple):
    """`leased` turns false when the lease runs out under the worker's feet."""

    doing: str = "idle"
    attempt: int = 0
    answer: str = ""
    leased: bool = True


IDLE = Worker()


class State(NamedTuple):
    """`faulted`: a worker has crashed or a message was lost, once or any number of times."""

    attempts: tuple[Attempt, Attempt] = (Attempt(state="planned", held=True), Attempt())
    workers: tuple[Worker, ...] = (IDLE, IDLE)
    cancel: bool = False
    consent: bool = False
    job: str = "open"
    faulted: bool = False

    def with_attempt(self, i: int, **changes: Any) -> "State":
        changed = self.attempts[i]._replace(**changes)
        pair = (changed, self.attempts[1]) if i == 0 else (self.attempts[0], changed)
        return self._replace(attempts=pair)

    def with_task(self, i: int, k: int, word: str) -> "State":
        tasks = self.attempts[i].tasks
        return self.with_attempt(i, tasks=(*tasks[:k], word, *tasks[k + 1 :]))

    def with_worker(self, w: int, worker: Worker) -> "State":
        others = [one for n, one in enumerate(self.workers) if n != w]
        # Workers are alike, so one order of them stands for both.
        return self._replace(workers=tuple(sorted([*others, worker])))

    def ended(self, job: str) -> "State":
        """The job ends once; who comes later changes nothing."""
        return self._replace(job=job) if self.job == "open" else self

    def is_sending(self, i: int) -> bool:
        """Whether somebody may still put a create of attempt `i` on the wire."""
        return any(one.doing == "sending" and one.attempt == i for one in self.workers)


class Move(NamedTuple):
    """`chance` marks what nobody can count on: faults, and what people may decide."""

    label: str
    state: State
    chance: bool = False


Moves = Iterator[Move]
