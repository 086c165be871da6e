"""Finding out: the resolver, a callback, and a person with the bill or with consent."""

from tests.protocol.sending import known, unbilled
from tests.protocol.states import PAID_TASKS, Kind, Move, Moves, Mutant, Rules, State


def moves(s: State, rules: Rules) -> Moves:
    for i in (0, 1):
        if rules.kind == Kind.K3:
            yield from _callbacks(s, i)
        if s.attempts[i].state != "unknown":
            continue
        if rules.kind in (Kind.K1, Kind.K2):
            yield from _looks(s, rules, i)
        else:
            yield from _bill(s, rules, i)
        yield from _consent(s, rules, i)
        if rules.mutant == Mutant.EARLY_RELEASE and s.attempts[i].held:
            yield Move(f"free the hold of {i}", s.with_attempt(i, held=False))


def _callbacks(s: State, i: int) -> Moves:
    """A callback names a task at any time."""
    attempt = s.attempts[i]
    for k in range(len(attempt.tasks)):
        if attempt.bound != k and not attempt.late:
            yield Move(f"callback for {i}", known(s, i, k))


def _looks(s: State, rules: Rules, i: int) -> Moves:
    """Found is believed at once, absence only when nobody can be sending any more."""
    tasks = s.attempts[i].tasks
    if len(tasks) == 1:
        yield Move(f"{i} found", known(s, i, 0))
    elif not tasks and _grace_is_over(s, rules, i):
        for after in unbilled(s, i, "not_accepted"):
            yield Move(f"{i} absent", after)


def _bill(s: State, rules: Rules, i: int) -> Moves:
    """A closed bill, read by a person: everything on it has ended."""
    attempt = s.attempts[i]
    if "running" in attempt.tasks or not _grace_is_over(s, rules, i):
        return
    if not any(task in PAID_TASKS for task in attempt.tasks):
        for after in unbilled(s, i, "not_accepted"):
            yield Move(f"{i} not on the bill", after)
        return
    # A vendor that calls back has told us by then, unless its call was lost.
    silent = rules.kind == Kind.K3
    lost = s.with_attempt(i, state="lost_billed", held=False, booked=1)
    lost = lost._replace(faulted=s.faulted or silent)
    yield Move(f"{i} on the bill", lost if attempt.parked else lost.ended("failed"), chance=silent)


def _consent(s: State, rules: Rules, i: int) -> Moves:
    if i or s.attempts[1].state != "none" or s.attempts[0].parked or s.cancel:
        return
    further = s.with_attempt(0, parked=True).with_attempt(1, state="planned", held=True)
    yield Move("go on by consent", further._replace(consent=True), chance=True)
    if rules.mutant == Mutant.FALLBACK_ON_UNKNOWN:
        yield Move("go on unasked", further)


def _grace_is_over(s: State, rules: Rules, i: int) -> bool:
    return rules.mutant == Mutant.NO_GRACE or not s.is_sending(i)
