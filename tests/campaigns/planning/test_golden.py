"""The seed's example campaign costs exactly $1.18, and planning it spends nothing."""

from dataclasses import replace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import drafting, replanning, storyboard
from campaigns.models import Shot, Take
from campaigns.planning.reading import plan_of
from generation import queue
from generation.models import Attempt, Event, Job, LedgerLine
from tests.generation.api.conftest import only_error

# Five drafts of 5 s at Pika, two photos at Runway, three joints of 3 s at Pika. At worst Runway
# makes what Pika and Kling cannot.
LIKELY, WORST = 1.18, 2.20


@pytest.fixture
def spends_nothing(monkeypatch, django_capture_on_commit_callbacks):
    """Asserts, at the end, that no job, attempt, ledger line, event or ring came of it."""
    rung: list[str] = []
    monkeypatch.setattr(queue, "ring", lambda task, *args: rung.append(task))
    with django_capture_on_commit_callbacks(execute=True):
        yield
    assert [kind.objects.count() for kind in (Job, Attempt, LedgerLine, Event, Take)] == [0] * 5
    assert rung == []


def test_a_dry_plan_quotes_and_writes_no_shot(golden, caller, spends_nothing):
    answer = caller.post(f"campaigns/{golden.uid}/plan", {})
    told = answer.json()
    assert answer.status_code == 200
    assert (told["likely_cost"], told["max_cost"]) == (LIKELY, WORST)
    assert (told["quote"]["likely_cost"], told["quote"]["max_cost"]) == (LIKELY, WORST)
    assert told["quote"]["by_provider"] == {"pika": 0.68, "runway": 0.5}
    assert told["total_seconds"] == 44
    assert (told["applied"], told["added"], len(told["shots"])) == (False, 10, 10)
    assert told["shots"][0]["offer"] == {
        "provider": "pika",
        "model": told["shots"][0]["offer"]["model"],
        "why": "Pika: cheapest draft that does 9:16",
        "duration": 5,
        "billed_seconds": 5,
        "likely_cost": 0.1,
        "max_cost": 0.25,
        "notes": [],
        "left_out": [],
    }
    photo = next(shot for shot in told["shots"] if shot["role"] == "product")
    assert photo["offer"]["why"] == "Runway: first in the high order that moves a picture"
    assert photo["offer"]["left_out"] == ["Sora makes no image to video"]
    assert Shot.objects.count() == 0


def test_an_applied_plan_is_the_storyboard_at_the_same_price(golden, caller, spends_nothing):
    told = caller.post(f"campaigns/{golden.uid}/plan", {"apply": True}).json()
    assert (told["applied"], told["likely_cost"], told["max_cost"]) == (True, LIKELY, WORST)
    board = caller.get(f"campaigns/{golden.uid}/shots").json()
    assert (board["likely_cost"], board["max_cost"], board["blocked"]) == (LIKELY, WORST, 0)
    assert [shot["position"] for shot in board["results"]] == list(range(1, 11))
    assert board["results"] == told["shots"]


def test_the_quote_of_the_storyboard_pays_for_its_drafts(board, caller):
    quote = caller.post(f"campaigns/{board.uid}/quote", {}).json()
    assert (quote["likely_cost"], quote["max_cost"]) == (LIKELY, WORST)
    made = caller.post(f"campaigns/{board.uid}/drafts", {"quote_id": quote["quote_id"]})
    assert made.status_code == 202, made.content
    told = made.json()
    assert told["total_estimated_cost"] == LIKELY
    assert len(told["takes"]) == Job.objects.filter(quote__uid=quote["quote_id"]).count() == 10
    assert sum(line.held_delta for line in LedgerLine.objects.all()) == 1_180_000
    order = [shot.uid for shot in storyboard.shots_of(board)]
    assert [take["shot_id"] for take in told["takes"]] == order


def test_asking_for_drafts_twice_with_one_key_pays_once(board, caller):
    first = caller.post(f"campaigns/{board.uid}/drafts", {"takes_each": 2}, key="k1")
    again = caller.post(f"campaigns/{board.uid}/drafts", {"takes_each": 2}, key="k1")
    assert first.json() == again.json()
    assert first.json()["total_estimated_cost"] == 2.36
    assert Job.objects.count() == 20
    assert [take["number"] for take in first.json()["takes"][:2]] == [1, 2]


def test_drafts_on_a_quote_for_other_shots_are_refused(board, caller):
    quote = caller.post(f"campaigns/{board.uid}/quote", {}).json()
    one = storyboard.shots_of(board)[0].uid
    body = {"shots": [one], "takes_each": 2, "quote_id": quote["quote_id"]}
    status, code, attr, _ = only_error(caller.post(f"campaigns/{board.uid}/drafts", body))
    assert (status, code, attr) == (400, "quote_changed", "quote_id")
    assert (Job.objects.count(), LedgerLine.objects.count(), Take.objects.count()) == (0, 0, 0)


def test_the_price_of_ten_shots_takes_as_many_queries_as_that_of_one(board, access):
    shots = list(storyboard.shots_of(board))
    drafting.money_of(access, board, shots)  # the catalogue is read once a process
    assert _queries(lambda: drafting.money_of(access, board, shots)) == _queries(
        lambda: drafting.money_of(access, board, shots[:1])
    )


def test_applying_ten_shots_takes_as_many_queries_as_three(access, golden):
    whole = plan_of(golden)
    few = replace(whole, shots=whole.shots[-3:])
    three = _queries(lambda: replanning.apply(access, golden, few))
    Shot.objects.all().delete()
    assert _queries(lambda: replanning.apply(access, golden, whole)) == three


def _queries(work) -> int:
    with CaptureQueriesContext(connection) as seen:
        work()
    return len(seen)
