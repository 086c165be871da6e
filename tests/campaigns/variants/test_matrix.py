"""Which combinations are made: all, or a balanced few in which every pair of values meets."""

from collections import Counter
from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.models import ShotRole
from campaigns.variants.matrix import MOST_POSSIBLE, matrix
from campaigns.variants.words import FACTORS, KNOWN, compose, suggested
from generation.asks import Refused

THREE = {
    "hook": ["question", "problem", "reveal"],
    "setting": ["kitchen", "street", "outdoors"],
    "camera": ["push-in", "orbit", "static"],
}


def rows(found):
    return [tuple(one.factors.values()) for one in found.variants]


def test_few_enough_are_all_made_in_order():
    found = matrix(
        "A kettle boils", factors={"camera": ["static", "orbit"], "hook": ["a", "b"]}, most=4
    )
    assert found.full and found.possible == 4
    assert [one.factors for one in found.variants] == [
        {"hook": "a", "camera": "static"},
        {"hook": "a", "camera": "orbit"},
        {"hook": "b", "camera": "static"},
        {"hook": "b", "camera": "orbit"},
    ]


def test_three_by_three_by_three_needs_nine():
    found = matrix("A kettle boils", factors=THREE, most=12)
    assert (len(found.variants), found.possible) == (9, 27)
    assert (found.pairs, found.pairs_met) == (27, 27)
    used = Counter(value for row in rows(found) for value in row)
    assert set(used.values()) == {3}
    met = {pair for row in rows(found) for pair in combinations(row, 2)}
    assert len(met) == 27


def test_a_tight_limit_says_what_does_not_meet():
    found = matrix("A kettle boils", factors=THREE, most=4)
    assert len(found.variants) == 4
    assert found.pairs_met == 12


def test_one_factor_alone_takes_its_first_values():
    found = matrix("A kettle boils", factors={"hook": ["a", "b", "c"]}, most=2)
    assert rows(found) == [("a",), ("b",)]


def test_a_prompt_says_its_factors_around_the_base():
    assert compose("A kettle boils", {"hook": "question", "camera": "orbit"}) == (
        "Opens with somebody who pauses and looks up with a question. A kettle boils."
        " Camera: slow half orbit around the subject."
    )
    assert compose("Steam!", {"setting": "a red room."}) == "Steam! Set in a red room."
    assert compose("A kettle boils", {"hook": "steam"}) == "Opens with steam. A kettle boils"


@pytest.mark.parametrize(
    ("factors", "most", "field"),
    [
        ({}, 4, "factors"),
        ({"hook": ["one"]}, 4, "factors"),
        ({"mood": ["a", "b"]}, 4, "factors.mood"),
        ({"hook": list("abcdefg")}, 4, "factors.hook"),
        ({"hook": ["a", "b" * 201]}, 4, "factors.hook"),
        ({"hook": ["a", "b"]}, 0, "most"),
        ({"hook": ["a", "b"]}, 61, "most"),
        ({name: list("abcdef") for name in FACTORS}, 4, "factors"),
    ],
)
def test_what_cannot_be_made_is_refused_by_name(factors, most, field):
    with pytest.raises(Refused) as refused:
        matrix("A kettle boils", factors=factors, most=most)
    assert refused.value.field == field


def test_a_prompt_too_long_for_its_words_is_refused():
    with pytest.raises(Refused, match="4000 are the most"):
        matrix("x" * 3990, factors={"hook": ["question", "problem"]}, most=4)


@pytest.mark.parametrize("role", ShotRole.values)
def test_every_role_has_something_to_vary(role):
    found = suggested(role)
    assert any(len(values) > 1 for values in found.values())
    for name, values in found.items():
        assert set(values) <= set(KNOWN[name])
    assert matrix("A kettle boils", factors=found, most=12).variants


WORDS = st.text("abcdefgh é", min_size=1, max_size=8).filter(str.strip)
LEVELS = st.lists(WORDS, min_size=1, max_size=4)
FACTOR_SETS = st.dictionaries(st.sampled_from(sorted(FACTORS)), LEVELS, min_size=1, max_size=4)


@settings(max_examples=60, deadline=None)
@given(base=WORDS, factors=FACTOR_SETS, most=st.integers(1, 20))
def test_any_factors_give_the_same_distinct_prompts_with_the_base_in_them(base, factors, most):
    try:
        found = matrix(base, factors=factors, most=most)
    except Refused as refused:
        assert refused.field == "factors"  # nothing to vary
        return
    assert found == matrix(base, factors=factors, most=most)
    assert 1 <= len(found.variants) <= min(most, found.possible) <= MOST_POSSIBLE
    assert len(set(rows(found))) == len(found.variants)
    assert all(base.strip() in one.prompt for one in found.variants)
    assert found.pairs_met <= found.pairs
    if found.full:
        assert found.pairs_met == found.pairs
