import signal
import subprocess
import sys
from pathlib import Path

from tests.sandbox_server import ROOT, SandboxServer


def test_health_and_defaults(sandbox):
    assert sandbox.control("health") == {"status": "ok", "catalogue": "2025-seed"}
    assert sandbox.control("invoice") == {"lines": [], "total": "0.00", "total_micros": 0}
    assert sandbox.control("tasks") == {"tasks": [], "creates": {}, "create_outcomes": {}}


def test_clock_takes_latency_scale_and_day(sandbox):
    shown = sandbox.control("clock", {"latency": {"openai": 9}, "api_date": "2026-09-25"})
    assert shown["latency"] == {"pika": 2.0, "kling": 3.0, "runway": 4.0, "sora": 9.0}
    assert shown["api_date"] == "2026-09-25"
    assert sandbox.refused("clock", {"scale": -1}) == "scale must be a number of 0 or more, not -1"
    assert "unknown: day" in sandbox.refused("clock", {"day": 3})


def test_faults_are_checked_and_cleared(sandbox):
    sandbox.faults({"*": {"lost-response": 0.5}}, seed=7)
    shown = sandbox.control("faults")
    assert shown["seed"] == 7
    assert set(shown["rates"]) == {"pika", "kling", "runway", "sora"}
    assert "is no fault" in sandbox.refused("faults", {"rates": {"pika": {"fire": 1}}})
    assert "is no provider" in sandbox.refused("faults", {"rates": {"luma": {}}})
    assert sandbox.control("faults", {})["rates"] == {}


def test_catalogue_can_be_switched_and_survives_a_restart(tmp_path):
    with SandboxServer(tmp_path) as server:
        assert server.control("catalogue", {"name": "2026-11"}) == {"name": "2026-11"}
        assert "no catalogue" in server.refused("catalogue", {"name": "../../etc"})
        server.restart()
        assert server.control("catalogue") == {"name": "2026-11"}


def test_term_signal_ends_it_cleanly(tmp_path):
    server = SandboxServer(tmp_path)
    assert server._end(signal.SIGTERM) == 0


def test_another_address_is_refused(tmp_path: Path):
    command = [sys.executable, "-m", "sandbox", "--host", "0.0.0.0", "--data", str(tmp_path)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=90)
    assert done.returncode == 2
    assert "listens on 127.0.0.1 only" in done.stderr
