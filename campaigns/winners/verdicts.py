"""Whether a winner can be called, in words that say how sure that is and what is missing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from math import ceil, floor, log10

from campaigns.winners.bayes import Arm, Chance, chances

SURE = 0.95
EVEN = 0.5
# Choosing the leader may give up at most this share of its rate, on average.
LOSS_SHARE = 0.01
MOST_LONGER = 64
_STEPS = 6


class Measure(StrEnum):
    CLICKS = "click_through"
    CONVERSIONS = "conversion"


@dataclass(frozen=True, kw_only=True)
class Terms:
    """What a measure counts, and how much of it there must be before anything is called."""

    name: str
    trials: str
    least_trials: int
    successes: str
    least_successes: int


TERMS = {
    Measure.CLICKS: Terms(
        name="click-through",
        trials="impressions",
        least_trials=1000,
        successes="clicks",
        least_successes=10,
    ),
    Measure.CONVERSIONS: Terms(
        name="conversion",
        trials="clicks",
        least_trials=100,
        successes="conversions",
        least_successes=10,
    ),
}


@dataclass(frozen=True, kw_only=True)
class Day:
    successes: int
    trials: int


@dataclass(frozen=True, kw_only=True)
class Runner:
    """One take that ran: what people call it, and its counts day by day."""

    name: str
    days: tuple[Day, ...]

    @property
    def arm(self) -> Arm:
        return Arm(
            successes=sum(day.successes for day in self.days),
            trials=sum(day.trials for day in self.days),
        )


@dataclass(frozen=True, kw_only=True)
class Ruling:
    """What can be said about the runners by one measure.

    `winner` is the index of the one that is called, None while nothing is; `leader` the one in
    front. `more` is about how many more trials in all would settle it at today's rates, None
    where that cannot be said. `under_doubt` is the leader's probability under a sceptical
    prior, `without_best_day` without its own best day, None where it ran on one day only.
    """

    measure: Measure
    chances: tuple[Chance, ...]
    leader: int
    winner: int | None
    words: str
    more: int | None
    under_doubt: float
    without_best_day: float | None


def rule(runners: Sequence[Runner], *, measure: Measure) -> Ruling | None:
    """The ruling over two runners or more; None where there is nothing to compare."""
    if len(runners) < 2 or not any(one.arm.trials for one in runners):
        return None
    arms = [one.arm for one in runners]
    found = chances(arms)
    leader = max(range(len(arms)), key=lambda at: (found[at].best, -at))
    short = _too_little(runners, leader=leader, terms=TERMS[measure])
    called = not short and _settled(found[leader])
    more = None if called else _more(arms, leader=leader, terms=TERMS[measure])
    if called:
        words = _called(runners[leader].name, found[leader], TERMS[measure])
    else:
        words = short or _not_yet(runners[leader].name, found[leader], TERMS[measure], more)
    return Ruling(
        measure=measure,
        chances=tuple(found),
        leader=leader,
        winner=leader if called else None,
        words=words,
        more=more,
        under_doubt=chances(_doubted(arms))[leader].best,
        without_best_day=_without_best_day(runners, leader=leader),
    )


def _settled(chance: Chance) -> bool:
    return chance.best >= SURE and chance.loss <= LOSS_SHARE * chance.mean


def _too_little(runners: Sequence[Runner], *, leader: int, terms: Terms) -> str:
    """Why it is too early to compare at all; empty where it is not."""
    least = min(runners, key=lambda one: one.arm.trials)
    if least.arm.trials < terms.least_trials:
        return (
            f"Too early to call: {least.name} has {least.arm.trials:,.0f} {terms.trials}, and each"
            f" needs {terms.least_trials:,} first."
        )
    front = runners[leader]
    if front.arm.successes < terms.least_successes:
        return (
            f"Too early to call: {front.name} is in front with {front.arm.successes:.0f}"
            f" {terms.successes}, and {terms.least_successes} are the least."
        )
    return ""


def _called(name: str, chance: Chance, terms: Terms) -> str:
    return (
        f"{name} wins on {terms.name}: better than the others with {percent(chance.best)}."
        f" Should another be better after all, this gives up {points(chance.loss)} on average."
    )


def _not_yet(name: str, chance: Chance, terms: Terms, more: int | None) -> str:
    lead = f"{name} is better than the others with {percent(chance.best)}: not enough to call."
    if chance.best < EVEN:
        lead = f"No take is ahead: {name} is the best with {percent(chance.best)} only."
    if more is None:
        return f"{lead} They are so alike that waiting will hardly tell them apart."
    return f"{lead} Wait for about {more:,} more {terms.trials}."


def _more(arms: Sequence[Arm], *, leader: int, terms: Terms) -> int | None:
    """How many more trials in all would settle it if every rate stayed as it is."""
    if not any(arm.successes for arm in arms):
        return None

    def enough(times: float) -> bool:
        later = [_grown(arm, times) for arm in arms]
        big = all(arm.trials >= terms.least_trials for arm in later)
        tall = later[leader].successes >= terms.least_successes
        return big and tall and _settled(chances(later)[leader])

    low, high = 1.0, 2.0
    while not enough(high):
        low, high = high, high * 2
        if high > MOST_LONGER:
            return None
    for _ in range(_STEPS):
        middle = (low + high) / 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return _roughly((high - 1) * sum(arm.trials for arm in arms))


def _grown(arm: Arm, times: float) -> Arm:
    return replace(arm, successes=arm.successes * times, trials=arm.trials * times)


def _roughly(count: float) -> int:
    """Two digits, rounded up: nobody knows more."""
    unit = int(10 ** max(0, floor(log10(max(count, 1))) - 1))
    return ceil(count / unit) * unit


def _doubted(arms: Sequence[Arm]) -> list[Arm]:
    """The same counts for somebody who expects all to be alike: the prior holds the common rate
    with the weight of a tenth of the average take."""
    trials = sum(arm.trials for arm in arms)
    rate = (sum(arm.successes for arm in arms) + 1) / (trials + 2)
    weight = max(2.0, trials / len(arms) / 10)
    return [
        replace(arm, prior_successes=1 + rate * weight, prior_failures=1 + (1 - rate) * weight)
        for arm in arms
    ]


def _without_best_day(runners: Sequence[Runner], *, leader: int) -> float | None:
    days = runners[leader].days
    if len(days) < 2:
        return None
    rate = runners[leader].arm.mean
    best = max(days, key=lambda day: day.successes - rate * day.trials)
    rest = replace(runners[leader], days=tuple(day for day in days if day is not best))
    arms = [rest.arm if at == leader else one.arm for at, one in enumerate(runners)]
    return chances(arms)[leader].best


def percent(share: float) -> str:
    """A probability, never rounded up: "94 %" up to 0.95, and "more than 99 %" at the end."""
    if share > 0.995:
        return "more than 99 %"
    return f"{floor(share * 100 + 1e-6)} %"


def points(share: float) -> str:
    """A difference of rates: "0.02 percentage points"."""
    shown = f"{share * 100:.2f}"
    return "less than 0.01 percentage points" if shown == "0.00" else f"{shown} percentage points"
