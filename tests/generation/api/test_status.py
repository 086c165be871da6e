"""Where a job stands: the seed's keys, costs only when they are certain, few queries."""

import pytest
from django.utils import timezone

from generation import attempts, jobs
from generation.choices import AssetKind
from generation.models import Asset, Attempt, Job, LedgerLine
from generation.money import ledger

from .conftest import SEED_GENERATE, make_caller, only_error

pytestmark = pytest.mark.django_db
SEED_KEYS = [
    "job_id",
    "status",
    "provider",
    "video_url",
    "thumbnail_url",
    "cost",
    "progress",
    "error",
]


def generate(caller, **change) -> Job:
    body = caller.post("ai-video/generate", {**SEED_GENERATE, **change}).json()
    return Job.objects.get(uid=body["job_id"])


def deliver(job: Job) -> Asset:
    """The job as it is when its clip has arrived, through the ledger's own door."""
    from django.db import transaction

    attempt = job.attempts.get()
    Attempt.objects.filter(pk=attempt.pk).update(
        state="succeeded", task_id="t1", submit_started_at=timezone.now()
    )
    with transaction.atomic():
        ledger.settle(attempt, job, micros=250_000, task_id="t1")
    Job.objects.filter(pk=job.pk).update(state="completed", progress=100, ended_at=timezone.now())
    return Asset.objects.create(
        workspace_id=job.workspace_id,
        mode=job.mode,
        kind=AssetKind.CLIP,
        job=job,
        attempt=attempt,
        state="stored",
        storage_key=f"1/ab/{'ab' * 32}.mp4",
        thumbnail_key=f"1/cd/{'cd' * 32}.jpg",
        media_type="video/mp4",
        bytes=1000,
        sha256="ab" * 32,
        stored_at=timezone.now(),
    )


def test_just_queued(caller):
    job = generate(caller)
    body = caller.get(f"ai-video/status/{job.uid}").json()
    assert list(body)[:8] == SEED_KEYS
    assert {name: body[name] for name in SEED_KEYS} == {
        "job_id": job.uid,
        "status": "queued",
        "provider": "runway",
        "video_url": None,
        "thumbnail_url": None,
        "cost": None,
        "progress": 0,
        "error": None,
    }
    assert body["attempts"] == [
        {"provider": "runway", "state": "planned", "reason": None, "cost": None}
    ]
    assert (body["estimated_cost"], body["billed_seconds"]) == (0.25, 5)
    assert (body["cancelling"], body["attention"], body["ended_at"]) == (False, None, None)
    assert body["created_at"].endswith("Z")


def test_completed(caller, settings):
    job = generate(caller)
    clip = deliver(job)
    body = caller.get(f"ai-video/status/{job.uid}").json()
    assert (body["status"], body["provider"], body["cost"]) == ("completed", "runway", 0.25)
    assert (body["progress"], body["error"]) == (100, None)
    base = f"{settings.PUBLIC_BASE_URL}/media/"
    assert body["video_url"].startswith(base)
    assert body["video_url"].endswith(f"/{clip.uid}.mp4")
    assert body["thumbnail_url"].startswith(base)
    assert body["thumbnail_url"].endswith(f"/{clip.uid}.jpg")
    assert body["attempts"][0]["cost"] == 0.25


def test_footage_is_for_who_may_see_it(caller, workspace, owner):
    job = generate(caller)
    deliver(job)
    reader = make_caller(workspace, owner, scopes=["jobs:read"])
    body = reader.get(f"ai-video/status/{job.uid}").json()
    assert (body["video_url"], body["thumbnail_url"], body["cost"]) == (None, None, 0.25)
    detail = reader.get(f"ai-video/jobs/{job.uid}").json()
    assert detail["ledger"] is None
    assert detail["assets"][0]["url"] is None


def test_the_cost_is_unknown_while_anything_is_held(caller):
    """A parked attempt may still be charged after its job has ended."""
    job = generate(caller)
    deliver(job)
    parked = attempts.draft(job, job.route[1], leg_index=1, seq=1)
    parked.state, parked.parked, parked.submit_started_at = "accepted", True, timezone.now()
    parked.save()
    body = caller.get(f"ai-video/status/{job.uid}").json()
    assert (body["status"], body["cost"], body["provider"]) == ("completed", None, "runway")
    assert [one["cost"] for one in body["attempts"]] == [0.25, None]


