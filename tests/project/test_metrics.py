import os
import subprocess
import sys

import pytest

pytestmark = pytest.mark.django_db


def test_this_machine_may_read_without_a_token(client):
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert answer["Content-Type"].startswith("text/plain; version=")
    assert b'aivideo_requests_total{method="GET",route="metrics"' in client.get("/metrics").content


@pytest.mark.parametrize(
    "caller",
    [
        {"REMOTE_ADDR": "192.0.2.7"},
        {"HTTP_X_FORWARDED_FOR": "192.0.2.7"},  # a proxy on this machine
        {"HTTP_FORWARDED": "for=192.0.2.7"},
        {"REMOTE_ADDR": ""},
    ],
)
def test_others_may_not(client, caller):
    answer = client.get("/metrics", **caller)
    assert answer.status_code == 403
    assert answer.content == b"Set METRICS_TOKEN to read the metrics from another machine.\n"


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ("Bearer right-token", 200),
        ("Bearer wrong-token", 401),
        ("right-token", 401),
        ("Bearer \xe9", 401),
        (None, 401),
    ],
)
def test_with_a_token_everybody_needs_it(client, settings, given, status):
    settings.METRICS_TOKEN = "right-token"
    headers = {"Authorization": given} if given else {}
    answer = client.get("/metrics", headers=headers)
    assert answer.status_code == status
    if status == 401:
        assert answer["WWW-Authenticate"] == "Bearer"
        assert b"aivideo_" not in answer.content


def test_a_folder_of_counts_answers_for_all_processes(client, settings, tmp_path):
    settings.METRICS_DIR = str(tmp_path)
    counts = "from prometheus_client import Counter; Counter('seen', 'Seen.').inc(3)"
    for _ in range(2):
        subprocess.run(
            [sys.executable, "-c", counts],
            env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(tmp_path)},
            check=True,
        )
    answer = client.get("/metrics")
    assert answer.status_code == 200
    assert b"\nseen_total 6.0\n" in answer.content
    assert b"\naivideo_database_up 1.0\n" in answer.content
    assert {path.name for path in tmp_path.glob("*.db")} == {"counter_0.db"}
