"""Batches: the seed's sums, progress, cancel, retry of what failed, and the ZIP."""

import io
import json
import zipfile

import pytest
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from generation.choices import AssetKind
from generation.models import Asset, Attempt, Batch, Job, LedgerLine

from .conftest import SEED_BATCH, only_error

pytestmark = pytest.mark.django_db
BATCH = "ai-video/batch-generate"
SEED_HERO = {
    "prompts": ["B-roll shot 1", "B-roll shot 2", "B-roll shot 3 (hero shot)"],
    "quality": "draft",
    "use_cost_optimization": True,
}


def start(caller, body=SEED_BATCH) -> Batch:
    return Batch.objects.get(uid=caller.post(BATCH, body).json()["batch_id"])


def end(job: Job, state: str, **more) -> None:
    Attempt.objects.filter(job=job).update(
        state="succeeded" if state == "completed" else "failed",
        submit_started_at=timezone.now(),
    )
    Job.objects.filter(pk=job.pk).update(state=state, ended_at=timezone.now(), **more)


def give_clip(job: Job, content: bytes) -> None:
    end(job, "completed", progress=100, cost_micros=100_000)
    key = default_storage.save(f"1/ab/{job.uid}.mp4", ContentFile(content))
    Asset.objects.create(
        workspace_id=job.workspace_id,
        mode=job.mode,
        kind=AssetKind.CLIP,
        job=job,
        attempt=job.attempts.get(),
        state="stored",
        storage_key=key,
        media_type="video/mp4",
        bytes=len(content),
        sha256="ab" * 32,
        stored_at=timezone.now(),
    )


def test_the_seeds_example(caller, rung, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        response = caller.post(BATCH, SEED_BATCH)
    batch = Batch.objects.get()
    jobs = list(batch.jobs.order_by("item_index"))
    assert response.status_code == 202
    assert response.json() == {
        "status": "success",
        "batch_id": batch.uid,
        "job_ids": [job.uid for job in jobs],
        "total_videos": 3,
        "total_estimated_cost": 0.30,
        "message": "Batch generation started for 3 videos",
        "batch_url": f"/api/ai-video/batches/{batch.uid}",
    }
    assert [job.prompt for job in jobs] == SEED_BATCH["prompts"]
    assert sum(line.held_delta for line in LedgerLine.objects.all()) == 300_000
    assert rung.count("submit") == 3


def test_the_seeds_hero_goes_one_tier_up(caller):
    assert caller.post(BATCH, SEED_HERO).json()["total_estimated_cost"] == 0.45
    assert list(Job.objects.order_by("pk").values_list("tier", flat=True)) == [
        "draft",
        "draft",
        "standard",
    ]


def test_a_hero_by_index_and_none_without_optimisation(caller):
    by_index = {**SEED_BATCH, "hero_indexes": [0]}
    assert caller.post(BATCH, by_index).json()["total_estimated_cost"] == 0.45
    plain = {**SEED_HERO, "use_cost_optimization": False}
    assert caller.post(BATCH, plain).json()["total_estimated_cost"] == 0.30


def test_where_a_batch_stands(caller):
    batch = start(caller)
    first, second, _ = batch.jobs.order_by("item_index")
    end(first, "completed", progress=100, cost_micros=100_000)
    end(second, "failed", error="Pika is down. Nothing was charged.")
    body = caller.get(f"ai-video/batches/{batch.uid}").json()
    jobs = body.pop("jobs")
    assert body.pop("created_at").endswith("Z")
    assert body == {
        "batch_id": batch.uid,
        "status": "processing",
        "total_videos": 3,
        "counts": {"queued": 1, "processing": 0, "completed": 1, "failed": 1, "cancelled": 0},
        "progress": 66,
        "total_estimated_cost": 0.30,
        "cost_so_far": 0.10,
        "total_cost": None,
    }
    assert [job["prompt"] for job in jobs] == SEED_BATCH["prompts"]
    assert [job["cost"] for job in jobs] == [0.1, 0.0, None]
    assert {job["batch_id"] for job in jobs} == {batch.uid}


def test_a_batch_is_read_in_few_queries(caller, django_assert_max_num_queries):
    batch = start(caller, {**SEED_BATCH, "prompts": [f"Shot {i}" for i in range(40)]})
    caller.get(f"ai-video/batches/{batch.uid}")
    with django_assert_max_num_queries(6):
        assert len(caller.get(f"ai-video/batches/{batch.uid}").json()["jobs"]) == 40


def test_a_thousand_prompts(caller):
    body = caller.post(BATCH, {**SEED_BATCH, "prompts": [f"Shot {i}" for i in range(1000)]}).json()
    assert (body["total_videos"], body["total_estimated_cost"]) == (1000, 100.0)
    assert Job.objects.count() == Attempt.objects.count() == LedgerLine.objects.count() == 1000


def test_cancel(caller, foreign_caller):
    batch = start(caller)
    assert foreign_caller.post(f"ai-video/batches/{batch.uid}/cancel").status_code == 404
    end(batch.jobs.get(item_index=0), "completed")
    answer = {
        "success": True,
        "batch_id": batch.uid,
        "cancelled": 2,
        "message": "Cancellation requested for 2 videos",
    }
    assert caller.post(f"ai-video/batches/{batch.uid}/cancel").json() == answer
    again = caller.post(f"ai-video/batches/{batch.uid}/cancel").json()
    assert (again["success"], again["cancelled"]) == (False, 0)
    states = list(batch.jobs.order_by("item_index").values_list("state", flat=True))
    assert states == ["completed", "cancelled", "cancelled"]


def test_retry_what_failed(caller):
    batch = start(caller, SEED_HERO)
    path = f"ai-video/batches/{batch.uid}/retry-failed"
    assert only_error(caller.post(path))[:3] == (400, "none_failed", "batch_id")
    for index in (0, 2):
        end(batch.jobs.get(item_index=index), "failed")
    body = caller.post(path).json()
    assert (body["total_videos"], body["total_estimated_cost"]) == (2, 0.35)
    assert body["message"] == "Batch retry started for 2 videos"
    again = Job.objects.filter(batch__uid=body["batch_id"]).order_by("item_index")
    assert [(job.prompt, job.tier) for job in again] == [
        ("B-roll shot 1", "draft"),
        ("B-roll shot 3 (hero shot)", "standard"),
    ]


def test_download(caller, foreign_caller):
    batch = start(caller)
    path = f"ai-video/batches/{batch.uid}/download"
    assert only_error(caller.get(path))[:2] == (400, "nothing_finished")
    first, _, third = batch.jobs.order_by("item_index")
    give_clip(first, b"one" * 1000)
    give_clip(third, b"three" * 200_000)
    assert foreign_caller.get(path).status_code == 404
    response = caller.get(path)
    content = b"".join(response.streaming_content)
    assert response["Content-Type"] == "application/zip"
    assert response["Content-Disposition"] == f'attachment; filename="{batch.uid}.zip"'
    assert int(response["Content-Length"]) == len(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        assert archive.testzip() is None
        assert archive.namelist() == [
            f"0001-person-running-on-treadmill-in-gym-{first.uid[-6:]}.mp4",
            f"0003-healthy-meal-prep-in-kitchen-{third.uid[-6:]}.mp4",
            "manifest.json",
        ]
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read(archive.namelist()[1]) == b"three" * 200_000
        manifest = json.loads(archive.read("manifest.json"))
    assert manifest["counts"]["completed"] == 2
    assert "video_url" not in manifest["jobs"][0]
