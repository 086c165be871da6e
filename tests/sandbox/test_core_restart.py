"""What a crash must not lose: tasks, their times, the invoice, uploads, routers and faults."""

import time

import pytest
import requests

from tests.sandbox.calls import runway
from tests.sandbox_server import SandboxServer

CREATE = {"model": "gen4.5", "promptText": "A kite", "ratio": "1280:720", "duration": 3}


@pytest.fixture
def server(tmp_path):
    with SandboxServer(tmp_path / "data", scale=0.3) as server:
        yield server


def test_a_running_task_goes_on_after_a_kill(server):
    caller = runway(server)
    task_id = caller.post("/v1/text_to_video", CREATE).json()["id"]
    server.kill()
    server.start()
    deadline = time.monotonic() + 90
    while caller.get(f"/v1/tasks/{task_id}").json()["status"] != "SUCCEEDED":
        assert time.monotonic() < deadline
        time.sleep(0.05)
    (line,) = server.invoice()
    assert (line["task_id"], line["amount"]) == (task_id, "0.15")
    url = caller.get(f"/v1/tasks/{task_id}").json()["output"][0]
    server.restart()
    assert requests.get(url, timeout=60).status_code == 200
    assert server.invoice() == [line]


def test_settings_and_records_are_kept(server):
    caller = runway(server)
    caller.post("/v1/routers", {"slug": "prod"})
    upload = caller.post("/v1/uploads", {"filename": "a.png", "type": "ephemeral"}).json()
    server.faults({"pika": {"lost-response": 0.5}}, seed=9)
    server.control("limits", {"kling": {"slots": 3}})
    server.control("footage", {"style": "plain"})
    server.kill()
    server.start()
    assert caller.get("/v1/routers/prod").json()["slug"] == "prod"
    files = {"file": ("a.png", b"x" * 600)}
    stored = requests.post(upload["uploadUrl"], data=upload["fields"], files=files, timeout=60)
    assert stored.status_code == 204
    faults = server.control("faults")
    assert (faults["seed"], faults["rates"]) == (9, {"pika": {"lost-response": 0.5}})
    assert server.control("limits") == {"kling": {"slots": 3}}
    assert server.control("footage") == {"style": "plain"}


def test_reset_forgets_all_of_it(server):
    caller = runway(server)
    caller.post("/v1/routers", {"slug": "prod"})
    caller.post("/v1/text_to_video", CREATE)
    server.faults({"pika": {"lost-response": 0.5}})
    server.reset()
    assert caller.get("/v1/routers/prod").status_code == 404
    assert (server.tasks(), server.invoice(), server.creates()) == ([], [], {})
    assert server.control("faults")["rates"] == {}
