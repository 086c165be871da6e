"""Gaps and what fills them: one pass, clean values, every fault named."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from campaigns.prompts.library.filling import GAP, Unfilled, filled, gaps, values_for
from campaigns.prompts.library.variables import BadValue, Kind, Variable, clean

TEXT = Variable(name="a")
SETTINGS = settings(max_examples=150, deadline=None)


def test_gaps_are_single_braces_around_a_name():
    text = "{a} {{b}} {c d} {1e} {e_2} {a} { f } {} {{{g}}}"
    assert gaps(text) == ("a", "e_2")
    assert filled(text, {"a": "x", "e_2": "y"}) == "x {{b}} {c d} {1e} y x { f } {} {{{g}}}"


def test_braces_in_a_value_mean_nothing():
    assert filled("{a} and {b}", {"a": "{b}", "b": "{{a}}"}) == "{b} and {{a}}"


@SETTINGS
@given(st.text(max_size=60), st.text(max_size=60))
def test_no_value_reaches_beyond_its_gap(one, two):
    try:
        values = values_for([TEXT, Variable(name="b", required=False)], {"a": one, "b": two})
    except Unfilled:
        return
    said = filled("[{a}|{b}]", values.by_name)
    assert said == f"[{values.by_name['a']}|{values.by_name['b']}]"
    assert ("\n" not in said and said.isprintable()) or not said.isascii()


@SETTINGS
@given(st.text(alphabet="{}ab_1 ,.", max_size=40))
def test_what_is_no_gap_stays_as_it_is(text):
    values = dict.fromkeys(gaps(text), "V")
    if not gaps(text):
        assert filled(text, {}).split() == text.lstrip(",.;:!? ").split() or text[:1] in " ,."
    assert gaps(filled(text, values)) == () or "V" in GAP.sub("", filled(text, values))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("A cup, {x}, slow pan.", "A cup, slow pan."),
        ("A cup, slow pan, {x}.", "A cup, slow pan."),
        ("A {x} cup.", "A cup."),
        ("{x}, a cup.", "a cup."),
        ("A cup, {x}", "A cup"),
        ("A cup. {x}. Slow pan.", "A cup. Slow pan."),
    ],
)
def test_an_empty_value_leaves_no_trace(text, said):
    assert filled(text, {"x": ""}) == said


def test_a_value_that_ends_a_sentence_ends_it_once():
    assert filled("He says {a}. Pan.", {"a": "Sleep on it."}) == "He says Sleep on it. Pan."


def test_every_fault_is_named():
    size = Variable(name="size", type=Kind.NUMBER, label="Size")
    light = Variable(name="light", type=Kind.CHOICE, choices=("day", "night"))
    with pytest.raises(Unfilled) as wrong:
        values_for([TEXT, size, light], {"size": "big", "light": "noon", "colour": "red"})
    assert wrong.value.errors == {
        "colour": "There is no variable colour. There are a, size, light.",
        "a": "Fill in a.",
        "size": "Write a number of up to 9 digits, such as 3 or 2.5.",
        "light": "Choose one of day, night.",
    }


def test_what_is_not_given_comes_from_the_brand_and_then_from_the_default():
    three = [TEXT, Variable(name="b", default="two"), Variable(name="c", default="three")]
    values = values_for(three, {"a": " one\n 1 "}, brand={"b": "brand", "a": "brand"})
    assert values.by_name == {"a": "one 1", "b": "brand", "c": "three"}
    assert values.from_brand == {"b"}


def test_a_brand_value_that_does_not_fit_is_left_alone():
    light = Variable(name="light", type=Kind.CHOICE, choices=("day", "night"), default="day")
    assert values_for([light], {}, brand={"light": "noon"}).by_name == {"light": "day"}


@pytest.mark.parametrize(
    ("kind", "value", "said"),
    [
        (Kind.TEXT, "  two\twords\n", "two words"),
        (Kind.TEXT, "e\u0301", "\u00e9"),
        (Kind.NUMBER, "2.50", "2.50"),
        (Kind.NUMBER, "007", "7"),
        (Kind.COLOUR, "#ffb224", "#FFB224"),
        (Kind.COLOUR, "deep red", "deep red"),
        (Kind.TEXT, "   ", ""),
    ],
)
def test_clean_values(kind, value, said):
    assert clean(Variable(name="a", type=kind), value) == said


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.TEXT, "a\x00b"),
        (Kind.TEXT, "a\u202eb"),
        (Kind.TEXT, "x" * 301),
        (Kind.NUMBER, "1e5"),
        (Kind.NUMBER, "NaN"),
        (Kind.NUMBER, "1234567890"),
        (Kind.COLOUR, "#ffb2"),
    ],
)
def test_values_that_cannot_stand_in_a_prompt(kind, value):
    with pytest.raises(BadValue):
        clean(Variable(name="a", type=kind), value)
