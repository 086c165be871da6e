import pytest

from sandbox.keys import OPENAI_KEY
from tests.sandbox.calls import openai


@pytest.mark.parametrize(
    ("body", "code", "param"),
    [
        ({}, "missing_required_parameter", "prompt"),
        ({"prompt": "a", "seconds": 4}, "invalid_type", "seconds"),
        ({"prompt": "a", "seconds": "21"}, "invalid_value", "seconds"),
        ({"prompt": "a", "size": "1x1"}, "invalid_value", "size"),
        ({"prompt": "a", "size": "1920x1080"}, "invalid_value", "size"),
        ({"prompt": "a", "seed": 1}, "unknown_parameter", "seed"),
        ({"prompt": ""}, "invalid_value", "prompt"),
        (
            {"prompt": "a", "input_reference": {"image_url": "https://example.com/a.png"}},
            "invalid_value",
            "input_reference",
        ),
    ],
)
def test_refused_bodies(sandbox, body, code, param):
    answer = openai(sandbox).post("/videos", body)
    error = answer.json()["error"]
    assert (answer.status_code, error["code"], error["param"]) == (400, code, param)
    assert sandbox.tasks() == []


def test_json_and_multipart_make_the_same_video(sandbox):
    caller = openai(sandbox)
    fields = {"prompt": "A kite", "model": "sora-2", "seconds": "5", "size": "1280x720"}
    from_json = caller.post("/videos", fields).json()
    parts = {name: (None, value) for name, value in fields.items()}
    from_form = caller.send("POST", "/videos", files=parts).json()
    for name in ("id", "created_at"):
        from_json.pop(name), from_form.pop(name)
    assert from_json == from_form
    assert from_json == {
        "object": "video",
        "status": "queued",
        "model": "sora-2",
        "progress": 0,
        "seconds": "5",
        "size": "1280x720",
        "prompt": "A kite",
        "completed_at": None,
        "expires_at": None,
        "error": None,
        "remixed_from_video_id": None,
    }


def test_wrong_key(sandbox):
    answer = openai(sandbox).send(
        "GET", "/videos", headers={"Authorization": f"Bearer {OPENAI_KEY}x"}
    )
    assert (answer.status_code, answer.json()["error"]["code"]) == (401, "invalid_api_key")


def test_content_before_the_end_and_delete_are_refused(sandbox):
    caller = openai(sandbox)
    video = caller.post("/videos", {"prompt": "[[sandbox: stall]]"}).json()
    assert caller.get(f"/videos/{video['id']}/content").status_code == 400
    assert caller.send("DELETE", f"/videos/{video['id']}").status_code == 400
    assert caller.get(f"/videos/{video['id']}").status_code == 200


def test_poll_header_and_unknown_route(sandbox):
    caller = openai(sandbox)
    video = caller.post("/videos", {"prompt": "[[sandbox: stall]]"}).json()
    assert caller.get(f"/videos/{video['id']}").headers["openai-poll-after-ms"] == "1000"
    gone = caller.get("/images")
    assert (gone.status_code, gone.json()["error"]["type"]) == (404, "invalid_request_error")


def test_unknown_model(sandbox):
    answer = openai(sandbox).post("/videos", {"prompt": "a", "model": "sora-9"})
    assert (answer.status_code, answer.json()["error"]["code"]) == (404, "model_not_found")
    assert sandbox.creates() == {"sora": {"no-model": 1}}
