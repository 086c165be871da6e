"""Hints stand beside hard words until the one who reads them puts them away."""

import pytest

from generation.pages.hints import HINTS

HELD = "Held is money set aside"


def test_a_hint_put_away_stays_away_and_the_others_stay(browser):
    assert HELD in browser.get("/").text
    answer = browser.post("/hints/", {"hint": "hold", "next": "/jobs/"})
    assert (answer.status_code, answer["Location"]) == (302, "/jobs/")
    assert HELD not in browser.get("/").text
    assert HINTS["tier"] in browser.get("/generate/").text


@pytest.mark.parametrize("name", ["", "nothing", "hold;tier"])
def test_an_unknown_hint_changes_nothing(browser, name):
    browser.post("/hints/", {"hint": name})
    assert HELD in browser.get("/").text


def test_it_never_leads_elsewhere(browser):
    answer = browser.post("/hints/", {"hint": "hold", "next": "https://elsewhere.example/"})
    assert answer["Location"] == "/"


def test_in_place_the_answer_is_empty(browser):
    answer = browser.post("/hints/", {"hint": "hold"}, headers={"HX-Request": "true"})
    assert (answer.status_code, answer.content) == (200, b"")
