"""The protocol of one job, walked through breadth-first over every state that it can reach."""

from collections import deque
from dataclasses import dataclass

from tests.protocol import ending, learning, sending
from tests.protocol.states import PAID_TASKS, Moves, Rules, State


@dataclass(frozen=True, kw_only=True)
class Walk:
    """`breach` is empty when all is well, else `path` leads to it. `stuck` counts the states
    from which rest cannot be reached without luck."""

    states: int
    edges: int
    breach: str = ""
    path: tuple[str, ...] = ()
    stuck: int = 0


def moves(s: State, rules: Rules) -> Moves:
    yield from sending.moves(s, rules)
    yield from learning.moves(s, rules)
    yield from ending.moves(s, rules)


def breach(s: State) -> str:
    """What is wrong with a state, whenever it is met."""
    for attempt in s.attempts:
        if len([task for task in attempt.tasks if task in PAID_TASKS or task == "running"]) > 1:
            return "two paid tasks for one attempt"
        if attempt.is_final == (attempt.booked is None) or attempt.is_live != attempt.held:
            return "resolved and final do not go together"
    if _clips_paid(s) > 1 and not s.consent:
        return "two clips are paid without consent"
    if _exposure(s) > sum(one.held + (one.booked or 0) for one in s.attempts):
        return "more is owed than is held and settled"
    waited_for = any(
        (one.is_live and not one.parked) or one.clip == "pending" for one in s.attempts
    )
    if waited_for != (s.job == "open"):
        return "the job's state does not fit its attempts"
    if not s.faulted and any(_given_up(s, i) for i in (0, 1)):
        return "a paid clip is given up without any fault"
    if (s.job == "completed") != any(one.clip == "stored" for one in s.attempts):
        return "completed and stored do not go together"
    return ""


def _clips_paid(s: State) -> int:
    """Clips that are or may be charged; one that arrived unusable does not count."""
    return sum(
        task in PAID_TASKS or task == "running"
        for attempt in s.attempts
        if attempt.clip != "gone"
        for task in attempt.tasks
    )


def _given_up(s: State, i: int) -> bool:
    """Paid by the bill alone, and nobody knows the task or is about to write it down."""
    carried = any(one.doing != "idle" and one.attempt == i for one in s.workers)
    return s.attempts[i].state == "lost_billed" and not s.attempts[i].late and not carried


def _exposure(s: State) -> int:
    return sum(task in PAID_TASKS or task == "running" for a in s.attempts for task in a.tasks)


def unrest(s: State) -> str:
    """What is wrong with a state in which nothing is left to do."""
    booked = sum(one.booked or 0 for one in s.attempts)
    invoiced = sum(ending.price(task) for one in s.attempts for task in one.tasks)
    if booked != invoiced:
        return f"the ledger says {booked}, the invoice {invoiced}"
    if any(one.held for one in s.attempts):
        return "something is held at rest"
    return "the job has not ended" if s.job == "open" else ""


def walk(rules: Rules) -> Walk:
    """Every reachable state, until the first breach."""
    start = State()
    came_from: dict[State, tuple[State, str] | None] = {start: None}
    counted_on: dict[State, list[State]] = {}
    resting: list[State] = []
    waiting = deque([start])
    edges = 0
    while waiting:
        s = waiting.popleft()
        found = list(moves(s, rules))
        at_rest = all(move.chance for move in found)
        wrong = breach(s) or (unrest(s) if at_rest else "")
        if wrong:
            path = _path(came_from, s)
            return Walk(states=len(came_from), edges=edges, breach=wrong, path=path)
        if at_rest:
            resting.append(s)
        edges += len(found)
        for label, after, chance in found:
            if after not in came_from:
                came_from[after] = (s, label)
                waiting.append(after)
            if not chance:
                counted_on.setdefault(after, []).append(s)
    stuck = len(came_from) - _leading_to(resting, counted_on)
    return Walk(states=len(came_from), edges=edges, stuck=stuck)


def _path(came_from: dict[State, tuple[State, str] | None], s: State) -> tuple[str, ...]:
    labels = []
    while step := came_from[s]:
        s, label = step
        labels.append(label)
    return tuple(reversed(labels))


def _leading_to(resting: list[State], counted_on: dict[State, list[State]]) -> int:
    """How many states lead to rest by moves that can be counted on."""
    seen = set(resting)
    waiting = list(resting)
    while waiting:
        for before in counted_on.get(waiting.pop(), ()):
            if before not in seen:
                seen.add(before)
                waiting.append(before)
    return len(seen)
