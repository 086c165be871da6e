import time

import pytest
import requests

from footage.boxes import read_boxes
from footage.errors import BadClip
from tests.sandbox.calls import runway

GOOD = {"model": "gen4.5", "promptText": "A kite", "ratio": "1280:720", "duration": 5}


def create(caller, *, prompt="A kite", **changes):
    body = {**GOOD, "promptText": prompt, **changes}
    return caller.post("/v1/text_to_video", body)


def ended(caller, task_id):
    """The task's last answer; faulty answers on the way are skipped."""
    deadline = time.monotonic() + 90
    while time.monotonic() < deadline:
        answer = caller.get(f"/v1/tasks/{task_id}")
        if answer.json()["status"] in ("SUCCEEDED", "FAILED"):
            return answer.json()
        time.sleep(0.05)
    raise AssertionError("the task did not end")


def test_headers_are_required(sandbox):
    caller = runway(sandbox)
    wrong = caller.send(
        "POST", "/v1/text_to_video", json=GOOD, headers={"Authorization": "Bearer key_0"}
    )
    assert wrong.status_code == 401
    for version in ("", "2023-01-01"):
        answer = caller.send(
            "POST", "/v1/text_to_video", json=GOOD, headers={"X-Runway-Version": version}
        )
        assert (answer.status_code, list(answer.json())) == (400, ["error", "docUrl"])
    assert sandbox.tasks() == []


@pytest.mark.parametrize(
    ("changes", "code", "path"),
    [
        ({"model": "gen3a_turbo"}, "invalid_union", ["model"]),
        ({"model": None}, "invalid_type", ["model"]),
        ({"duration": "5"}, "invalid_type", ["duration"]),
        ({"duration": 5.5}, "invalid_type", ["duration"]),
        ({"duration": 11}, "too_big", ["duration"]),
        ({"duration": 2}, "too_small", ["duration"]),
        ({"ratio": "960:960"}, "invalid_value", ["ratio"]),
        ({"audio": True}, "unrecognized_keys", []),
        ({"promptText": ""}, "too_small", ["promptText"]),
        ({"promptText": "\U0001f600" * 501}, "too_big", ["promptText"]),
        ({"seed": -1}, "too_small", ["seed"]),
    ],
)
def test_one_wrong_field_is_one_issue(sandbox, changes, code, path):
    answer = runway(sandbox).post("/v1/text_to_video", {**GOOD, **changes})
    body = answer.json()
    assert (answer.status_code, body["error"]) == (400, "Validation of body failed")
    assert [(issue["code"], issue["path"]) for issue in body["issues"]] == [(code, path)]
    assert sandbox.tasks() == []
    assert sandbox.creates() == {"runway": {"invalid": 1}}


def test_missing_model_reads_as_recorded(sandbox):
    body = {name: value for name, value in GOOD.items() if name != "model"}
    assert runway(sandbox).post("/v1/text_to_video", body).json()["issues"] == [
        {
            "code": "invalid_type",
            "expected": "string",
            "path": ["model"],
            "message": "Invalid input: expected string, received undefined",
        }
    ]


@pytest.mark.parametrize(
    "uri", ["https://example.com/a.png", "runway://none", "data:image/png;base64,aGVsbG8=", "a.png"]
)
def test_pictures_from_elsewhere_are_refused(sandbox, uri):
    body = {"model": "gen4_turbo", "promptImage": uri, "ratio": "1280:720", "duration": 5}
    answer = runway(sandbox).post("/v1/image_to_video", body)
    assert (answer.status_code, answer.json()["issues"][0]["path"]) == (400, ["promptImage"])
    assert sandbox.tasks() == []


def test_states_show_estimate_first_and_cost_last(sandbox):
    caller = runway(sandbox)
    made = create(caller).json()
    assert made == {"id": made["id"], "estimatedCost": {"credits": 25}}
    first = caller.get(f"/v1/tasks/{made['id']}").json()
    assert (first["status"], first["estimatedCost"]) == ("PENDING", {"credits": 25})
    assert "cost" not in first
    done = ended(caller, made["id"])
    assert set(done) == {"id", "status", "createdAt", "cost", "output"}
    again = caller.get(f"/v1/tasks/{made['id']}").json()
    assert again["output"] != done["output"]


def test_slots_throttle_and_a_cancel_frees_one(sandbox):
    sandbox.control("limits", {"runway": {"slots": 1}})
    caller = runway(sandbox)
    stalled = create(caller, prompt="[[sandbox: stall slow=0]]").json()["id"]
    waiting = create(caller, prompt="Next").json()["id"]
    assert caller.get(f"/v1/tasks/{waiting}").json()["status"] == "THROTTLED"
    assert caller.send("DELETE", f"/v1/tasks/{stalled}").status_code == 204
    assert caller.send("DELETE", f"/v1/tasks/{stalled}").status_code == 404
    assert ended(caller, waiting)["status"] == "SUCCEEDED"


def test_balance_and_daily_cap_refuse_before_a_task_exists(sandbox):
    caller = runway(sandbox)
    sandbox.control("limits", {"runway": {"credits": 24}})
    poor = create(caller)
    assert poor.status_code == 400
    assert "enough credits" in poor.json()["error"]
    sandbox.control("limits", {"runway": {"daily": 0}})
    capped = create(caller)
    assert capped.status_code == 429
    assert capped.json() == {"error": "Your daily task limit has been reached."}
    assert sandbox.tasks() == []


