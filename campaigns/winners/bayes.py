"""Which of several rates is the highest, and how sure that is: Beta posteriors, integrated.

Each take's rate has the posterior Beta(1 + successes, 1 + failures), that is a flat prior. The
probabilities are integrals over a fine grid, not simulations, so the same counts always give the
same figures, right to five places for up to five takes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, sqrt

import numpy as np
from numpy.typing import NDArray

_POINTS = 5_001  # where the mass of one curve is
_ALL_POINTS = 25_005  # of many curves together: every one is read at each point of all
_FEWEST = 251
_TAIL_POINTS = 501  # over all of a curve's reach
_NOTHING = 1e-300
_MASS, _REACH = 8, 40  # standard deviations each side; a rate near nothing has a long tail

Grid = NDArray[np.float64]


@dataclass(frozen=True, kw_only=True)
class Arm:
    """`successes` of `trials`, and the prior's own counts. Expected counts need not be whole."""

    successes: float
    trials: float
    prior_successes: float = 1.0
    prior_failures: float = 1.0

    @property
    def alpha(self) -> float:
        return self.prior_successes + self.successes

    @property
    def beta(self) -> float:
        return self.prior_failures + self.trials - self.successes

    @property
    def mean(self) -> float:
        return self.alpha / (self.alpha + self.beta)

    @property
    def deviation(self) -> float:
        whole = self.alpha + self.beta
        return sqrt(self.alpha * self.beta / (whole * whole * (whole + 1)))


@dataclass(frozen=True, kw_only=True)
class Chance:
    """`best` is the probability that this rate is the highest; `loss` how much rate would be
    given up on average by choosing it; `low` and `high` bound the middle 95 %."""

    mean: float
    low: float
    high: float
    best: float
    loss: float


def chances(arms: Sequence[Arm]) -> list[Chance]:
    """One for each arm, in order. The probabilities add up to 1."""
    fineness = max(_FEWEST, min(_POINTS, _ALL_POINTS // max(1, len(arms))))
    curves = [_curve(arm, fineness) for arm in arms]
    points = _all_points(curves)
    cells = np.array([curve.at(points) for curve in curves])
    most = float(np.trapezoid(1.0 - cells.prod(axis=0), points))
    best = _highest(cells)
    return [
        Chance(
            mean=arm.mean,
            low=_quantile(curves[at], 0.025),
            high=_quantile(curves[at], 0.975),
            best=best[at],
            loss=max(0.0, most - arm.mean),
        )
        for at, arm in enumerate(arms)
    ]


@dataclass(frozen=True, kw_only=True)
class _Curve:
    points: Grid
    density: Grid
    below: Grid

    def at(self, points: Grid) -> Grid:
        """The probability of a rate below each point."""
        found: Grid = np.interp(points, self.points, self.below, left=0.0, right=1.0)
        return found


def _curve(arm: Arm, fineness: int) -> _Curve:
    """Many points where the mass is and a few in the tails, which hold next to nothing."""
    points = np.union1d(_span(arm, _MASS, fineness), _span(arm, _REACH, _TAIL_POINTS))
    scale = lgamma(arm.alpha + arm.beta) - lgamma(arm.alpha) - lgamma(arm.beta)
    inside = np.clip(points, 1e-300, 1 - 1e-16)
    log = scale + (arm.alpha - 1) * np.log(inside) + (arm.beta - 1) * np.log1p(-inside)
    density = np.exp(log)
    steps = (density[1:] + density[:-1]) * np.diff(points) / 2
    below = np.concatenate(([0.0], np.cumsum(steps)))
    whole = below[-1]
    return _Curve(points=points, density=density / whole, below=below / whole)


def _span(arm: Arm, widths: int, count: int) -> Grid:
    """Points so many standard deviations to each side of the mean, as far as rates go."""
    reach = widths * arm.deviation
    return np.linspace(max(0.0, arm.mean - reach), min(1.0, arm.mean + reach), count)


def _all_points(curves: Sequence[_Curve]) -> Grid:
    edges = np.array([0.0, max(float(curve.points[-1]) for curve in curves)])
    return np.unique(np.concatenate([edges, *(curve.points for curve in curves)]))


def _highest(cells: Grid) -> list[float]:
    """Each curve's probability to be above all others; `cells` has one row a curve.

    The others' product is taken between two points and weighed with what the curve gains there,
    so that a narrow curve inside a wide one counts in full.
    """
    gains = np.diff(cells, axis=1)
    logs = np.log(np.maximum((cells[:, 1:] + cells[:, :-1]) / 2, _NOTHING))
    shares = (gains * np.exp(logs.sum(axis=0) - logs)).sum(axis=1)
    return [min(1.0, float(share)) for share in shares]


def _quantile(curve: _Curve, share: float) -> float:
    return float(np.interp(share, curve.below, curve.points))
