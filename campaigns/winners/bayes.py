"""Which of several rates is the highest, and how sure that is: Beta posteriors, integrated.

Each take's rate has the posterior Beta(1 + successes, 1 + failures), that is a flat prior. The
probabilities are integrals over a fine grid, not simulations, so the same counts always give the
same figures, right to five places.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import lgamma, sqrt

import numpy as np
from numpy.typing import NDArray

_POINTS = 20_001
_WIDTHS = 40  # standard deviations each side; a rate near nothing has a long tail

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
    curves = [_curve(arm) for arm in arms]
    most = _mean_of_highest(curves)
    return [
        Chance(
            mean=arm.mean,
            low=_quantile(curves[at], 0.025),
            high=_quantile(curves[at], 0.975),
            best=_highest(at, curves),
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


def _curve(arm: Arm) -> _Curve:
    reach = _WIDTHS * arm.deviation
    low, high = max(0.0, arm.mean - reach), min(1.0, arm.mean + reach)
    points = np.linspace(low, high, _POINTS)
    scale = lgamma(arm.alpha + arm.beta) - lgamma(arm.alpha) - lgamma(arm.beta)
    inside = np.clip(points, 1e-300, 1 - 1e-16)
    log = scale + (arm.alpha - 1) * np.log(inside) + (arm.beta - 1) * np.log1p(-inside)
    density = np.exp(log)
    steps = (density[1:] + density[:-1]) * np.diff(points) / 2
    below = np.concatenate(([0.0], np.cumsum(steps)))
    whole = below[-1]
    return _Curve(points=points, density=density / whole, below=below / whole)


def _highest(at: int, curves: Sequence[_Curve]) -> float:
    mine = curves[at]
    others = np.ones(_POINTS)
    for other, curve in enumerate(curves):
        if other != at:
            others *= curve.at(mine.points)
    return float(min(1.0, np.trapezoid(mine.density * others, mine.points)))


def _mean_of_highest(curves: Sequence[_Curve]) -> float:
    """The integral of the probability that the highest rate is above each point."""
    top = max(float(curve.points[-1]) for curve in curves)
    edges = [curve.points for curve in curves]
    points = np.unique(np.concatenate([np.array([0.0, top]), *edges]))
    all_below = np.ones(len(points))
    for curve in curves:
        all_below *= curve.at(points)
    return float(np.trapezoid(1.0 - all_below, points))


def _quantile(curve: _Curve, share: float) -> float:
    return float(np.interp(share, curve.below, curve.points))
