"""What the worker counts is told by the web, and so is what both have left to do."""

import pytest

from tests.e2e.desk import fetch

pytestmark = pytest.mark.e2e


def told(desk, line: str) -> float:
    """The value of one line of /metrics; 0 where there is none."""
    answer = fetch(f"{desk.base}/metrics", method="GET", data=None, headers={})
    assert answer.status == 200
    lines = dict(row.rsplit(" ", 1) for row in answer.body.decode().splitlines())
    return float(lines.get(line, 0))


def test_a_clip_is_counted_by_the_worker_and_told_by_the_web(desk):
    made = 'aivideo_jobs_ended_total{mode="test",state="completed"}'
    labels = 'mode="test",outcome="good",provider="pika",verb="create"'
    created = f"aivideo_vendor_call_seconds_count{{{labels}}}"
    before = told(desk, made), told(desk, created)
    assert desk.create("Counted once", quality="draft", provider="pika")["status"] == "completed"
    assert (told(desk, made) - before[0], told(desk, created) - before[1]) == (1, 1)
    assert told(desk, "aivideo_database_up") == 1
    assert told(desk, 'aivideo_jobs_open{mode="test",state="processing"}') == 0
    assert 0 < told(desk, 'aivideo_beat_age_seconds{name="worker"}') < 30