def test_a_fallback_shows_who_is_at_work(caller):
    job = generate(caller)
    Attempt.objects.update(
        state="rejected", reason="Runway is out of credits.", submit_started_at=timezone.now()
    )
    attempts.draft(job, job.route[1], leg_index=1, seq=1).save()
    body = caller.get(f"ai-video/status/{job.uid}").json()
    assert body["provider"] == "kling"
    assert body["attempts"] == [
        {
            "provider": "runway",
            "state": "rejected",
            "reason": "Runway is out of credits.",
            "cost": 0.0,
        },
        {"provider": "kling", "state": "planned", "reason": None, "cost": None},
    ]


def test_no_cache_keeps_an_answer(caller):
    job = generate(caller)
    response = caller.get(f"ai-video/status/{job.uid}")
    assert response["Cache-Control"] == "private, no-store"


def test_few_queries_however_much_happened(caller, django_assert_num_queries):
    """The key, the job and its attempts; of a completed job its clip too."""
    job = generate(caller)
    caller.get(f"ai-video/status/{job.uid}")
    with django_assert_num_queries(3):
        assert caller.get(f"ai-video/status/{job.uid}").json()["status"] == "queued"
    deliver(job)
    with django_assert_num_queries(4):
        assert caller.get(f"ai-video/status/{job.uid}").json()["status"] == "completed"


def test_missing_foreign_and_other_mode_look_the_same(caller, foreign_caller, live_caller):
    job = generate(caller)
    missing = foreign_caller.get("ai-video/status/job_00000000000000000000")
    for other in (foreign_caller, live_caller):
        response = other.get(f"ai-video/status/{job.uid}")
        assert response.status_code == missing.status_code == 404
        assert response.content.replace(job.uid.encode(), b"X") == missing.content.replace(
            b"job_00000000000000000000", b"X"
        )


def test_cancel_before_anything_is_sent(caller):
    job = generate(caller)
    response = caller.post(f"ai-video/cancel/{job.uid}")
    assert (response.status_code, list(response.json())[:3]) == (
        200,
        ["success", "job_id", "message"],
    )
    assert response.json() == {
        "success": True,
        "job_id": job.uid,
        "message": "Job cancelled",
        "status": "cancelled",
        "cancelling": False,
    }
    assert sum(line.held_delta for line in LedgerLine.objects.all()) == 0
    body = caller.get(f"ai-video/status/{job.uid}").json()
    assert (body["status"], body["cost"], body["cancelling"]) == ("cancelled", 0.0, False)


def test_cancel_while_a_provider_works(caller):
    job = generate(caller)
    Attempt.objects.update(state="accepted", task_id="t1", submit_started_at=timezone.now())
    Job.objects.update(state="processing")
    for _ in range(2):
        response = caller.post(f"ai-video/cancel/{job.uid}", {})
        body = response.json()
        assert (response.status_code, body["success"], body["status"]) == (200, True, "processing")
        assert body["message"].startswith("Cancellation requested. Runway is already working")
    assert caller.get(f"ai-video/status/{job.uid}").json()["cancelling"] is True


def test_cancel_after_the_end(caller):
    job = generate(caller)
    jobs.request_cancel(job)
    response = caller.post(f"ai-video/cancel/{job.uid}")
    body = response.json()
    assert (response.status_code, body["success"], body["job_id"]) == (409, False, job.uid)
    assert body["message"] == "This job is cancelled already; nothing was changed."
    assert body["errors"] == [{"code": "already_ended", "detail": body["message"], "attr": None}]


def test_cancel_takes_no_fields_and_nobody_elses_job(caller, foreign_caller):
    job = generate(caller)
    response = caller.post(f"ai-video/cancel/{job.uid}", {"force": True})
    assert only_error(response)[:3] == (400, "unknown_field", "force")
    assert foreign_caller.post(f"ai-video/cancel/{job.uid}").status_code == 404
    assert Job.objects.get().cancel_requested_at is None
