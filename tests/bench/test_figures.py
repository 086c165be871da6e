"""What is called met must be met: the table of goals."""

import pytest

from bench.goals.figure import Figure, number, table


def figure(**given) -> Figure:
    return Figure(**{"goal": "G9", "what": "looks", "unit": "a second", "ours": 10.0, **given})


@pytest.mark.parametrize(
    ("given", "ratio", "met"),
    [
        ({"at_most": 10.0}, None, True),
        ({"at_most": 9.9}, None, False),
        ({"at_least": 10.0}, None, True),
        ({"at_least": 10.1}, None, False),
        # Less is better: 10 of ours against 30.
        ({"anchor": 30.0, "times_better": 3.0}, 3.0, True),
        ({"anchor": 29.0, "times_better": 3.0}, 2.9, False),
        # More is better, by a bound or said.
        ({"anchor": 5.0, "times_better": 2.0, "more_is_better": True}, 2.0, True),
        ({"anchor": 5.0, "times_better": 2.0, "at_least": 11.0}, 2.0, False),
        ({"anchor": 6.0, "times_better": 2.0, "at_least": 1.0}, 10 / 6, False),
        # Both must hold.
        ({"anchor": 100.0, "times_better": 2.0, "at_most": 9.0}, 10.0, False),
        # A ratio is never met without an anchor.
        ({"times_better": 2.0}, None, False),
        ({"ours": 0.0, "anchor": 5.0, "times_better": 2.0}, float("inf"), True),
    ],
)
def test_met_is_every_bound_and_the_ratio(given, ratio, met):
    one = figure(**given)
    assert (one.ratio, one.met) == (ratio, met)


def test_a_figure_that_is_missed_says_so_in_its_row():
    row = figure(anchor=5.0, peer="LiteLLM", at_least=1700.0, times_better=9.0)
    assert table([row]).splitlines() == [
        "| goal | figure | ours | anchor | ratio | aim | met |",
        "| --- | --- | --- | --- | --- | --- | --- |",
        "| G9 | looks, a second | 10 | 5 (LiteLLM) | 2x | ≥ 1,700, ≥ 9x | NO |",
    ]


def test_a_figure_of_which_nothing_is_wanted_is_not_called_met():
    row = table([figure(anchor=5.0, peer="Celery")]).splitlines()[-1]
    assert row == "| G9 | looks, a second | 10 | 5 (Celery) | 0.5x |  | – |"


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.0123, "0.0123"), (2.5, "2.5"), (1234.6, "1,235"), (7.0, "7"), (float("inf"), "∞")],
)
def test_numbers_have_three_digits_that_matter(value, text):
    assert number(value) == text
