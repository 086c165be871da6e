"""How tasks, attempts, clips and the job come to their ends."""

from collections.abc import Iterator

from tests.protocol.states import (
    LIVE,
    PAID_TASKS,
    Attempt,
    Move,
    Moves,
    Mutant,
    Rules,
    State,
)

ENDED = {
    "ok": "succeeded",
    "failed": "failed",
    "denied": "failed",
    "stopped": "cancelled",
    "stopped_paid": "cancelled",
}


def moves(s: State, rules: Rules) -> Moves:
    for i in (0, 1):
        yield from _vendor(s, i)
        if s.attempts[i].state == "accepted":
            yield from _looks(s, rules, i)
        if s.attempts[i].clip == "pending":
            yield from _fetches(s, i)
        yield from _sweeps(s, rules, i)
        if rules.mutant == Mutant.SETTLE_APART:
            yield from _settles_later(s, i)
    yield from _cancels(s, rules)


def carry_on(s: State, i: int, *, again: bool = True) -> Iterator[State]:
    """What follows a failed attempt; several where the route, the class or a budget decides."""
    if s.cancel:
        yield s.ended("cancelled")
        return
    if again and i == 0 and s.attempts[1].state == "none" and s.job == "open":
        yield s.with_attempt(1, state="planned", held=True)
    yield s.ended("failed")


def price(task: str) -> int:
    return int(task in PAID_TASKS)


def _vendor(s: State, i: int) -> Moves:
    """A task runs to one of its ends; "denied" is a refusal of the content that is charged."""
    attempt = s.attempts[i]
    for k, task in enumerate(attempt.tasks):
        if task != "running":
            continue
        for word in ("ok", "failed", "denied"):
            yield Move(f"task {i}.{k} {word}", s.with_task(i, k, word))
        asked = s.cancel and not attempt.parked and attempt.state == "accepted"
        if asked and attempt.bound == k:
            for word in ("stopped", "stopped_paid"):
                yield Move(f"task {i}.{k} {word}", s.with_task(i, k, word), chance=True)


def _looks(s: State, rules: Rules, i: int) -> Moves:
    attempt = s.attempts[i]
    assert attempt.bound is not None
    task = attempt.tasks[attempt.bound]
    if task in ENDED:
        for after in _finished(s, rules, i, task):
            yield Move(f"{i} seen {task}", after)
    elif not attempt.parked and not s.cancel:
        # The deadline is a consent that is given beforehand.
        waiting = s.with_attempt(i, parked=True)._replace(consent=True)
        for after in carry_on(waiting, i):
            yield Move(f"{i} overdue", after, chance=True)


def _finished(s: State, rules: Rules, i: int, task: str) -> Iterator[State]:
    """The final state, its cost and what follows, in one transaction."""
    attempt = s.attempts[i]
    cost = 0 if rules.mutant == Mutant.CANCEL_IS_FREE and s.cancel else price(task)
    done = s.with_attempt(i, state=ENDED[task], held=False, booked=cost)
    if rules.mutant == Mutant.SETTLE_APART:
        done = s.with_attempt(i, state=ENDED[task])
    if task == "ok":
        claimed = not attempt.parked and not s.cancel and s.job == "open"
        kept = done.with_attempt(i, clip="pending" if claimed else "unclaimed")
        yield kept.ended("cancelled") if s.cancel and not attempt.parked else kept
    elif attempt.parked:
        yield done
    else:
        yield from carry_on(done, i, again=task != "denied")


def _fetches(s: State, i: int) -> Moves:
    stored = s.with_attempt(i, clip="stored").ended("completed")
    yield Move(f"clip of {i} stored", stored)
    gone = s.with_attempt(i, clip="gone")
    yield Move(f"clip of {i} not to be had", gone.ended("failed"))
    for after in carry_on(gone, i):
        yield Move(f"clip of {i} unusable", after)


def _sweeps(s: State, rules: Rules, i: int) -> Moves:
    """A task that turned up late is booked once it has ended."""
    attempt = s.attempts[i]
    if not attempt.is_final or not attempt.late.isdigit():
        return
    task = attempt.tasks[int(attempt.late)]
    if task in ENDED:
        cost = _late_cost(attempt, price(task), rules)
        yield Move(f"late task of {i} booked", s.with_attempt(i, late="booked", booked=cost))


def _late_cost(attempt: Attempt, cost: int, rules: Rules) -> int:
    """What a bill without task ids has told already is not booked once more."""
    booked = attempt.booked or 0
    told = attempt.state == "lost_billed"
    if told and rules.mutant != Mutant.BILL_AND_TASK_BOTH_BOOKED:
        return max(booked, cost)
    return booked + cost


def _settles_later(s: State, i: int) -> Moves:
    attempt = s.attempts[i]
    if not attempt.is_final or not attempt.held or attempt.bound is None:
        return
    cost = price(attempt.tasks[attempt.bound])
    yield Move(f"settle {i}", s.with_attempt(i, held=False, booked=cost))
    never = s.with_attempt(i, held=False, booked=0)._replace(faulted=True)
    yield Move(f"crash before {i} is settled", never, chance=True)


def _cancels(s: State, rules: Rules) -> Moves:
    """The wish is one transaction, what follows from it another: a crash may part them."""
    if not s.cancel:
        if s.job == "open":
            yield Move("cancel", s._replace(cancel=True), chance=True)
        return
    for i in (0, 1):
        attempt = s.attempts[i]
        frees = rules.mutant == Mutant.CANCEL_FREES_HOLD and attempt.state in LIVE
        if attempt.state == "planned" or frees:
            freed = s.with_attempt(i, state="cancelled", held=False, booked=0)
            waiting = any(one.is_live and not one.parked for one in freed.attempts)
            yield Move(f"{i} cancelled", freed if waiting else freed.ended("cancelled"))
