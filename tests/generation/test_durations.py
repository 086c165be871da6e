"""What past tasks tell about the next ones, and what they cannot tell."""

import random
from collections import deque

import pytest

from generation.durations import Ended, read
from generation.looks import wait


def ended(took: float, *, told: bool = False, seen_running: bool = True) -> Ended:
    return Ended(took=took, told=told, seen_running=seen_running, least_gap=5.0)


def test_too_few_tell_nothing():
    four = [ended(10.0)] * 4
    assert read(four, newest=four) is None


def test_a_callback_tells_the_second_and_a_look_a_little_less():
    told = [ended(60.0, told=True)] * 5
    assert read(told, newest=told).known == (60.0,) * 5
    found = [ended(60.0)] * 200
    known = read(found, newest=found).known
    assert (known[0], known[-1]) == (pytest.approx(55, abs=0.1), 60.0)
    assert sum(known) / 200 == pytest.approx(57.5, abs=0.05)


def test_what_no_look_saw_running_ended_any_time_before():
    found = [ended(60.0, seen_running=False)] * 200
    known = read(found, newest=found).known
    assert (known[0], known[-1]) == (pytest.approx(30, abs=0.5), 60.0)


@pytest.mark.parametrize(
    ("missing", "silent"), [(0, 0.0005), (1, 0.0055), (200, 1.0)], ids=["none", "one", "all"]
)
def test_the_share_of_callbacks_that_did_not_come(missing, silent):
    past = [ended(60.0, told=True)] * (200 - missing) + [ended(60.0)] * missing
    newest = past[:20]
    assert read(past, newest=newest).silent == pytest.approx(silent, rel=0.01)


def test_callbacks_that_stop_are_noticed_by_the_newest():
    past = [ended(60.0, told=True)] * 200
    newest = [ended(60.0)] * 2 + past[:18]
    assert read(past, newest=newest).silent == pytest.approx(0.1)


def test_it_learns_from_its_own_looks_that_an_offer_became_quicker():
    """From 60 s to 20: its first look comes at 45 s, so that it never sees an end before."""
    luck = random.Random(11)
    past = deque((ended(luck.gauss(60, 5)) for _ in range(200)), maxlen=200)
    late: list[float] = []
    for _ in range(1500):
        known = read(past, newest=[])
        ends, moment, looks = luck.gauss(20, 2), 0.0, 0
        while moment < ends:
            moment, looks = moment + wait(moment, known, least=5.0), looks + 1
        late.append(moment - ends)
        past.appendleft(ended(moment, seen_running=looks > 1))
    assert late[0] > 20
    assert sum(late[10:100]) / 90 < 9
    assert sum(late[-300:]) / 300 < 4
