"""The prompt library by key."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import PromptTemplate, Shot, TemplateUse, TemplateVersion
from campaigns.prompts.library.starters import starters
from generation.models import Job, LedgerLine
from tests.campaigns.api.test_clients import change
from tests.campaigns.footing import shot_of
from tests.generation.api.conftest import make_caller, only_error

pytestmark = pytest.mark.usefixtures("shop")
CUP = {
    "name": "Cup",
    "kind": "food",
    "body": "A {size} cup on {surface}, static shot, soft light.",
    "variables": [{"name": "size", "default": "small"}, {"name": "surface"}],
    "settings": {"tier": "draft"},
    "publish": True,
}
FILLED = {"values": {"surface": "slate"}}


@pytest.fixture
def cup(caller) -> str:
    made = caller.post("prompt-templates", CUP)
    assert made.status_code == 201, made.content
    return made.json()["id"]


def test_the_library_in_pages_with_as_many_queries_for_many_as_for_one(caller, cup):
    first = caller.get("prompt-templates", limit=1).json()
    assert [one["name"] for one in first["results"]] != []
    with CaptureQueriesContext(connection) as one:
        caller.get("prompt-templates", limit=1)
    with CaptureQueriesContext(connection) as many:
        told = caller.get("prompt-templates", limit=100).json()
    assert len(many) == len(one)
    assert len(told["results"]) == len(starters()) + 1
    assert caller.get("prompt-templates", q="cup slate zzz", kind="food").json()["results"] == []
    [found] = caller.get("prompt-templates", q="{size}").json()["results"]
    assert (found["id"], found["published"], found["draft"], found["starter"]) == (
        cup,
        1,
        None,
        False,
    )


def test_made_once_for_one_key(caller):
    first = caller.post("prompt-templates", CUP, key="k").json()
    assert caller.post("prompt-templates", CUP, key="k").json() == first
    assert PromptTemplate.objects.filter(starter="").count() == 1


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"colour": 1}, "colour"),
        ({"kind": "poem"}, "kind"),
        ({"body": "A {pot}."}, "body"),
        ({"variables": [{"name": "size", "kind": "x"}]}, "variables.0.kind"),
        ({"variables": [{"name": "size", "type": "date"}]}, "variables.0.type"),
        ({"variables": [{"name": "size", "choices": ["a", "b"]}]}, "variables.0.choices"),
        ({"settings": {"seconds": 2}}, "settings.seconds"),
        ({"settings": {"speed": 2}}, "settings.speed"),
        ({"renderings": {"luma": "x"}}, "renderings.luma"),
    ],
)
def test_refused_templates(caller, body, attr):
    answer = caller.post("prompt-templates", {**CUP, **body})
    assert only_error(answer)[0::2] == (400, attr)
    assert not PromptTemplate.objects.filter(starter="").exists()


def test_drafting_publishing_changing(caller, cup):
    draft = caller.post(f"prompt-templates/{cup}/versions", {"body": "A mug."}).json()
    assert (draft["number"], draft["published_at"]) == (2, None)
    again = caller.post(f"prompt-templates/{cup}/versions", {"body": "A jug."}).json()
    assert again["number"] == 2
    answer = caller.post(f"prompt-templates/{cup}/render", {"version": 2}).json()
    assert answer["version"] == 2
    assert (
        only_error(caller.post(f"prompt-templates/{cup}/generate", {"version": 2}))[2] == "version"
    )
    done = caller.post(f"prompt-templates/{cup}/versions/2/publish", {})
    assert done.json()["published_at"] is not None
    assert caller.post(f"prompt-templates/{cup}/versions/9/publish", {}).status_code == 404
    told = change(caller, f"prompt-templates/{cup}", {"name": "Jug", "archived": True}).json()
    assert (told["name"], told["archived"], told["published"]) == ("Jug", True, 2)
    assert [one["number"] for one in told["versions"]] == [2, 1]
    assert only_error(change(caller, f"prompt-templates/{cup}", {"body": "x"}))[2] == "body"


def test_rendered_and_priced(caller, cup):
    told = caller.post(f"prompt-templates/{cup}/render", FILLED).json()
    assert told["values"] == {"size": "small", "surface": "slate"}
    assert "small cup on slate" in told["prompt"]
    at = {one["provider"]: one for one in told["providers"]}
    assert at[told["provider"]]["price"] == told["estimated_cost"] > 0
    assert set(at) == {"runway", "sora", "kling", "pika"}
    assert not Job.objects.exists()


def test_a_clip_with_its_template_once_for_one_key(caller, cup):
    made = caller.post(f"prompt-templates/{cup}/generate", FILLED, key="g")
    again = caller.post(f"prompt-templates/{cup}/generate", FILLED, key="g")
    assert (made.status_code, again.json()) == (202, made.json())
    use = TemplateUse.objects.get()
    assert (use.job.uid, use.values["surface"]) == (made.json()["job_id"], "slate")
    figures = caller.get(f"prompt-templates/{cup}").json()["figures"]
    assert (figures["uses"], figures["takes"], figures["cost_per_accepted"]) == (1, 0, None)


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "values.surface"),
        ({"values": {"surface": "x", "tint": "y"}}, "values.tint"),
        ({**FILLED, "duration": 99}, "duration"),
        ({**FILLED, "version": 7}, "version"),
        ({**FILLED, "client": "cc_x"}, "client"),
        ({**FILLED, "image_path": "asset_x"}, "image_path"),
        ({**FILLED, "quote_id": "quote_x"}, "quote_id"),
        ({**FILLED, "prompt": "x"}, "prompt"),
    ],
)
def test_refused_clips_make_nothing(caller, cup, body, attr):
    assert only_error(caller.post(f"prompt-templates/{cup}/generate", body))[0::2] == (400, attr)
    assert not (Job.objects.exists() or TemplateUse.objects.exists() or LedgerLine.objects.exists())


def test_generating_needs_the_right_to(workspace, owner, cup):
    reader = make_caller(workspace, owner, scopes=["campaigns:read", "campaigns:write"])
    assert reader.post(f"prompt-templates/{cup}/generate", FILLED).status_code == 403
    assert reader.post(f"prompt-templates/{cup}/render", FILLED).status_code == 200


def test_shots(caller, cup, campaign):
    address = f"prompt-templates/{cup}/shots"
    made = caller.post(address, {**FILLED, "campaign": campaign.uid}).json()
    shot = Shot.objects.get(uid=made["shot"])
    assert (shot.template_version.number, shot.prompt) == (1, made["prompt"])
    other = shot_of(campaign, position=2)
    assert caller.post(address, {**FILLED, "shot": other.uid}).status_code == 201
    assert only_error(caller.post(address, FILLED))[2] == "shot"
    assert caller.post(address, {**FILLED, "shot": "shot_x"}).status_code == 404


def test_out_of_one_workspace_into_another(caller, foreign_caller, live_caller, cup):
    file = caller.get(f"prompt-templates/{cup}/export").json()
    made = foreign_caller.post("prompt-templates/import", file)
    assert made.status_code == 201, made.content
    back = foreign_caller.get(f"prompt-templates/{made.json()['id']}/export").json()
    assert back == file
    for other in (foreign_caller, live_caller):
        assert other.get(f"prompt-templates/{cup}").status_code == 404
        assert other.post(f"prompt-templates/{cup}/generate", FILLED).status_code == 404
    file["versions"][0]["variables"][1]["type"] = "date"
    answer = foreign_caller.post("prompt-templates/import", file)
    assert only_error(answer)[0::2] == (400, "versions.0.variables.1.type")


def test_fork(caller, cup):
    made = caller.post(f"prompt-templates/{cup}/fork", {"name": "Mug"}).json()
    assert (made["name"], made["forked_from"], made["published"], made["draft"]) == (
        "Mug",
        cup,
        None,
        1,
    )
    assert only_error(caller.post(f"prompt-templates/{cup}/fork", {"name": "Cup"}))[2] == "name"
    assert TemplateVersion.objects.filter(from_starter=False).count() == 2
