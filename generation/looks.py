"""When to look at a vendor's task next. Pure: seconds in, seconds out.

One rule for all: look when the seconds that were lost by not looking are expected to be worth
one look. What is expected comes from how long this offer's tasks took before, given that this one
still runs; from its progress, where the vendor tells one; and from how seldom the vendor's
callbacks fail to come.
"""

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from math import exp
from statistics import NormalDist

# What a look is worth, as a share of the usual duration: 0.06 s late for a task of a minute, less
# where nothing but looks tells of the end, neither progress nor callbacks.
PRICE, PRICE_ALONE = 0.001, 0.0008
SOONEST = 0.25
# Nobody's past is a promise: of the time that a task has run, or usually takes, a look waits for
# no larger share than this, unless a callback is to be expected. A vendor that tells how far it
# is may be believed a little more.
LARGEST_SHARE, LARGEST_BY_PROGRESS = 0.15, 0.25
# Progress bars are crooked: done = time ** bend, with these bends, and shown in steps.
BENDS = tuple(exp(0.45 * NormalDist().inv_cdf((place + 0.5) / 9)) for place in range(9))
STEPS = (0.0, 0.013, 0.027, 0.04)
LEAST_PERCENT = 5
# How far around a predicted end past ends count for it, and what one without any counts for.
AROUND, UNHEARD_OF = 0.08, 0.05
# Some tasks take longer than any before.
LONGER = (1.3, 1.8, 2.5)

Possible = tuple[float, float]  # seconds from now to the end, and how much that counts


@dataclass(frozen=True, kw_only=True)
class Durations:
    """`known` are seconds from acceptance to the end, ascending, at least one. `silent` is the
    share of ends that no callback tells, 1.0 where none are to be expected."""

    known: tuple[float, ...]
    silent: float = 1.0

    @property
    def half(self) -> float:
        return self.share(0.5)

    def share(self, part: float) -> float:
        """Seconds within which this part of all tasks ended."""
        return self.known[min(int(part * len(self.known)), len(self.known) - 1)]


def supposed(*, typical: float, slow: float) -> Durations:
    """Of an offer that nobody has measured: half end within `typical` seconds, 19 of 20
    within `slow`."""
    wide = max(slow / typical, 1.2)
    spread = NormalDist(sigma=1 / NormalDist().inv_cdf(0.95))
    return Durations(
        known=tuple(typical * wide ** spread.inv_cdf((n + 0.5) / 41) for n in range(41))
    )


def wait(elapsed: float, past: Durations, *, least: float, percent: int | None = None) -> float:
    """Seconds until the next look at a task that has run for `elapsed` seconds, `percent` of it
    done; never less than `least`, which the vendor asks for."""
    uncalled = past.silent > 0.5
    price = PRICE_ALONE if uncalled and percent is None else PRICE
    seconds = _worth(_possible(elapsed, past, percent), price * past.half / past.silent)
    if elapsed > 0 and uncalled:
        share = LARGEST_SHARE if percent is None else LARGEST_BY_PROGRESS
        seconds = min(seconds, share * max(elapsed, past.half))
    return max(seconds, least, SOONEST)


def _possible(elapsed: float, past: Durations, percent: int | None) -> list[Possible]:
    if percent is not None and percent >= LEAST_PERCENT and elapsed > 0:
        return sorted(_predicted(elapsed, past.known, percent))
    known = past.known
    still = known[bisect_right(known, elapsed) :]
    longer = (max(known[-1], elapsed) * factor for factor in LONGER)
    return [(end - elapsed, 1.0) for end in still] + [(end - elapsed, 0.5) for end in longer]


def _predicted(elapsed: float, known: tuple[float, ...], percent: int) -> list[Possible]:
    """Where each bend would have it end, counted by how many ended about there before."""
    found = []
    for step in STEPS:
        done = min(percent / 100 + step, 0.999)
        for bend in BENDS:
            end = elapsed / done ** (1 / bend)
            near = bisect_right(known, end * (1 + AROUND)) - bisect_left(known, end * (1 - AROUND))
            found.append((end - elapsed, near / len(known) / (2 * AROUND) + UNHEARD_OF))
    return found


def _worth(possible: list[Possible], price: float) -> float:
    """The wait after which the lateness to be expected has grown to `price` seconds."""
    wanted = price * sum(weight for _, weight in possible)
    lost, ended, last = 0.0, 0.0, 0.0
    for seconds, weight in possible:
        if ended and lost + ended * (seconds - last) >= wanted:
            break
        lost += ended * (seconds - last)
        ended, last = ended + weight, seconds
    return last + (wanted - lost) / ended
