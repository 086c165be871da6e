"""Batches: the seed's sums, progress, cancel, retry of what failed, and the ZIP."""

import csv
import io
import json
import zipfile
from datetime import timedelta

import pytest
import time_machine
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone

from generation.choices import AssetKind
from generation.models import Asset, Attempt, Batch, Event, Job, LedgerLine

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
    assert rung.count("submit_at_once") == 3


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
        "name": "",
        "made_from": None,
        "quote_id": None,
        "eta_seconds": None,
        "eta_basis": "Too early to tell: 2 clips have ended, 3 are needed.",
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
    with django_assert_max_num_queries(7):
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
            "manifest.csv",
            "manifest.json",
        ]
        assert {one.compress_type for one in archive.infolist()} == {zipfile.ZIP_STORED}
        assert archive.read(archive.namelist()[1]) == b"three" * 200_000
        manifest = json.loads(archive.read("manifest.json"))
        rows = list(csv.reader(io.StringIO(archive.read("manifest.csv").decode("utf-8-sig"))))
    assert manifest["counts"]["completed"] == 2
    assert "video_url" not in manifest["jobs"][0]
    assert len(rows) == 4
    assert dict(zip(rows[0], rows[1], strict=True)) == {
        "number": "1",
        "file": f"0001-person-running-on-treadmill-in-gym-{first.uid[-6:]}.mp4",
        "status": "completed",
        "provider": "pika",
        "model": first.route[0]["model"],
        "quality": "draft",
        "aspect_ratio": "9:16",
        "duration": "5",
        "billed_seconds": "5",
        "cost_usd": "0.100000",
        "estimated_usd": "0.100000",
        "prompt": "Person running on treadmill in gym",
        "error": "",
        "job_id": first.uid,
    }
    assert [row[1] for row in rows[2:]] == [
        "",
        f"0003-healthy-meal-prep-in-kitchen-{third.uid[-6:]}.mp4",
    ]
    assert (rows[2][2], rows[2][9]) == ("queued", "")


def test_failed_clips_and_formulas_in_the_list(caller):
    batch = start(caller, {**SEED_BATCH, "prompts": ["Fine", "=1+1", "-2"]})
    first, second, third = batch.jobs.order_by("item_index")
    give_clip(first, b"one")
    end(second, "failed", error="Pika is down. Nothing was charged.")
    end(third, "cancelled")
    response = caller.get(f"ai-video/batches/{batch.uid}/download")
    with zipfile.ZipFile(io.BytesIO(b"".join(response.streaming_content))) as archive:
        text = archive.read("manifest.csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [(row["status"], row["prompt"], row["cost_usd"]) for row in rows] == [
        ("completed", "Fine", "0.100000"),
        ("failed", "'=1+1", "0.000000"),
        ("cancelled", "'-2", "0.000000"),
    ]
    assert rows[1]["error"] == "Pika is down. Nothing was charged."


def test_retrying_twice_pays_once(caller):
    batch = start(caller)
    path = f"ai-video/batches/{batch.uid}/retry-failed"
    end(batch.jobs.get(item_index=1), "failed")
    again = Batch.objects.get(uid=caller.post(path).json()["batch_id"])
    assert again.made_from == batch
    assert again.jobs.get().made_from == batch.jobs.get(item_index=1)
    assert only_error(caller.post(path))[:3] == (400, "none_failed", "batch_id")
    assert Job.objects.count() == 4
    end(again.jobs.get(), "failed")
    assert caller.post(path).status_code == 202


def test_cancelling_many_is_one_wish(caller, django_assert_max_num_queries):
    batch = start(caller, {**SEED_BATCH, "prompts": [f"Shot {i}" for i in range(200)]})
    Attempt.objects.update(
        state="accepted", task_id="t", submit_started_at=timezone.now(), accepted_at=timezone.now()
    )
    with django_assert_max_num_queries(25):
        body = caller.post(f"ai-video/batches/{batch.uid}/cancel").json()
    assert body["cancelled"] == 200
    assert Job.objects.filter(cancel_requested_at__isnull=False).count() == 200
    assert Event.objects.filter(kind="job.cancel_requested").count() == 200


def test_when_it_will_be_through(caller):
    batch = start(caller, {**SEED_BATCH, "prompts": [f"Shot {i}" for i in range(12)]})
    for index in range(4):
        end(batch.jobs.get(item_index=index), "completed")
    moment = timezone.now()
    Batch.objects.update(created_at=moment - timedelta(seconds=40))
    with time_machine.travel(moment, tick=False):
        body = caller.get(f"ai-video/batches/{batch.uid}").json()
    assert (body["eta_seconds"], body["eta_basis"]) == (80, "4 clips in 40 s so far.")
    batch.jobs.filter(state="queued").update(attention="ambiguous")
    body = caller.get(f"ai-video/batches/{batch.uid}").json()
    assert (body["eta_seconds"], body["eta_basis"]) == (None, "8 clips need a decision.")


def test_the_list_of_batches(caller, foreign_caller, django_assert_max_num_queries):
    made = [start(caller).uid for _ in range(3)]
    assert foreign_caller.get("ai-video/batches").json()["results"] == []
    with django_assert_max_num_queries(4):
        first = caller.get("ai-video/batches", limit=2).json()
    assert [row["batch_id"] for row in first["results"]] == [made[2], made[1]]
    rest = caller.client.get(first["next"], headers={"Authorization": f"Bearer {caller.text}"})
    assert [row["batch_id"] for row in rest.json()["results"]] == [made[0]]
    assert rest.json()["next"] is None
    assert first["results"][0]["counts"]["queued"] == 3
    assert "jobs" not in first["results"][0]
