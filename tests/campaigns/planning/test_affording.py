"""Whether the money is there, and the three ways out with their numbers."""

from dataclasses import replace

import pytest

from campaigns import briefs, drafting, opening, storyboard, takes
from campaigns.takes import TakeWish
from generation.money import budget_terms
from generation.money.budget_terms import BudgetAsk
from tests.generation.api.conftest import make_caller


def agreed(access, campaign, micros):
    brief = campaign.brief
    brief.refresh_from_db()
    fields = replace(briefs.fields_of(brief), budget_micros=micros)
    briefs.change(access, campaign, fields, version=brief.version)


def money(access, campaign):
    return drafting.money_of(access, campaign, list(storyboard.shots_of(campaign)))


def limited(access, micros, **more):
    ask = BudgetAsk(**{"name": "All", "kind": "workspace", "limit_micros": micros, **more})
    return budget_terms.create(access, ask)


def test_enough_is_no_contradiction(board, access):
    agreed(access, board, 2_200_000)
    [room] = money(access, board).rooms
    assert (room.left_micros, room.short_micros, room.tight) == (2_200_000, 0, False)
    assert money(access, board).contradictions == ()


def test_enough_if_all_goes_well_is_tight(board, access):
    agreed(access, board, 1_180_000)
    found = money(access, board)
    assert (found.rooms[0].tight, found.contradictions) == (True, ())


def test_too_little_has_three_ways_out(board, access):
    agreed(access, board, 1_000_000)
    [short] = money(access, board).contradictions
    assert (short.code, short.setting) == ("budget_too_small", "budget_micros")
    assert short.message == ("The brief’s budget has $1.00 left; these 10 shots cost $1.18.")
    assert short.options == (
        "Take out shots 3, 6, 9: $0.18 less, $1.00 in all",
        "Make all as drafts: $0.30 less, $0.88 in all",
        "Ask for $0.18 more",
    )


def test_a_cheaper_tier_that_is_not_enough_says_so(board, access):
    agreed(access, board, 500_000)
    [short] = money(access, board).contradictions
    assert short.options[1] == (
        "Make all as drafts: $0.30 less, $0.88 in all, which alone is not enough"
    )


def test_what_has_takes_is_not_to_be_paid_again(board, access):
    agreed(access, board, 1_180_000)
    first, second, *_ = storyboard.shots_of(board)
    takes.make(access, board, [TakeWish(shot=first), TakeWish(shot=second)])
    [room] = money(access, board).rooms
    assert (room.left_micros, room.likely_micros, room.short_micros) == (980_000, 980_000, 0)


@pytest.mark.parametrize(
    ("more", "likely"),
    [
        ({}, 1_180_000),
        ({"kind": "provider", "target": "pika"}, 680_000),
        ({"kind": "provider", "target": "sora"}, None),
    ],
)
def test_every_real_budget_that_applies_is_held_against_the_shots(board, access, more, likely):
    limited(access, 600_000, **more)
    rooms = money(access, board).rooms
    assert [room.likely_micros for room in rooms] == ([] if likely is None else [likely])
    assert [one.setting for one in money(access, board).contradictions] == [
        f"budget:{room.uid}" for room in rooms
    ]


def test_a_budget_of_another_campaign_does_not_count(board, access, client):
    other = opening.open_campaign(access, name="Autumn", client=client)
    limited(access, 1, kind="centre", target=other.uid)
    assert money(access, board).rooms == ()


def test_a_key_that_may_not_see_budgets_is_told_of_the_agreed_one_alone(
    board, access, workspace, owner
):
    limited(access, 600_000)
    agreed(access, board, 1_000_000)
    blind = make_caller(workspace, owner, scopes=["campaigns:read", "campaigns:write"])
    told = blind.get(f"campaigns/{board.uid}/shots").json()
    assert [limit["name"] for limit in told["limits"]] == ["The brief’s budget"]
    assert [one["setting"] for one in told["contradictions"]] == ["budget"]
