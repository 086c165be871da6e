"""Campaigns and briefs by the API: where they stand, and one version after another."""

import pytest

from campaigns import takes
from campaigns.models import Brief, Campaign, Shot, Verdict
from campaigns.takes import TakeWish
from generation.models import Job
from generation.money import budget_terms
from generation.money.budget_terms import BudgetAsk
from tests.campaigns.api.test_clients import change
from tests.generation.api.conftest import make_caller, only_error

NOTHING = {"total": 0, "locked": 0, "drafted": 0, "picked": 0, "final": 0}


@pytest.fixture
def shots(campaign) -> list[Shot]:
    return [
        Shot.objects.create(
            workspace_id=campaign.workspace_id,
            mode=campaign.mode,
            campaign=campaign,
            position=number,
            role="b_roll",
            prompt=f"Scene {number}",
        )
        for number in (1, 2, 3)
    ]


def test_open_and_read(caller, client):
    body = {"name": "Spring", "client": client.uid}
    made = caller.post("campaigns", body, key="c1")
    assert made.status_code == 201
    told = made.json()
    assert caller.post("campaigns", body, key="c1").json() == told
    assert Campaign.objects.count() == 1
    assert (told["name"], told["client"], told["missing"]) == ("Spring", client.uid, 10)
    assert told["shots"] == NOTHING
    assert told["money"] == {
        "agreed": None,
        "held": 0,
        "spent": 0,
        "left": None,
        "budgets": [],
    }
    assert caller.get(f"campaigns/{told['id']}").json() == told
    brief = caller.get(f"campaigns/{told['id']}/brief").json()
    assert (brief["version"], brief["quality"], brief["style"]) == (1, "standard", None)


def test_where_a_campaign_stands(shop, caller, access, campaign, shots):
    ask = BudgetAsk(name="Spring", kind="centre", target=campaign.uid, limit_micros=5_000_000)
    budget = budget_terms.create(access, ask)
    body = {"version": 1, "budget": 2.5, "deadline": "2026-12-18"}
    change(caller, f"campaigns/{campaign.uid}/brief", body)
    made = takes.make(access, campaign, [TakeWish(shot=shots[0]), TakeWish(shot=shots[1])])
    takes.make(access, campaign, [TakeWish(shot=shots[0])])
    first, second = made.takes
    Job.objects.filter(pk=first.job_id).update(
        state="completed", ended_at=first.created_at, attention="overage"
    )
    second.verdict = Verdict.PICKED
    second.save()
    Shot.objects.filter(pk=shots[1].pk).update(picked=second, locked=True)
    told = caller.get(f"campaigns/{campaign.uid}").json()
    assert told["deadline"] == "2026-12-18"
    assert told["shots"] == {"total": 3, "locked": 1, "drafted": 2, "picked": 1, "final": 0}
    assert told["takes"] == {
        "total": 3,
        "queued": 2,
        "processing": 0,
        "completed": 1,
        "failed": 0,
        "cancelled": 0,
        "picked": 1,
        "rejected": 0,
        "to_judge": 1,
        "attention": 1,
    }
    money = told["money"]
    assert money["held"] == pytest.approx(0.30)
    assert (money["agreed"], money["left"], money["spent"]) == (2.5, pytest.approx(2.2), 0)
    assert money["budgets"] == [
        {
            "id": budget.uid,
            "name": "Spring",
            "limit": 5.0,
            "left": pytest.approx(4.7),
            "hard": True,
        }
    ]


def test_who_sees_no_costs_sees_no_money(workspace, owner, campaign):
    blind = make_caller(workspace, owner, scopes=["campaigns:read"])
    assert blind.get(f"campaigns/{campaign.uid}").json()["money"] is None
    half = make_caller(workspace, owner, scopes=["campaigns:read", "costs:read"])
    assert half.get(f"campaigns/{campaign.uid}").json()["money"]["budgets"] is None


def test_put_away_and_bring_back(caller, campaign):
    path = f"campaigns/{campaign.uid}"
    assert change(caller, path, {"archived": True}).json()["archived"] is True
    assert caller.get("campaigns").json()["results"] == []
    assert len(caller.get("campaigns", archived="true").json()["results"]) == 1
    assert change(caller, path, {"archived": False}).json()["archived"] is False
    assert only_error(change(caller, path, {"name": "New"}))[0] == 400


def test_a_brief_by_fields_and_as_a_whole(caller, campaign):
    path = f"campaigns/{campaign.uid}/brief"
    body = {
        "version": 1,
        "goal": "Launch",
        "claims": [{"text": "Lightest"}],
        "aspect_ratio": "9:16",
        "quality": "high",
        "budget": 99.5,
        "deadline": "2026-12-18",
        "style": "cinematic",
    }
    told = change(caller, path, body).json()
    assert told["version"] == 2
    assert {name: told[name] for name in body if name not in ("version", "claims")} == {
        name: body[name] for name in body if name not in ("version", "claims")
    }
    assert told["missing"][-1]["words"] == "Proof for “Lightest”"
    cleared = change(caller, path, {"version": 2, "budget": None, "style": None}).json()
    assert (cleared["budget"], cleared["style"], cleared["goal"]) == (None, None, "Launch")
    whole = change(caller, path, {"version": 3, "message": "Cold"}, method="put").json()
    assert (whole["goal"], whole["message"], whole["quality"]) == ("", "Cold", "standard")
    assert whole["version"] == 4


def test_an_old_version_is_a_conflict_that_names_who(caller, campaign):
    path = f"campaigns/{campaign.uid}/brief"
    change(caller, path, {"version": 1, "goal": "First"})
    for method in ("patch", "put"):
        body = {"version": 1, "goal": "Second"}
        status, code, attr, words = only_error(change(caller, path, body, method=method))
        assert (status, code, attr) == (409, "version_conflict", None)
        assert words.startswith("The API key Robot has changed the brief")
        assert "version 2" in words
    assert Brief.objects.get().goal == "First"


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"goal": "x"}, "version"),
        ({"version": 1, "aim": "x"}, "aim"),
        ({"version": 1, "must": ["A"], "never": ["a"]}, "never"),
        ({"version": 1, "quality": "best"}, "quality"),
        ({"version": 1, "total_seconds": 1}, "total_seconds"),
        ({"version": 1, "deadline": "soon"}, "deadline"),
        ({"version": 1, "products": ["prod_none"]}, "products"),
        ({"version": 1, "budget": -1}, "budget"),
    ],
)
def test_refused_briefs(caller, campaign, body, attr):
    for method in ("patch", "put"):
        answer = change(caller, f"campaigns/{campaign.uid}/brief", body, method=method)
        assert only_error(answer)[0::2] == (400, attr)
    assert Brief.objects.get().version == 1


def test_nobody_elses(caller, foreign_caller, live_caller, campaign, client):
    path = f"campaigns/{campaign.uid}"
    for stranger in (foreign_caller, live_caller):
        assert stranger.get(path).status_code == stranger.get(f"{path}/brief").status_code == 404
        assert change(stranger, path, {"archived": True}).status_code == 404
        assert change(stranger, f"{path}/brief", {"version": 1, "goal": "x"}).status_code == 404
        refused = stranger.post("campaigns", {"name": "New", "client": client.uid})
        assert only_error(refused)[0::2] == (400, "client")
    assert Brief.objects.get().version == 1
    assert Campaign.objects.get().archived_at is None
