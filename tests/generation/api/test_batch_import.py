"""A CSV of prompts as a batch: all rows or none, unless bad ones may be left out."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from generation import centres
from generation.models import Batch, CentreKind, Job

from .conftest import errors_of, only_error
from .test_files import png

pytestmark = pytest.mark.django_db
PATH = "/api/ai-video/batch-import"
GOOD = (
    "prompt,duration,quality,aspect_ratio,metadata.order\n"
    "Runner on a treadmill,5,draft,9:16,A-1\n"
    "Fitness tracker (hero shot),5,draft,9:16,A-2\n"
    "Meal prep,3,draft,9:16,A-3\n"
)
BAD = "prompt,duration,quality\nFine,5,draft\nLong,25,draft\n,5,best\n"


def send(caller, text: str | bytes, *, key: str = "", **fields: str):
    content = text.encode() if isinstance(text, str) else text
    file = SimpleUploadedFile("sheet.csv", content, content_type="text/csv")
    headers = {"Authorization": f"Bearer {caller.text}"}
    if key:
        headers["Idempotency-Key"] = key
    return caller.client.post(PATH, {"file": file, **fields}, headers=headers)


def test_a_good_sheet(caller):
    response = send(caller, GOOD, name="Autumn drafts")
    body = response.json()
    batch = Batch.objects.get()
    jobs = list(batch.jobs.order_by("item_index"))
    assert response.status_code == 202
    assert body == {
        "status": "success",
        "batch_id": batch.uid,
        "job_ids": [job.uid for job in jobs],
        "total_videos": 3,
        "total_estimated_cost": 0.41,
        "message": "Batch generation started for 3 videos",
        "batch_url": f"/api/ai-video/batches/{batch.uid}",
        "skipped_rows": 0,
        "faults": [],
    }
    assert batch.name == "Autumn drafts"
    assert [(job.tier, job.seconds, job.ratio) for job in jobs] == [
        ("draft", 5, "9:16"),
        ("standard", 5, "9:16"),
        ("draft", 3, "9:16"),
    ]
    assert [job.metadata for job in jobs] == [{"order": f"A-{n}"} for n in (1, 2, 3)]


def test_bad_rows_make_nothing(caller, nothing_happened):
    response = send(caller, BAD)
    assert response.status_code == 400
    assert errors_of(response) == [
        ("invalid", "rows.3.duration"),
        ("required", "rows.4.prompt"),
        ("invalid", "rows.4.quality"),
    ]
    assert response.json()["errors"][0]["detail"] == (
        "Row 3, duration: A clip is 3 to 20 seconds long, not 25."
    )


def test_bad_rows_are_left_out_where_that_is_said(caller):
    body = send(caller, BAD, skip_bad_rows="true").json()
    assert (body["total_videos"], body["skipped_rows"]) == (1, 2)
    assert [(fault["row"], fault["column"]) for fault in body["faults"]] == [
        (3, "duration"),
        (4, "prompt"),
        (4, "quality"),
    ]
    assert Job.objects.get().prompt == "Fine"


def test_nothing_good_is_no_batch(caller, nothing_happened):
    assert send(caller, "prompt,duration\nLong,25\n", skip_bad_rows="true").status_code == 400


def test_a_dry_run_prices_and_makes_nothing(caller, nothing_happened):
    body = send(caller, GOOD, dry_run="true").json()
    assert body == {
        "status": "checked",
        "total_rows": 3,
        "bad_rows": 0,
        "faults": [],
        "total_estimated_cost": 0.41,
        "max_cost": 0.65,
    }
    assert send(caller, BAD, dry_run="true").json()["bad_rows"] == 2


def test_the_form_holds_for_what_a_row_leaves_open(caller, workspace):
    root = centres.root(workspace.pk, mode="test")
    autumn = centres.add(root, kind=CentreKind.CAMPAIGN, name="Autumn")
    send(
        caller,
        "prompt;duration\nA mug;\nA lamp;4\n",
        duration="6",
        quality="draft",
        aspect_ratio="1:1",
        provider="kling",
        max_cost="0.2",
        campaign="Autumn",
    )
    jobs = list(Job.objects.order_by("item_index"))
    assert [(job.seconds, job.provider, job.max_cost_micros) for job in jobs] == [
        (6, "kling", 200_000),
        (4, "kling", 200_000),
    ]
    assert Batch.objects.get().cost_centre.parent == autumn


def test_pictures_by_upload(caller):
    uid = caller.send_file(png()).json()["asset_id"]
    gone = "asset_" + "0" * 20
    sheet = f"prompt,image_path\nTurns,{uid}\nShines,uploads/{uid}.png\nStill,\nGone,{gone}\n"
    faults = send(caller, sheet).json()["errors"]
    assert [(fault["attr"], fault["code"]) for fault in faults] == [
        ("rows.5.image_path", "not_found")
    ]
    body = send(caller, sheet, skip_bad_rows="true").json()
    assert body["total_videos"] == 3
    modes = list(Job.objects.order_by("item_index").values_list("generation_mode", flat=True))
    assert modes == ["image_to_video", "image_to_video", "text_to_video"]


def test_the_same_key_is_the_same_batch(caller):
    first = send(caller, GOOD, key="k").json()
    assert send(caller, GOOD, key="k").json() == first
    assert Batch.objects.count() == 1
    assert only_error(send(caller, BAD, key="k"))[:2] == (422, "idempotency_conflict")


def test_what_is_no_form(caller, nothing_happened):
    status, code, attr, _ = only_error(send(caller, "prompt\nA\n", colour="red"))
    assert (status, code, attr) == (400, "unknown_field", "colour")
    headers = {"Authorization": f"Bearer {caller.text}"}
    assert caller.client.post(PATH, {"name": "x"}, headers=headers).status_code == 400
    as_json = caller.client.post(PATH, "{}", content_type="application/json", headers=headers)
    assert as_json.status_code == 415
    assert only_error(send(caller, "prompt\nA\n", dry_run="yes"))[1:3] == (
        "invalid_choice",
        "dry_run",
    )


def test_a_thousand_rows_in_few_queries(caller, django_assert_max_num_queries):
    rows = "".join(f"Shot {i},5,draft\n" for i in range(1000))
    with django_assert_max_num_queries(20):
        body = send(caller, f"prompt,duration,quality\n{rows}", dry_run="true").json()
    assert body["total_estimated_cost"] == 100.0
