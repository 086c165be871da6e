"""A campaign's results: sums for each take, a ruling for each shot, factors, cost of a winner."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet, Sum

from campaigns.models import AdResult, Campaign, Shot, Take
from campaigns.winners.effects import Effect, Run, effects
from campaigns.winners.verdicts import Day, Measure, Ruling, Runner, rule

SUMS = ("impressions", "clicks", "conversions", "spend_micros")


@dataclass(frozen=True, kw_only=True)
class TakeResult:
    """What one take did in all. `made_micros` is what making it cost."""

    take: Take
    impressions: int
    clicks: int
    conversions: int
    spend_micros: int
    made_micros: int
    days: tuple[tuple[date, int, int, int], ...]

    @property
    def name(self) -> str:
        return f"Take {self.take.number}"

    def counts(self, measure: Measure) -> tuple[int, int]:
        """Successes and trials by one measure."""
        if measure == Measure.CLICKS:
            return self.clicks, self.impressions
        return self.conversions, self.clicks


@dataclass(frozen=True, kw_only=True)
class ShotResult:
    """The takes of a shot that ran, and what can be said of them by each measure."""

    shot: Shot
    takes: tuple[TakeResult, ...]
    rulings: dict[Measure, Ruling | None]
    made_micros: int
    winner: TakeResult | None


@dataclass(frozen=True, kw_only=True)
class Report:
    """`made_micros` is what all takes of the campaign have cost, those that never ran and those
    that failed included; `winner_micros` is that for each winner called, None without one."""

    shots: tuple[ShotResult, ...]
    effects: dict[Measure, tuple[Effect, ...]]
    made_micros: int
    spend_micros: int
    winners: int

    @property
    def winner_micros(self) -> int | None:
        return self.made_micros // self.winners if self.winners else None


def report(campaign: Campaign, *, placement: str = "") -> Report:
    """Four queries however much ran. `placement` narrows it down to one."""
    rows = _rows(campaign, placement=placement)
    takes = _takes(rows, ids={row["take_id"] for row in rows})
    by_shot: dict[int, list[TakeResult]] = defaultdict(list)
    for one in takes:
        by_shot[one.take.shot_id].append(one)
    costs = _costs(campaign)
    shots = tuple(
        _shot(group, made_micros=costs.get(pk, 0))
        for pk, group in sorted(by_shot.items(), key=lambda pair: pair[1][0].take.shot.position)
    )
    return Report(
        shots=shots,
        effects={measure: tuple(effects(_runs(takes, measure))) for measure in Measure},
        made_micros=sum(costs.values()),
        spend_micros=sum(one.spend_micros for one in takes),
        winners=sum(one.winner is not None for one in shots),
    )


def placements(campaign: Campaign) -> list[str]:
    rows = AdResult.objects.filter(take__shot__campaign=campaign)
    return list(rows.order_by("placement").values_list("placement", flat=True).distinct())


def _rows(campaign: Campaign, *, placement: str) -> list[dict[str, Any]]:
    found: QuerySet[AdResult] = AdResult.objects.filter(take__shot__campaign=campaign)
    if placement:
        found = found.filter(placement=placement)
    sums = {f"all_{name}": Sum(name) for name in SUMS}
    rows = found.values("take_id", "day").annotate(**sums).order_by("take_id", "day")
    return [dict(row) for row in rows]


def _takes(rows: Sequence[dict[str, Any]], *, ids: Iterable[int]) -> list[TakeResult]:
    whole = Take.objects.filter(pk__in=ids).select_related("shot", "job")
    by_take: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for row in rows:
        by_take[row["take_id"]].append(row)
    return [_take(take, by_take[take.pk]) for take in whole.order_by("shot__position", "number")]


def _take(take: Take, rows: Sequence[dict[str, Any]]) -> TakeResult:
    sums = {name: sum(row[f"all_{name}"] for row in rows) for name in SUMS}
    days = tuple(
        (row["day"], row["all_impressions"], row["all_clicks"], row["all_conversions"])
        for row in rows
    )
    return TakeResult(take=take, made_micros=take.job.cost_micros, days=days, **sums)


def _costs(campaign: Campaign) -> dict[int, int]:
    """Micro-dollars that all takes of each shot have cost, by the shot's key."""
    takes = Take.objects.filter(shot__campaign=campaign)
    sums = takes.values_list("shot_id").annotate(all_micros=Sum("job__cost_micros"))
    return {shot: micros or 0 for shot, micros in sums.order_by()}


def _shot(group: Sequence[TakeResult], *, made_micros: int) -> ShotResult:
    rulings = {measure: rule(_runners(group, measure), measure=measure) for measure in Measure}
    clicks, conversions = rulings[Measure.CLICKS], rulings[Measure.CONVERSIONS]
    # Where people bought, buying counts; clicks decide only where nobody can tell.
    decided = next((one for one in (conversions, clicks) if one and one.winner is not None), None)
    return ShotResult(
        shot=group[0].take.shot,
        takes=tuple(group),
        rulings=rulings,
        made_micros=made_micros,
        winner=group[decided.leader] if decided else None,
    )


def _runners(group: Sequence[TakeResult], measure: Measure) -> list[Runner]:
    return [Runner(name=one.name, days=_days(one, measure)) for one in group]


def _days(one: TakeResult, measure: Measure) -> tuple[Day, ...]:
    if measure == Measure.CLICKS:
        return tuple(Day(successes=clicks, trials=seen) for _, seen, clicks, _ in one.days)
    return tuple(Day(successes=bought, trials=clicks) for _, _, clicks, bought in one.days)


def _runs(takes: Sequence[TakeResult], measure: Measure) -> list[Run]:
    return [
        Run(
            where=one.take.shot.uid,
            factors=one.take.factors,
            successes=one.counts(measure)[0],
            trials=one.counts(measure)[1],
        )
        for one in takes
        if one.take.factors
    ]
