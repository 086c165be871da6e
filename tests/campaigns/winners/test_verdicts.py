"""When a winner is called, when not, and in which words."""

import pytest

from campaigns.winners.effects import Run, effects
from campaigns.winners.verdicts import Day, Measure, Runner, percent, rule

CLICKS, BOUGHT = Measure.CLICKS, Measure.CONVERSIONS


def ran(name: str, *days: tuple[int, int]) -> Runner:
    return Runner(name=name, days=tuple(Day(successes=s, trials=t) for s, t in days))


def test_enough_and_clear_is_called():
    ruling = rule([ran("Take 1", (200, 10_000)), ran("Take 3", (300, 10_000))], measure=CLICKS)
    assert ruling.winner == ruling.leader == 1
    assert ruling.words == (
        "Take 3 wins on click-through: better than the others with more than 99 %. Should"
        " another be better after all, this gives up less than 0.01 percentage points on average."
    )
    assert ruling.more is None


def test_an_almost_sure_lead_is_not_enough_and_says_how_long_to_wait():
    ruling = rule([ran("Take 1", (20, 1000)), ran("Take 3", (31, 1000))], measure=CLICKS)
    assert ruling.chances[1].best == pytest.approx(0.9393, abs=1e-4)
    assert ruling.winner is None
    assert ruling.words == (
        "Take 3 is better than the others with 93 %: not enough to call. Wait for about 250 more"
        " impressions."
    )
    # With so many more at the same rates it would be called.
    grown = [ran("Take 1", (23, 1150)), ran("Take 3", (36, 1150))]
    assert rule(grown, measure=CLICKS).winner == 1


def test_a_clear_lead_on_little_data_is_too_early():
    ruling = rule([ran("Take 1", (2, 900)), ran("Take 2", (60, 5000))], measure=CLICKS)
    assert ruling.chances[1].best > 0.99
    assert ruling.winner is None
    assert ruling.words == (
        "Too early to call: Take 1 has 900 impressions, and each needs 1,000 first."
    )
    few = rule([ran("Take 1", (0, 200)), ran("Take 2", (9, 200))], measure=BOUGHT)
    assert few.words == (
        "Too early to call: Take 2 is in front with 9 conversions, and 10 are the least."
    )


def test_takes_that_are_alike_are_told_so():
    ruling = rule([ran("Take 1", (200, 10_000)), ran("Take 2", (200, 10_000))], measure=CLICKS)
    assert ruling.winner is None and ruling.more is None
    assert "so alike that waiting will hardly tell them apart" in ruling.words


def test_sensitivity_names_the_sceptic_and_the_best_day():
    steady = ran("Take 1", (100, 5000), (100, 5000))
    lucky = ran("Take 2", (180, 5000), (90, 5000))
    ruling = rule([steady, lucky], measure=CLICKS)
    assert ruling.winner == 1
    assert ruling.without_best_day < 0.5 < ruling.chances[1].best
    assert ruling.under_doubt < ruling.chances[1].best
    one_day = rule([ran("Take 1", (100, 5000)), ran("Take 2", (120, 5000))], measure=CLICKS)
    assert one_day.without_best_day is None


def test_nothing_to_compare_has_no_ruling():
    assert rule([ran("Take 1", (200, 10_000))], measure=CLICKS) is None
    assert rule([ran("Take 1"), ran("Take 2")], measure=CLICKS) is None


def test_certainty_is_never_claimed():
    assert [percent(share) for share in (0.5, 0.944, 0.9499, 0.95, 0.9949, 0.9999, 1.0)] == [
        "50 %",
        "94 %",
        "94 %",
        "95 %",
        "99 %",
        "more than 99 %",
        "more than 99 %",
    ]


def run(where: str, successes: int, trials: int = 1000, **factors: str) -> Run:
    return Run(where=where, factors=factors, successes=successes, trials=trials)


def test_a_value_wins_against_takes_that_differ_in_it_alone():
    runs = [
        run("shot_1", 30, hook="question", camera="static"),
        run("shot_1", 20, hook="reveal", camera="static"),
        run("shot_1", 32, hook="question", camera="orbit"),
        run("shot_1", 25, hook="reveal", camera="orbit"),
        run("shot_2", 10, hook="question", camera="static"),
        run("shot_2", 12, hook="reveal", camera="static"),
        run("shot_2", 21, hook="question", camera="orbit"),
        run("shot_2", 11, hook="reveal", camera="orbit"),
    ]
    found = effects(runs)
    question = next(one for one in found if one.value == "question")
    assert question.words == "hook=question wins in 3 of 4"
    assert (question.successes, question.trials, question.rate) == (93, 4000, 0.02325)
    assert question.best > 0.95
    assert [one.value for one in found if one.factor == "hook"] == ["question", "reveal"]


def test_factors_that_never_differ_alone_say_so():
    runs = [run("shot_1", 5, hook="a", camera="x"), run("shot_1", 9, hook="b", camera="y")]
    assert {one.words for one in effects(runs) if one.factor == "hook"} == {
        "hook=a met nothing that differs in this alone",
        "hook=b met nothing that differs in this alone",
    }
    assert effects([run("shot_1", 5, hook="a")]) == []


def test_two_takes_of_the_same_factors_count_as_one():
    runs = [
        run("shot_1", 10, 500, hook="a"),
        run("shot_1", 30, 500, hook="a"),
        run("shot_1", 30, 1000, hook="b"),
    ]
    first = effects(runs)[0]
    assert (first.value, first.won, first.compared, first.trials) == ("a", 1, 1, 1000)