def test_lost_response_makes_a_task_that_is_billed(sandbox):
    caller = runway(sandbox)
    with pytest.raises(requests.ConnectionError):
        create(caller, prompt="[[sandbox: lost-response]]")
    (task,) = sandbox.tasks()
    assert ended(caller, task["task_id"])["cost"] == {"credits": 25}
    assert sandbox.creates() == {"runway": {"lost-response": 1}}
    assert [line["amount_micros"] for line in sandbox.invoice()] == [250_000]


def test_rate_limit_refuses_the_first_calls(sandbox):
    caller = runway(sandbox)
    answers = [create(caller, prompt="[[sandbox: rate-limit=2]]") for _ in range(3)]
    assert [answer.status_code for answer in answers] == [429, 429, 200]
    assert answers[0].headers["Retry-After"] == "1"
    assert len(sandbox.tasks()) == 1


def test_bad_json_once(sandbox):
    caller = runway(sandbox)
    task_id = create(caller, prompt="[[sandbox: bad-json]]").json()["id"]
    with pytest.raises(requests.JSONDecodeError):
        caller.get(f"/v1/tasks/{task_id}").json()
    assert ended(caller, task_id)["status"] == "SUCCEEDED"


def test_expired_url_then_a_good_one(sandbox):
    caller = runway(sandbox)
    task_id = create(caller, prompt="[[sandbox: expired-url]]").json()["id"]
    first = ended(caller, task_id)["output"][0]
    second = ended(caller, task_id)["output"][0]
    assert [requests.get(url, timeout=60).status_code for url in (first, second)] == [403, 200]
    assert requests.get(second.replace("/files/", "/files/x"), timeout=60).status_code == 403


def test_truncated_file_and_range(sandbox, tmp_path):
    caller = runway(sandbox)
    cut = create(caller, prompt="[[sandbox: truncated-file]]", duration=3).json()["id"]
    good = create(caller, prompt="A kite", duration=3).json()["id"]
    path = tmp_path / "clip.mp4"
    path.write_bytes(requests.get(ended(caller, cut)["output"][0], timeout=60).content)
    with pytest.raises(BadClip):
        read_boxes(path)
    url = ended(caller, good)["output"][0]
    whole = requests.get(url, timeout=60)
    path.write_bytes(whole.content)
    read_boxes(path)
    part = requests.get(url, headers={"Range": "bytes=10-19"}, timeout=60)
    assert (part.status_code, part.content) == (206, whole.content[10:20])
    assert whole.headers["Content-Type"] == "video/mp4"
    assert int(whole.headers["Content-Length"]) == len(whole.content)


def test_two_tasks_of_one_prompt_have_different_files(sandbox):
    caller = runway(sandbox)
    ids = [create(caller, seed=5, duration=3).json()["id"] for _ in range(2)]
    first, second = (
        requests.get(ended(caller, task_id)["output"][0], timeout=60).content for task_id in ids
    )
    assert first != second
    assert [line["creates"] for line in sandbox.invoice()] == [2, 2]


@pytest.mark.parametrize(
    ("kind", "status"), [("http-503", 503), ("http-500", 500), ("rate-limit", 429)]
)
def test_random_create_faults(sandbox, kind, status):
    sandbox.faults({"runway": {kind: 1}})
    assert create(runway(sandbox)).status_code == status
    assert len(sandbox.tasks()) == (1 if kind == "http-500" else 0)


def test_random_drop_before_accepting(sandbox):
    sandbox.faults({"runway": {"drop-before": 1}})
    with pytest.raises(requests.ConnectionError):
        create(runway(sandbox))
    assert sandbox.tasks() == []
    assert sandbox.invoice() == []


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("status-404", (404, "Could not find Task")),
        ("status-500", (500, "Internal server error")),
        ("unknown-status", (200, "RENDERING_PREVIEW")),
        ("stale-status", (200, "RUNNING")),
    ],
)
def test_random_status_faults(sandbox, kind, expected):
    caller = runway(sandbox)
    task_id = create(caller, duration=3).json()["id"]
    ended(caller, task_id)
    sandbox.faults({"runway": {kind: 1}})
    answer = caller.get(f"/v1/tasks/{task_id}")
    body = answer.json()
    assert (answer.status_code, body.get("error") or body["status"]) == expected


def test_catalogue_of_2026_prices_and_lengths(sandbox):
    caller = runway(sandbox)
    sandbox.control("catalogue", {"name": "2026-11"})
    assert create(caller, duration=2).json()["estimatedCost"] == {"credits": 24}
    veo = {"model": "veo3.1", "promptText": "A kite", "ratio": "1280:720", "duration": 5}
    answer = caller.post("/v1/text_to_video", veo)
    assert answer.json()["issues"][0]["values"] == [4, 6, 8]
    for audio, credits in ((False, 80), (True, 160)):
        made = caller.post("/v1/text_to_video", {**veo, "duration": 4, "audio": audio})
        assert made.json()["estimatedCost"] == {"credits": credits}
    sandbox.reset()
    assert sandbox.control("catalogue") == {"name": "2025-seed"}
