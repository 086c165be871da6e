"""When to look: fewer calls and less delay than fixed intervals, by drawing thousands of tasks."""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

import pytest

from generation.looks import Durations, supposed, wait

TICK = 0.03  # the driver's own lateness, at most: it sleeps until the next look is due
TASKS = 1500
Draw = Callable[[random.Random], float]
Ask = Callable[[float, int | None], float]

WIDE: Draw = lambda luck: 60 * math.exp(luck.gauss(0, 0.35))  # noqa: E731
TIGHT: Draw = lambda luck: 60 * math.exp(luck.gauss(0, 0.15))  # noqa: E731
TWO: Draw = lambda luck: (40 if luck.random() < 0.7 else 150) * math.exp(luck.gauss(0, 0.2))  # noqa: E731


@dataclass(frozen=True)
class Outcome:
    """Calls a task, and how late ends were seen, in seconds."""

    calls: float
    half: float
    p95: float
    worst: float


def past(draw: Draw, *, silent: float = 1.0) -> Durations:
    luck = random.Random(1)
    return Durations(known=tuple(sorted(draw(luck) for _ in range(200))), silent=silent)


def ours(known: Durations, *, least: float) -> Ask:
    return lambda elapsed, percent: wait(elapsed, known, least=least, percent=percent)


def every(seconds: float) -> Ask:
    return lambda elapsed, percent: seconds


def runways_own(elapsed: float, percent: int | None) -> float:
    """6 s, give or take 1.5, as its own client waits."""
    return random.Random(elapsed).uniform(4.5, 7.5)


def watch(draw: Draw, ask: Ask, *, progress: bool = False) -> Outcome:
    """Tasks of one kind, one after the other. Progress is crooked and told in steps of 4."""
    luck, calls, late = random.Random(5), 0, []
    for _ in range(TASKS):
        ends, bend, moment, percent = draw(luck), luck.uniform(0.55, 1.7), 0.0, None
        while moment < ends:
            moment += ask(moment, percent) + luck.uniform(0, TICK)
            calls += 1
            if progress:
                percent = min(96, int(100 * (moment / ends) ** bend / 4) * 4)
        late.append(moment - ends)
    late.sort()
    return Outcome(
        calls=calls / TASKS, half=late[TASKS // 2], p95=late[TASKS * 95 // 100], worst=late[-1]
    )


@pytest.mark.parametrize(("draw", "share"), [(WIDE, 0.8), (TIGHT, 0.5), (TWO, 0.8)])
def test_without_progress_it_is_sooner_than_runways_client_with_fewer_calls(draw, share):
    mine = watch(draw, ours(past(draw), least=5.0))
    its = watch(draw, runways_own)
    assert mine.half < 2.65 < its.half
    assert mine.p95 < 5.0 < its.p95
    assert mine.calls <= share * its.calls
    assert mine.worst < 40


@pytest.mark.parametrize(("draw", "calls"), [(WIDE, 7.5), (TIGHT, 6.0), (TWO, 9.0)])
def test_crooked_progress_is_worth_nine_of_ten_calls(draw, calls):
    mine = watch(draw, ours(past(draw), least=1.0), progress=True)
    its = watch(draw, every(1.0))
    assert mine.half < 0.65
    assert mine.p95 < 1.2
    assert mine.calls < calls < 0.15 * its.calls


def test_progress_helps_where_the_past_is_all_wrong():
    """An offer that took a minute takes five from now on: every look asks the vendor's percent."""
    slow: Draw = lambda luck: 5 * WIDE(luck)  # noqa: E731
    mine = watch(slow, ours(past(WIDE), least=1.0), progress=True)
    assert mine.half < 0.65
    assert mine.p95 < 1.2
    assert mine.calls < 27


def test_while_callbacks_come_a_look_before_the_end_is_a_rare_thing():
    known = past(WIDE, silent=0.0005)
    luck = random.Random(3)
    first = wait(0.0, known, least=5.0)
    assert sum(WIDE(luck) > first for _ in range(1000)) < 10
    # And one that failed to come is missed within minutes, not at the deadline.
    assert first < 240


def test_a_share_of_missing_callbacks_brings_the_looks_back():
    waits = [
        wait(0.0, past(WIDE, silent=share), least=5.0) for share in (0.0005, 0.01, 0.1, 0.5, 1.0)
    ]
    assert waits == sorted(waits, reverse=True)
    assert waits[-1] < 40 < waits[2] < waits[0] / 2


def test_the_vendors_least_gap_is_kept_whatever_it_costs():
    known = past(TIGHT)
    assert all(wait(float(t), known, least=5.0, percent=96) >= 5.0 for t in range(0, 300, 3))
    assert all(wait(float(t), known, least=0.0) >= 0.25 for t in range(0, 300, 3))


def test_nobody_waits_for_a_past_that_may_be_over():
    """Long after every known end, and in the gap between two kinds of tasks."""
    assert wait(400.0, past(WIDE), least=1.0) <= 60.0
    assert wait(75.0, past(TWO), least=1.0) <= 11.3


def test_an_offer_that_nobody_has_measured():
    known = supposed(typical=40, slow=90)
    assert known.half == pytest.approx(40)
    assert known.share(0.95) == pytest.approx(90, rel=0.05)
    # A rehearsal's words say the same number twice.
    assert supposed(typical=2, slow=2).known[0] > 1
