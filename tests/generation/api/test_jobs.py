"""Lists, the whole record, retry and promote."""

import pytest
from django.utils import timezone

from generation import centres
from generation.models import Attempt, CentreKind, Job

from .conftest import SEED_BATCH, only_error

pytestmark = pytest.mark.django_db
JOBS = "ai-video/jobs"


def make(caller, count: int = 1, **more) -> list[str]:
    """Ids of new jobs, oldest first."""
    ask = {"prompt": "A lake", "quality": "draft", **more}
    return [caller.post("ai-video/generate", ask).json()["job_id"] for _ in range(count)]


def ids(response) -> list[str]:
    assert response.status_code == 200, response.content
    return [job["job_id"] for job in response.json()["results"]]


def test_newest_first_in_pages(caller, foreign_caller, live_caller):
    made = make(caller, 5)
    make(foreign_caller)
    first = caller.get(JOBS, limit=2)
    assert ids(first) == made[:2:-1]
    second = caller.client.get(
        first.json()["next"], headers={"Authorization": f"Bearer {caller.text}"}
    )
    assert ids(second) == made[2:0:-1]
    third = caller.get(JOBS, limit=2, cursor=second.json()["next_cursor"])
    assert (ids(third), third.json()["next"], third.json()["next_cursor"]) == (made[:1], None, None)
    assert ids(live_caller.get(JOBS)) == []


def test_a_new_job_does_not_shift_the_pages(caller):
    made = make(caller, 3)
    first = caller.get(JOBS, limit=2)
    make(caller)
    assert ids(caller.get(JOBS, limit=2, cursor=first.json()["next_cursor"])) == made[:1]


def test_filters(caller, workspace):
    lake = make(caller)[0]
    sea = make(caller, prompt="The sea_%", quality="standard", provider="kling")[0]
    batch = caller.post("ai-video/batch-generate", SEED_BATCH).json()
    caller.post(f"ai-video/cancel/{lake}")
    everything = [*reversed(batch["job_ids"]), sea, lake]
    assert ids(caller.get(JOBS)) == everything
    assert ids(caller.get(JOBS, state="cancelled")) == [lake]
    assert ids(caller.get(JOBS, tier="standard")) == [sea]
    assert ids(caller.get(JOBS, provider="kling")) == [sea]
    assert ids(caller.get(JOBS, provider="sora")) == []
    assert ids(caller.get(JOBS, batch=batch["batch_id"])) == everything[:3]
    assert ids(caller.get(JOBS, q="the SEA_%")) == [sea]
    assert ids(caller.get(JOBS, q="sea")) == []
    assert ids(caller.get(JOBS, q=lake)) == [lake]
    made_at = Job.objects.get(uid=sea).created_at.isoformat()
    assert ids(caller.get(JOBS, created_after=made_at)) == everything[:3]
    assert ids(caller.get(JOBS, created_before=made_at)) == [lake]
    assert ids(caller.get(JOBS, state="cancelled", tier="standard")) == []


def test_by_campaign(caller, workspace):
    root = centres.root(workspace.pk, mode="test")
    autumn = centres.add(root, kind=CentreKind.CAMPAIGN, name="Autumn")
    make(caller)
    one = make(caller, campaign="Autumn")[0]
    batch = caller.post("ai-video/batch-generate", {**SEED_BATCH, "campaign": autumn.uid}).json()
    for name in ("Autumn", autumn.uid):
        assert ids(caller.get(JOBS, campaign=name)) == [*reversed(batch["job_ids"]), one]
    assert ids(caller.get(JOBS, campaign="Winter")) == []


@pytest.mark.parametrize(
    ("query", "code", "attr"),
    [
        ({"limit": 101}, "max_value", "limit"),
        ({"limit": 0}, "min_value", "limit"),
        ({"limit": "x"}, "invalid", "limit"),
        ({"cursor": "x"}, "invalid", "cursor"),
        ({"cursor": "YWZ0ZXI6LTE"}, "invalid", "cursor"),
        ({"state": "running"}, "invalid_choice", "state"),
        ({"status": "queued"}, "unknown_field", "status"),
        ({"created_after": "yesterday"}, "invalid", "created_after"),
        ({"q": "a\x00"}, "null_characters_not_allowed", "q"),
        ({"state": ["queued", "failed"]}, "repeated", "state"),
    ],
)
def test_a_query_that_means_nothing(caller, query, code, attr):
    assert only_error(caller.get(JOBS, **query))[:3] == (400, code, attr)


