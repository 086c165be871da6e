"""What ads did, as the API tells it."""

from typing import TypedDict

from campaigns.winners.effects import Effect
from campaigns.winners.importing import Imported
from campaigns.winners.report import Report, ShotResult, TakeResult
from campaigns.winners.verdicts import Measure, Ruling
from generation.api.answers.plain import money
from generation.money.pricing import as_json_number

PLACES = 6


class ResultsImported(TypedDict):
    """How many rows were new, were replaced, or were there already with the same figures."""

    added: int
    changed: int
    unchanged: int


class TakeResultAnswer(TypedDict):
    """One take's sums. `made_for` is what making it cost; `best` the probability of being the
    shot's best by each measure, null where nothing can be compared."""

    take_id: str
    number: int
    factors: dict[str, str]
    impressions: int
    clicks: int
    conversions: int
    spend: float
    made_for: float
    click_through: float | None
    conversion: float | None
    best: dict[str, float | None]


class RulingAnswer(TypedDict):
    """What one measure says of a shot. `winner` is null until it can be called; `more` is about
    how many more impressions or clicks that takes at today's rates, null where waiting will not
    help. `under_doubt` and `without_best_day` are the leader's probability for a sceptic, and
    with its best day left out."""

    measure: str
    leader: str
    winner: str | None
    probability: float
    expected_loss: float
    more: int | None
    under_doubt: float
    without_best_day: float | None
    words: str


class ShotResultAnswer(TypedDict):
    """A shot's takes that ran. `made_for` is what all its takes have cost."""

    shot_id: str
    role: str
    winner: str | None
    made_for: float
    takes: list[TakeResultAnswer]
    rulings: list[RulingAnswer]


class EffectAnswer(TypedDict):
    """One value of a factor: `won` of `compared` comparisons with takes that differ in this
    factor alone; `best` the probability that it is the factor's best value over all takes."""

    measure: str
    factor: str
    value: str
    won: int
    compared: int
    rate: float
    best: float
    words: str


class ResultsAnswer(TypedDict):
    """All results of a campaign. `cost_per_winner` is null while no winner is called."""

    shots: list[ShotResultAnswer]
    effects: list[EffectAnswer]
    made_for: float
    ad_spend: float
    winners: int
    cost_per_winner: float | None


def results_imported(done: Imported) -> ResultsImported:
    return {"added": done.added, "changed": done.changed, "unchanged": done.unchanged}


def results_answer(told: Report) -> ResultsAnswer:
    return {
        "shots": [_shot(one) for one in told.shots],
        "effects": [
            _effect(one, measure) for measure, found in told.effects.items() for one in found
        ],
        "made_for": as_json_number(told.made_micros),
        "ad_spend": as_json_number(told.spend_micros),
        "winners": told.winners,
        "cost_per_winner": money(told.winner_micros),
    }


def _shot(one: ShotResult) -> ShotResultAnswer:
    return {
        "shot_id": one.shot.uid,
        "role": one.shot.role,
        "winner": one.winner.take.uid if one.winner else None,
        "made_for": as_json_number(one.made_micros),
        "takes": [_take(take, at, one) for at, take in enumerate(one.takes)],
        "rulings": [_ruling(ruling, one) for ruling in one.rulings.values() if ruling],
    }


def _take(take: TakeResult, at: int, shot: ShotResult) -> TakeResultAnswer:
    return {
        "take_id": take.take.uid,
        "number": take.take.number,
        "factors": take.take.factors,
        "impressions": take.impressions,
        "clicks": take.clicks,
        "conversions": take.conversions,
        "spend": as_json_number(take.spend_micros),
        "made_for": as_json_number(take.made_micros),
        "click_through": _rate(take, Measure.CLICKS),
        "conversion": _rate(take, Measure.CONVERSIONS),
        "best": {
            measure.value: round(ruling.chances[at].best, PLACES) if ruling else None
            for measure, ruling in shot.rulings.items()
        },
    }


def _rate(take: TakeResult, measure: Measure) -> float | None:
    successes, trials = take.counts(measure)
    return round(successes / trials, PLACES) if trials else None


def _ruling(ruling: Ruling, shot: ShotResult) -> RulingAnswer:
    leader = shot.takes[ruling.leader].take.uid
    doubt = ruling.without_best_day
    return {
        "measure": ruling.measure.value,
        "leader": leader,
        "winner": leader if ruling.winner is not None else None,
        "probability": round(ruling.chances[ruling.leader].best, PLACES),
        "expected_loss": round(ruling.chances[ruling.leader].loss, PLACES),
        "more": ruling.more,
        "under_doubt": round(ruling.under_doubt, PLACES),
        "without_best_day": None if doubt is None else round(doubt, PLACES),
        "words": ruling.words,
    }


def _effect(one: Effect, measure: Measure) -> EffectAnswer:
    return {
        "measure": measure.value,
        "factor": one.factor,
        "value": one.value,
        "won": one.won,
        "compared": one.compared,
        "rate": round(one.rate, PLACES),
        "best": round(one.best, PLACES),
        "words": one.words,
    }
