"""What each factor did: compared like with like, and over all takes that carried it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from campaigns.winners.bayes import Arm, chances


@dataclass(frozen=True, kw_only=True)
class Run:
    """One take's factors with what it did. `where` names what it can be compared within."""

    where: str
    factors: Mapping[str, str]
    successes: int
    trials: int

    @property
    def rate(self) -> float:
        return self.successes / self.trials if self.trials else 0.0


@dataclass(frozen=True, kw_only=True)
class Effect:
    """One value of a factor: it `won` in that many of the `compared` pairs or groups of takes
    that differ in this factor alone. `rate` is over all takes with it, `best` the probability
    that this is the factor's best value over all."""

    factor: str
    value: str
    won: int
    compared: int
    successes: int
    trials: int
    rate: float
    best: float

    @property
    def words(self) -> str:
        if not self.compared:
            return f"{self.factor}={self.value} met nothing that differs in this alone"
        return f"{self.factor}={self.value} wins in {self.won} of {self.compared}"


def effects(runs: Sequence[Run]) -> list[Effect]:
    """Every value of every factor that was varied, the likeliest of each factor in front."""
    found: list[Effect] = []
    seen = [run for run in runs if run.trials]
    for factor in dict.fromkeys(name for run in seen for name in run.factors):
        values = dict.fromkeys(run.factors[factor] for run in seen if factor in run.factors)
        if len(values) > 1:
            found += _of_factor(factor, list(values), seen)
    return found


def _of_factor(factor: str, values: Sequence[str], runs: Sequence[Run]) -> list[Effect]:
    groups = _groups(factor, runs)
    arms = [_pooled(factor, value, runs) for value in values]
    likely = chances(arms)
    rows = [
        Effect(
            factor=factor,
            value=value,
            won=sum(_winner(group) == value for group in groups),
            compared=sum(value in group for group in groups),
            successes=round(arms[at].successes),
            trials=round(arms[at].trials),
            rate=arms[at].successes / arms[at].trials,
            best=likely[at].best,
        )
        for at, value in enumerate(values)
    ]
    return sorted(rows, key=lambda row: (-row.best, row.value))


def _groups(factor: str, runs: Sequence[Run]) -> list[dict[str, Run]]:
    """Runs that differ in this factor alone, by its value; only where two values ran."""
    alike: dict[tuple[object, ...], dict[str, Run]] = {}
    for run in runs:
        if factor in run.factors:
            rest = tuple(sorted((k, v) for k, v in run.factors.items() if k != factor))
            group = alike.setdefault((run.where, rest), {})
            value = run.factors[factor]
            group[value] = _together(group[value], run) if value in group else run
    return [group for group in alike.values() if len(group) > 1]


def _together(one: Run, two: Run) -> Run:
    """Two takes of the same factors count as one."""
    return replace(one, successes=one.successes + two.successes, trials=one.trials + two.trials)


def _winner(group: Mapping[str, Run]) -> str:
    """The value with the highest rate; nobody wins a tie."""
    best = max(run.rate for run in group.values())
    winners = [value for value, run in group.items() if run.rate == best]
    return winners[0] if len(winners) == 1 else ""


def _pooled(factor: str, value: str, runs: Sequence[Run]) -> Arm:
    own = [run for run in runs if run.factors.get(factor) == value]
    return Arm(successes=sum(run.successes for run in own), trials=sum(run.trials for run in own))
