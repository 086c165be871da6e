"""The probabilities against closed forms and hand-computed values."""

from math import exp, lgamma, log

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from campaigns.winners.bayes import Arm, chances


def arm(successes: int, trials: int) -> Arm:
    return Arm(successes=successes, trials=trials)


def log_beta(a: float, b: float) -> float:
    return lgamma(a) + lgamma(b) - lgamma(a + b)


def second_beats_first(one: Arm, two: Arm) -> float:
    """The finite sum for two Beta variables with whole parameters."""
    return sum(
        exp(
            log_beta(one.alpha + i, two.beta + one.beta)
            - log(two.beta + i)
            - log_beta(1 + i, two.beta)
            - log_beta(one.alpha, one.beta)
        )
        for i in range(int(two.alpha))
    )


def test_without_data_all_are_alike():
    found = chances([arm(0, 0)] * 3)
    assert [one.best for one in found] == pytest.approx([1 / 3] * 3, abs=1e-6)
    # The highest of three uniform variables is 3/4 on average, one of them 1/2.
    assert found[0].loss == pytest.approx(1 / 4, abs=1e-6)
    assert (found[0].low, found[0].high) == pytest.approx((0.025, 0.975), abs=1e-6)


def test_one_of_one_against_none_of_one():
    """Beta(2, 1) beats Beta(1, 2) with 5/6; means 2/3 and 1/3; the highest is 7/10 on average."""
    better, worse = chances([arm(1, 1), arm(0, 1)])
    assert (better.mean, worse.mean) == pytest.approx((2 / 3, 1 / 3))
    assert (better.best, worse.best) == pytest.approx((5 / 6, 1 / 6), abs=1e-6)
    assert (better.loss, worse.loss) == pytest.approx((1 / 30, 11 / 30), abs=1e-6)


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (arm(20, 1000), arm(30, 1000)),
        (arm(200, 10_000), arm(260, 10_100)),
        (arm(0, 500), arm(3, 500)),
        (arm(5, 10), arm(7, 10)),
        (arm(1, 20_000), arm(0, 150)),
        (arm(99, 100), arm(100, 100)),
    ],
)
def test_two_agree_with_the_closed_form(one, two):
    first, second = chances([one, two])
    assert second.best == pytest.approx(second_beats_first(one, two), abs=1e-5)
    assert first.best + second.best == pytest.approx(1, abs=1e-5)
    # E[max] - E[second] and E[max] - E[first] differ by the difference of the means.
    assert first.loss - second.loss == pytest.approx(two.mean - one.mean, abs=1e-5)


def test_steep_curves_side_by_side_agree_with_the_closed_form():
    """Of variables Beta(a, 1), each is the highest with its share of all a; E[highest] is
    S / (S + 1) for their sum S."""
    counts = [49, 30, 5, 50_000]
    found = chances([arm(count, count) for count in counts])
    total = sum(count + 1 for count in counts)
    shares = [(count + 1) / total for count in counts]
    assert [one.best for one in found] == pytest.approx(shares, abs=1e-5)
    losses = [total / (total + 1) - (count + 1) / (count + 2) for count in counts]
    assert [one.loss for one in found] == pytest.approx(losses, abs=1e-5)


def test_a_hundred_takes_are_told_apart_in_moderate_room():
    found = chances([arm(5, 100)] * 99 + [arm(60, 100)])
    assert sum(one.best for one in found) == pytest.approx(1, abs=1e-3)
    assert found[-1].best == pytest.approx(1, abs=1e-3)


COUNTS = st.integers(0, 50_000).flatmap(
    lambda trials: st.integers(0, trials).map(lambda successes: arm(successes, trials))
)


@example([arm(49, 49), arm(49, 49), arm(0, 1)])
@settings(max_examples=40, deadline=None)
@given(st.lists(COUNTS, min_size=2, max_size=5))
def test_any_counts_give_probabilities(arms):
    found = chances(arms)
    assert sum(one.best for one in found) == pytest.approx(1, abs=1e-4)
    for one in found:
        assert 0 <= one.best <= 1 and one.loss >= 0
        assert 0 <= one.low <= one.high <= 1
    assert chances(arms) == found
