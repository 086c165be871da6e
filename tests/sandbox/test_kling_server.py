"""Kling over HTTP: both standards against the running sandbox."""

import base64
import io
import time

import httpx
import pytest
from PIL import Image

from footage.probe import probe
from sandbox.keys import KLING_API_KEY


@pytest.fixture
def kling(sandbox):
    headers = {"Authorization": f"Bearer {KLING_API_KEY}"}
    with httpx.Client(base_url=sandbox.url("/kling"), headers=headers) as client:
        yield client


def create(kling, *, prompt="a red kite", external_id="", seconds=3, **settings):
    body = {"prompt": prompt, "settings": {"duration": seconds, **settings}, "options": {}}
    if external_id:
        body["options"]["external_task_id"] = external_id
    return kling.post("/text-to-video/kling-3.0", json=body)


def query(kling, task_id):
    return kling.get("/tasks", params={"task_ids": task_id}).json()["data"]


def ended(kling, task_id, *, patience=90):
    limit = time.monotonic() + patience
    while time.monotonic() < limit:
        (task,) = query(kling, task_id)
        if task["status"] in ("succeeded", "failed"):
            return task
        time.sleep(0.05)
    raise AssertionError(f"{task_id} did not end")


def picture(width=640, height=400, form="PNG"):
    target = io.BytesIO()
    Image.new("RGB", (width, height), "teal").save(target, form)
    return base64.b64encode(target.getvalue()).decode()


def test_text_to_video_to_a_playable_file_and_a_bill(kling, sandbox, tmp_path):
    answer = create(kling, external_id="job-1-attempt-1", seconds=4, aspect_ratio="9:16").json()
    assert (answer["code"], answer["message"]) == (0, "SUCCEED")
    assert answer["data"]["status"] == "submitted"
    assert answer["data"]["external_id"] == "job-1-attempt-1"
    task = ended(kling, answer["data"]["id"])
    assert task["status"] == "succeeded"
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(httpx.get(task["outputs"][0]["url"]).content)
    facts = probe(clip)
    assert (facts.width, facts.height, facts.seconds) == (720, 1280, 4.0)
    (line,) = sandbox.invoice()
    assert (line["task_id"], line["client_ref"]) == (task["id"], "job-1-attempt-1")
    assert (line["amount"], line["seconds"]) == ("0.12", 4)
    assert task["billing"][0]["amount"] == line["amount"]


def test_found_by_external_id_and_unknown_is_an_empty_list(kling):
    made = create(kling, external_id="job-2").json()["data"]
    found = kling.get("/tasks", params={"external_task_ids": "job-2"}).json()["data"]
    assert [task["id"] for task in found] == [made["id"]]
    unknown = kling.get("/tasks", params={"external_task_ids": "job-none"})
    assert (unknown.status_code, unknown.json()["data"]) == (200, [])


def test_query_without_ids_is_refused_in_the_vendors_words(kling):
    answer = kling.get("/tasks", params={"ids": "1"})
    assert answer.status_code == 400
    assert answer.json()["code"] == 1201
    assert answer.json()["message"] == "task_ids or external_task_ids is required"
    both = kling.get("/tasks", params={"task_ids": "1", "external_task_ids": "2"})
    assert (both.status_code, both.json()["code"]) == (400, 1201)


def test_used_external_id_is_refused_and_makes_nothing(kling, sandbox):
    create(kling, external_id="job-3")
    again = create(kling, external_id="job-3")
    assert (again.status_code, again.json()["code"]) == (400, 1201)
    assert "external_task_id" in again.json()["message"]
    assert len(sandbox.tasks()) == 1


@pytest.mark.parametrize(
    ("headers", "code"), [({}, 1001), ({"Authorization": "Bearer api-key-kling-x"}, 1002)]
)
def test_credentials_are_checked(sandbox, headers, code):
    answer = httpx.post(
        sandbox.url("/kling/text-to-video/kling-3.0"), headers=headers, json={"prompt": "x"}
    )
    assert (answer.status_code, answer.json()["code"]) == (401, code)
    assert "request_id" not in answer.json()
    assert sandbox.tasks() == []


def test_slots_are_counted_per_model(kling, sandbox):
    sandbox.control("limits", {"kling": {"slots": 1}})
    assert create(kling, prompt="one [[sandbox: stall]]").status_code == 200
    full = create(kling, prompt="two")
    assert (full.status_code, full.json()["code"]) == (429, 1303)
    assert full.json()["message"] == "parallel task over resource pack limit"
    other = kling.post("/text-to-video/kling-2.6", json={"prompt": "three"})
    assert other.status_code == 200
    assert len(sandbox.tasks()) == 2


@pytest.mark.parametrize(
    ("directive", "status", "code"),
    [("fail=credits", 429, 1102), ("fail=invalid", 400, 1201), ("rate-limit=1", 429, 1302)],
)
def test_refusing_directives(kling, sandbox, directive, status, code):
    answer = create(kling, prompt=f"kite [[sandbox: {directive}]]")
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert sandbox.tasks() == []
    assert sandbox.invoice() == []


@pytest.mark.parametrize(
    ("directive", "message"),
    [
        ("fail=moderation", "Failure to pass the risk control system"),
        ("fail=server", "Service busy, please try again later"),
    ],
)
def test_failed_tasks_cost_nothing(kling, sandbox, directive, message):
    made = create(kling, prompt=f"kite [[sandbox: {directive}]]").json()["data"]
    task = ended(kling, made["id"])
    assert (task["status"], task["message"]) == ("failed", message)
    assert (task["outputs"], task["billing"]) == ([], [])
    assert sandbox.invoice() == []


