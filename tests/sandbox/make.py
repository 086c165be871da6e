"""Task records for tests of pure parts."""

from dataclasses import replace
from typing import Any

from sandbox.tasks import Fate, Task

PLAIN = Task(
    provider="runway",
    task_id="t-1",
    model="gen4.5",
    kind="text",
    prompt="A kite",
    seconds=5,
    width=1280,
    height=720,
    seed=1,
    client_ref="",
    callback_url="",
    picture="",
    origin="http://127.0.0.1:8001",
    fingerprint="f",
    amount_micros=250_000,
    bills_moderation=True,
    fate=Fate.OK,
    throttled=False,
    created_at=9.0,
    started_at=10.0,
    work_seconds=5.0,
    finished_at=None,
    outcome="",
    deleted_at=None,
    body={},
    extra={},
)


def task(**changes: Any) -> Task:
    return replace(PLAIN, **changes)
