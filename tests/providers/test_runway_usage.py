"""Runway's usage report: the call as the official client makes it, and its rows in money."""

from datetime import date

import pytest

from providers.adapters.runway import Runway
from providers.errors import Unavailable

from .conversation import answer, talk

BASE = "https://runway.test"
REPORT = {
    "models": ["gen4.5"],
    "results": [{"date": "2026-11-21", "usedCredits": [{"model": "gen4.5", "amount": 180}]}],
    "resultsByApiKey": [],
}


def ask(body, **more):
    runway = Runway(base_url=BASE, key="key_x")
    steps = runway.usage(first=date(2026, 11, 1), until=date(2026, 11, 22))
    return talk(steps, answer(body, **more))


def test_one_call_and_its_rows():
    [call], rows = ask(REPORT)
    assert (call.method, call.url) == ("POST", f"{BASE}/v1/organization/usage")
    assert call.json == {"startDate": "2026-11-01", "beforeDate": "2026-11-22"}
    assert call.creates is False
    assert [(row.day, row.model, row.micros, row.native_amount) for row in rows] == [
        (date(2026, 11, 21), "gen4.5", 1_800_000, "180")
    ]


def test_refunds_may_weigh_more():
    used = [{"model": "gen4.5", "amount": -2.5}]
    _, [row] = ask({"results": [{"date": "2026-11-21", "usedCredits": used}]})
    assert (row.micros, row.native_unit) == (-25_000, "credit")


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"results": [{"date": "yesterday", "usedCredits": []}]},
        {"results": [{"date": "2026-11-21"}]},
        {"results": [{"date": "2026-11-21", "usedCredits": [{"model": "a", "amount": "1"}]}]},
        {"results": [{"date": "2026-11-21", "usedCredits": [{"model": "a", "amount": True}]}]},
    ],
)
def test_half_a_bill_is_none(body):
    with pytest.raises(Unavailable, match="cannot be read"):
        ask(body)