def test_lost_response_can_be_found_again(kling, sandbox):
    with pytest.raises(httpx.RemoteProtocolError):
        create(kling, prompt="kite [[sandbox: lost-response]]", external_id="job-lost")
    (task,) = kling.get("/tasks", params={"external_task_ids": "job-lost"}).json()["data"]
    assert task["external_id"] == "job-lost"
    assert sandbox.creates()["kling"] == {"lost-response": 1}


def test_unknown_routes_and_methods_are_404(kling):
    assert kling.post("/tasks/1/cancel").json()["code"] == 1203
    assert kling.delete("/tasks").status_code == 404
    assert kling.delete("/tasks").json()["code"] == 1202
    assert kling.post("/text-to-video/kling-2.1", json={"prompt": "x"}).json()["code"] == 1203


def test_catalogue_sets_lengths_and_prices(kling, sandbox):
    assert create(kling, seconds=11).json()["code"] == 1201
    sandbox.control("catalogue", {"name": "2026-11"})
    try:
        made = create(kling, seconds=11).json()["data"]
        assert ended(kling, made["id"])["billing"][0]["amount"] == "1.232"
    finally:
        sandbox.control("catalogue", {"name": "2025-seed"})


def test_image_to_video_takes_the_frames_shape(kling, tmp_path):
    body = {
        "contents": [{"type": "first_frame", "url": picture(400, 640)}],
        "settings": {"duration": 3},
    }
    made = kling.post("/image-to-video/kling-3.0", json=body).json()["data"]
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(httpx.get(ended(kling, made["id"])["outputs"][0]["url"]).content)
    assert (probe(clip).width, probe(clip).height) == (720, 1152)


@pytest.mark.parametrize(
    ("url", "words"),
    [
        (picture(200, 400), "resolution or aspect ratio"),
        (picture(1200, 300), "resolution or aspect ratio"),
        ("data:image/png;base64," + picture(), "without a data: prefix"),
        ("https://example.com/a.png", "fetches nothing"),
        (base64.b64encode(b"text").decode(), "JPG or PNG"),
        ("%%%", "base64"),
    ],
)
def test_bad_frames_make_nothing(kling, sandbox, url, words):
    body = {"contents": [{"type": "first_frame", "url": url}]}
    answer = kling.post("/image-to-video/kling-3.0", json=body)
    assert (answer.status_code, answer.json()["code"]) == (400, 1201)
    assert words in answer.json()["message"]
    assert sandbox.tasks() == []


def test_list_filters_and_pages_by_cursor(kling):
    ids = [create(kling, prompt=f"kite {n} [[sandbox: stall]]").json()["data"]["id"] for n in "abc"]
    body = {"limit": 2, "filters": [{"key": "status", "values": ["submitted", "processing"]}]}
    first = kling.post("/tasks", json=body).json()["data"]
    assert (first["count"], first["has_more"]) == (2, True)
    second = kling.post("/tasks", json={"limit": 2, "cursor": first["next_cursor"]}).json()["data"]
    assert second["has_more"] is False
    assert [task["id"] for task in first["result"] + second["result"]] == ids[::-1]
    empty = kling.post("/tasks", json={"filters": [{"key": "status", "values": ["failed"]}]})
    assert empty.json()["data"] == {"count": 0, "has_more": False}


LEGACY = {"model_name": "kling-v2-6", "prompt": "a kite", "duration": "5", "mode": "std"}


def test_legacy_standard_says_succeed(kling, sandbox):
    created = kling.post("/v1/videos/text2video", json={**LEGACY, "external_task_id": "old-1"})
    task_id = created.json()["data"]["task_id"]
    limit = time.monotonic() + 90
    while time.monotonic() < limit:
        task = kling.get("/v1/videos/text2video/old-1").json()["data"]
        if task["task_status"] == "succeed":
            break
        time.sleep(0.05)
    assert task["task_id"] == task_id
    assert task["task_status"] == "succeed"
    (line,) = sandbox.invoice()
    assert task["final_balance_deduction"]["quota"] == line["amount"] == "0.21"
    listed = kling.get("/v1/videos/text2video").json()["data"]
    assert [one["task_id"] for one in listed] == [task_id]
    assert kling.get("/v1/videos/text2video?pageNum=2").json()["data"] == []
    assert kling.get("/v1/videos/image2video").json()["data"] == []
    assert query(kling, task_id) == []


def test_legacy_unknown_task_and_model(kling, sandbox):
    assert kling.get("/v1/videos/text2video/none").json()["code"] == 1203
    answer = kling.post("/v1/videos/text2video", json={**LEGACY, "model_name": "kling-v1-6"})
    assert (answer.status_code, answer.json()["code"]) == (404, 1203)
    assert sandbox.tasks() == []


def test_account_pages(kling):
    asked = {"start_time": "1", "end_time": "2"}
    assert kling.get("/account/costs").json()["code"] == 1201
    packs = kling.get("/account/costs", params=asked).json()["data"]
    assert packs["resource_pack_subscribe_infos"][0]["status"] == "online"
    assert kling.get("/account/costs", params=asked).json()["code"] == 1302
    assert kling.post("/account/billing/package", json={}).json()["data"]["result"] == []


def test_bad_json_once(kling):
    made = create(kling, prompt="kite [[sandbox: bad-json]]").json()["data"]
    with pytest.raises(ValueError, match=r"."):
        kling.get("/tasks", params={"task_ids": made["id"]}).json()
    assert query(kling, made["id"])[0]["id"] == made["id"]