def test_a_list_costs_the_same_however_long(caller, django_assert_num_queries):
    make(caller)
    with django_assert_num_queries(4):
        caller.get(JOBS)
    make(caller, 20)
    with django_assert_num_queries(4):
        assert len(ids(caller.get(JOBS))) == 21


def test_the_whole_record(caller, django_assert_max_num_queries):
    [uid] = make(caller, negative_prompt="people", metadata={"order": "A-17"}, max_cost=0.125)
    with django_assert_max_num_queries(10):
        body = caller.get(f"{JOBS}/{uid}").json()
    assert body["status"] == "queued"
    assert (body["prompt"], body["negative_prompt"]) == ("A lake", "people")
    assert (body["metadata"], body["max_cost"]) == ({"order": "A-17"}, 0.125)
    assert [leg["provider"] for leg in body["route"]] == ["pika"]
    assert {one["provider"]: one["reason_code"] for one in body["left_out"]} == {
        "kling": "dearer_than_cap",
        "runway": "dearer_than_cap",
    }
    assert [(one["seq"], one["provider"], one["state"]) for one in body["tries"]] == [
        (0, "pika", "planned")
    ]
    [event] = body["events"]
    assert (event["kind"], event["attempt"]) == ("job.queued", 0)
    assert event["data"] == {"held": 0.1, "provider": "pika"}
    [line] = body["ledger"]
    assert (line["kind"], line["held"], line["spent"], line["job_id"]) == ("hold", 0.1, 0.0, uid)


def test_retry(caller, rung):
    [uid] = make(caller, seed=7, style="cinematic")
    path = f"{JOBS}/{uid}/retry"
    assert only_error(caller.post(path))[:3] == (400, "invalid", "job_id")
    caller.post(f"ai-video/cancel/{uid}")
    response = caller.post(path)
    again = Job.objects.get(uid=response.json()["job_id"])
    assert (response.status_code, response.json()["status"]) == (202, "queued")
    assert (again.prompt, again.tier, again.seed, again.style) == (
        "A lake",
        "draft",
        7,
        "cinematic",
    )
    assert again.made_from.uid == uid
    assert caller.get(f"{JOBS}/{again.uid}").json()["made_from"] == uid


def test_a_clip_of_a_batch_goes_on_for_its_campaign(caller, workspace):
    root = centres.root(workspace.pk, mode="test")
    autumn = centres.add(root, kind=CentreKind.CAMPAIGN, name="Autumn")
    batch = caller.post("ai-video/batch-generate", {**SEED_BATCH, "campaign": "Autumn"}).json()
    uid = batch["job_ids"][0]
    caller.post(f"ai-video/cancel/{uid}")
    again = caller.post(f"{JOBS}/{uid}/retry").json()
    assert Job.objects.get(uid=again["job_id"]).cost_centre == autumn


def test_promote(caller):
    [uid] = make(caller)
    Attempt.objects.update(state="succeeded", seed=99, submit_started_at=timezone.now())
    body = caller.post(f"{JOBS}/{uid}/promote").json()
    assert (body["quality"], body["estimated_cost"]) == ("standard", 0.25)
    best = caller.post(f"{JOBS}/{uid}/promote", {"quality": "master"}).json()
    assert (best["quality"], best["provider"]) == ("master", "sora")
    assert Job.objects.get(uid=best["job_id"]).seed == 99
    refused = caller.post(f"{JOBS}/{uid}/promote", {"quality": "draft"})
    assert only_error(refused)[:3] == (400, "invalid", "quality")
    assert Job.objects.count() == 3


def test_nobody_elses(caller, foreign_caller):
    [uid] = make(caller)
    for path in (f"{JOBS}/{uid}/retry", f"{JOBS}/{uid}/promote"):
        assert foreign_caller.post(path).status_code == 404
    assert foreign_caller.get(f"{JOBS}/{uid}").status_code == 404
    assert Job.objects.count() == 1
