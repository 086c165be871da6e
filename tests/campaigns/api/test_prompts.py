"""Review and optimisation by key."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import BrandKit
from generation import centres
from generation.models import CostCentre, Job, LedgerLine
from tests.campaigns.prompts.stand_in import StandIn
from tests.generation.api.conftest import make_caller

KITE = "Close-up of a red kite over a beach, slow pan, low sun"


@pytest.fixture
def kit(client) -> BrandKit:
    kit = client.brand_kit
    kit.voice, kit.avoid, kit.locked_phrases = "Bold", ["rain"], ["Nike Air", "cool"]
    kit.save()
    return kit


def refused(answer, *, attr, words, status=400):
    assert answer.status_code == status, answer.content
    (error,) = answer.json()["errors"]
    assert error["attr"] == attr
    assert words in error["detail"]
    assert (Job.objects.count(), LedgerLine.objects.count()) == (0, 0)


def test_one_prompt_is_reviewed(caller, shop):
    answer = caller.post("prompts/review", {"prompt": "Cool gym scene", "provider": "runway"})
    assert answer.status_code == 200
    said = answer.json()
    assert (said["verdict"], said["score"]) == ("improve", 70)
    assert said["reviews"][0]["findings"][0] == {
        "rule": "subjective",
        "severity": "warns",
        "start": 0,
        "end": 4,
        "text": "Cool",
        "message": "“Cool” is an opinion; nobody can film it.",
        "remedy": "In its place, name the colours, the clothes or the move that make it so.",
    }
    assert said["reviews"][0]["findings"][1]["text"] == ""
    assert said["offers"][0] == {
        "provider": "runway",
        "longest": 1000,
        "counts": "utf16",
        "negative_prompt": False,
    }


def test_a_batch_is_reviewed_in_its_order(caller, shop):
    said = caller.post("prompts/review", {"prompts": [KITE, "Phone", KITE]}).json()
    assert [one["verdict"] for one in said["reviews"]] == ["ready", "rework", "ready"]
    assert [one["index"] for one in said["reviews"]] == [0, 1, 2]
    assert (said["verdict"], said["score"]) == ("rework", 60)


def test_what_the_desk_adds_counts_against_the_offer(caller, shop):
    terms = {"prompt": "a" * 990, "quality": "standard", "style": "cinematic"}
    said = caller.post("prompts/review", {**terms, "negative_prompt": "rain"}).json()
    added = len(" Cinematic look, film lighting, shallow depth of field. Avoid: rain")
    assert said["offers"][0]["longest"] == 1000 - added
    assert "too_long" in [one["rule"] for one in said["reviews"][0]["findings"]]


def test_a_prompt_is_rewritten(caller, shop):
    body = {"prompt": "A nice red kite over a beach, no people", "quality": "draft"}
    said = caller.post("prompts/optimise", body).json()
    assert said["original"] == body["prompt"]
    assert said["rewritten"] == "A red kite over a beach, soft natural light, slow push in"
    assert (said["negative_prompt"], said["source"], said["notes"]) == ("people", "rules", [])
    assert said["changes"][0] == {
        "rule": "subjective",
        "reason": "An opinion cannot be filmed.",
        "before": "nice",
        "after": "",
    }
    assert said["diff"][0] == {"kind": "equal", "text": "A "}
    assert said["diff"][1] == {"kind": "delete", "text": "nice "}
    assert said["findings_before"][0]["rule"] == "subjective"
    assert said["findings_after"] == []
    assert (Job.objects.count(), LedgerLine.objects.count()) == (0, 0)


def test_the_clients_brand_kit_binds(caller, shop, client, kit):
    body = {"prompt": "A cool pair of Nike Air on grass, rain", "quality": "draft"}
    free = caller.post("prompts/review", body).json()["reviews"][0]["findings"]
    assert {"brand", "subjective"} <= {one["rule"] for one in free}
    body["client"] = client.uid
    bound = caller.post("prompts/review", body).json()["reviews"][0]["findings"]
    assert {"brand", "subjective"}.isdisjoint({one["rule"] for one in bound})
    assert "avoided" in {one["rule"] for one in bound}
    said = caller.post("prompts/optimise", body).json()
    assert said["rewritten"].startswith("A cool pair of Nike Air on grass, rain")
    assert said["rewritten"].endswith("hard bright light, quick push in")
    assert said["negative_prompt"] == "rain"


def test_a_client_without_a_brand_kit_binds_nothing(caller, shop, access):
    bare = centres.open_client(access, name="Bare")
    said = caller.post("prompts/review", {"prompt": KITE, "client": bare.uid})
    assert said.json()["verdict"] == "ready"
    assert not BrandKit.objects.exists()


@pytest.mark.parametrize("path", ["prompts/review", "prompts/optimise"])
def test_another_workspaces_or_modes_client_is_not_there(
    path, shop, client, kit, foreign_caller, live_caller
):
    for caller in (foreign_caller, live_caller):
        answer = caller.post(path, {"prompt": KITE, "client": client.uid})
        refused(answer, attr="client", words="There is no such client")


@pytest.mark.parametrize(
    ("body", "attr", "words"),
    [
        ({}, "prompt", "Send one of prompt"),
        ({"prompt": KITE, "prompts": [KITE]}, "prompts", "Send one of prompt"),
        ({"prompts": []}, "prompts", "Send 1 to 1000 prompts."),
        ({"prompt": 5}, "prompt", "Send a text."),
        ({"prompt": KITE, "durations": 5}, "durations", "Did you mean duration?"),
        ({"prompt": KITE, "duration": 21}, "duration", "A clip is 3 to 20 seconds long"),
        ({"prompt": KITE, "duration": "5"}, "duration", "without quotes"),
        ({"prompt": KITE, "provider": "veo"}, "provider", "Choose one of"),
        ({"prompt": "a" * 4001}, "prompt", "Keep it under 4000 characters."),
        ({"prompts": [KITE, "a\x07"]}, "prompts.1", "Remove the control characters."),
        ({"prompt": KITE, "client": "nobody"}, "client", "There is no such client"),
    ],
)
def test_refusals_name_the_field(caller, shop, body, attr, words):
    before = CostCentre.objects.count()
    refused(caller.post("prompts/review", body), attr=attr, words=words)
    assert CostCentre.objects.count() == before
    if body and "prompts" not in body:
        refused(caller.post("prompts/optimise", body), attr=attr, words=words)


def test_rights_are_those_of_an_estimate(shop, workspace, owner, caller):
    may = make_caller(workspace, owner, scopes=["jobs:read"])
    may_not = make_caller(workspace, owner, scopes=["jobs:write"])
    for path in ("prompts/review", "prompts/optimise"):
        assert may.post(path, {"prompt": KITE}).status_code == 200
        assert may_not.post(path, {"prompt": KITE}).status_code == 403
        assert caller.get(path).status_code == 405


def test_many_prompts_ask_the_database_no_more_than_one(caller, shop, client, kit):
    counts = []  # the first request also writes down that the key was used
    for prompts in ([KITE], [KITE], [KITE] * 40):
        with CaptureQueriesContext(
            connection,
        ) as asked:
            body = {"prompts": prompts, "client": client.uid}
            assert caller.post("prompts/review", body).status_code == 200
        counts.append(len(asked))
    assert counts[1] == counts[2] == 3


def test_a_language_model_words_the_proposal(caller, shop, settings):
    model = StandIn()
    settings.PROMPT_MODEL = {"base_url": model.base_url, "key": "", "name": "small"}
    model.says(KITE)
    said = caller.post("prompts/optimise", {"prompt": "A red kite over a beach"}).json()
    model.close()
    assert (said["rewritten"], said["source"]) == (KITE, "language_model")
