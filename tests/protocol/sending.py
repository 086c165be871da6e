"""The workers' moves: claim, send, write down the answer, crash; and the lease running out."""

from collections.abc import Iterator

from tests.protocol.ending import carry_on
from tests.protocol.states import (
    IDLE,
    Kind,
    Move,
    Moves,
    Mutant,
    Rules,
    State,
    Worker,
)


def moves(s: State, rules: Rules) -> Moves:
    for w, worker in enumerate(s.workers):
        if worker.doing == "idle":
            if w == 0 or s.workers[0] != IDLE:  # of two idle workers one is enough
                yield from _claims(s, rules, w)
            continue
        if worker.doing == "sending":
            yield from _sends(s, rules, w)
        else:
            yield from _writes(s, rules, w)
        yield Move("crash", s.with_worker(w, IDLE)._replace(faulted=True), chance=True)
    for i in (0, 1):
        if s.attempts[i].state == "submitting":
            yield Move(f"lease of {i} runs out", _lease_lost(s, i), chance=_is_held(s, i))


def _claims(s: State, rules: Rules, w: int) -> Moves:
    for i in (0, 1):
        state = s.attempts[i].state
        mine = s.with_worker(w, Worker(doing="sending", attempt=i))
        if state == "planned" and not s.cancel and s.job == "open":
            if rules.mutant == Mutant.POST_BEFORE_INTENT:
                yield Move(f"take {i} without a word", mine)
            else:
                yield Move(f"claim {i}", mine.with_attempt(i, state="submitting"))
        if state == "unknown" and rules.mutant == Mutant.REAPER_RESUBMITS:
            yield Move(f"claim {i} again", mine.with_attempt(i, state="submitting"))


def _sends(s: State, rules: Rules, w: int) -> Moves:
    """What may come of a create: a task or none, and an answer or none."""
    i = s.workers[w].attempt
    tasks = s.attempts[i].tasks
    if rules.kind == Kind.K1 and tasks:
        # The id is used up: the vendor makes nothing, and the answer proves nothing.
        yield Move(f"{i} is there already", _answered(s, w, "silence"))
        return
    if len(tasks) < 2:
        made = s.with_attempt(i, tasks=(*tasks, "running"))
        yield Move(f"{i} accepted", _answered(made, w, str(len(tasks))))
        silent = _answered(made, w, "silence")._replace(faulted=True)
        yield Move(f"{i} accepted, answer lost", silent, chance=True)
    if rules.mutant == Mutant.TRANSPORT_RETRIES and not tasks:
        words = ("running",) if rules.kind == Kind.K1 else ("running", "running")
        twice = s.with_attempt(i, tasks=words)
        yield Move(f"{i} sent again by the transport", _answered(twice, w, str(len(words) - 1)))
    yield Move(f"{i} refused", _answered(s, w, "refused"))
    yield Move(f"{i} put off", _answered(s, w, "busy"))
    silent = _answered(s, w, "silence")._replace(faulted=True)
    yield Move(f"{i} lost on the way", silent, chance=True)


def _answered(s: State, w: int, answer: str) -> State:
    return s.with_worker(w, s.workers[w]._replace(doing="writing", answer=answer))


def _writes(s: State, rules: Rules, w: int) -> Moves:
    worker = s.workers[w]
    for after in _written(s.with_worker(w, IDLE), worker, rules):
        yield Move(f"write {worker.answer} of {worker.attempt}", after)


def _written(s: State, worker: Worker, rules: Rules) -> Iterator[State]:
    """A fact is written by anybody; a refusal, a delay and a doubt by the lease holder alone."""
    i = worker.attempt
    state = s.attempts[i].state
    unfenced = rules.mutant == Mutant.POST_BEFORE_INTENT and state == "planned"
    mine = unfenced or (worker.leased and state == "submitting")
    if worker.answer.isdigit():
        fenced = rules.mutant == Mutant.FACT_FENCED and not mine
        yield s if fenced else known(s, i, int(worker.answer))
    elif not mine:
        yield s
    elif worker.answer == "refused":
        yield from unbilled(s, i, "rejected")
    elif worker.answer == "busy":
        yield s.with_attempt(i, state="planned")
    elif rules.mutant == Mutant.TIMEOUT_IS_FAILURE:
        yield from unbilled(s, i, "not_accepted")
    else:
        yield s.with_attempt(i, state="unknown")


def known(s: State, i: int, task: int) -> State:
    """The fact that the vendor has a task: it beats every plan, and never reopens an end."""
    attempt = s.attempts[i]
    if attempt.state in ("planned", "submitting", "unknown"):
        return _fenced_off(s, i).with_attempt(i, state="accepted", bound=task)
    if attempt.bound != task and not attempt.late:
        return s.with_attempt(i, late=str(task))
    return s


def unbilled(s: State, i: int, state: str) -> Iterator[State]:
    """A final state at no cost, the hold given back, and what follows, in one transaction."""
    freed = _fenced_off(s, i).with_attempt(i, state=state, held=False, booked=0)
    return iter([freed]) if s.attempts[i].parked else carry_on(freed, i)


def _lease_lost(s: State, i: int) -> State:
    return _fenced_off(s, i).with_attempt(i, state="unknown")


def _fenced_off(s: State, i: int) -> State:
    """Nobody holds the lease of attempt `i` any longer."""
    workers = [
        one._replace(leased=False) if one.doing != "idle" and one.attempt == i else one
        for one in s.workers
    ]
    return s._replace(workers=tuple(sorted(workers)))


def _is_held(s: State, i: int) -> bool:
    return any(one.doing != "idle" and one.attempt == i and one.leased for one in s.workers)
