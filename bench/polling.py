"""The driver with a thousand tasks at the vendors: CPU, calls, and how late an end is seen.

Runs in this process on a database of its own; clips are not fetched, so that only the looking
is measured. The settings must be chosen before Django starts, hence the imports in functions.
"""

import os
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from bench.rows import at, say
from tests.sandbox_server import SandboxServer

LATENCY = 40.0  # seconds that each task takes at the vendor
HANDS = 8


def measure(folder: Path, *, count: int = 1000) -> None:
    folder.mkdir(parents=True)
    with SandboxServer(scale=1.0) as vendors:
        vendors.control("footage", {"style": "plain"})
        vendors.control("clock", {"latency": {"kling": LATENCY}})
        access = _set_up(folder, vendors)
        _ask(access, count)
        began = time.monotonic()
        _send_all()
        sent = time.monotonic() - began
        began, cpu, looks = time.monotonic(), time.process_time(), _look_until_done()
        wall = time.monotonic() - began
        _tell(vendors, count, sent=sent, wall=wall, cpu=time.process_time() - cpu, looks=looks)


def _set_up(folder: Path, vendors: SandboxServer) -> Any:
    os.environ.update(
        DJANGO_SETTINGS_MODULE="aivideo_project.settings",
        ENV_FILE=os.devnull,
        DATA_DIR=str(folder),
        SANDBOX_URL=vendors.base,
        RING_THE_BELL="false",
        LOG_LEVEL="ERROR",
        AIVIDEO_LOG_FILE=str(folder / "facts.log"),
    )
    import django

    django.setup()
    from django.core.management import call_command

    call_command("migrate", verbosity=0)
    call_command("load_catalogue", verbosity=0)
    from accounts.access import Access
    from accounts.models import Mode, Role, Workspace
    from generation import requests
    from providers.models import ProviderAccount

    # Nothing here listens for callbacks, and looking is what is to be measured.
    requests._callback_url = lambda attempt, token: ""
    ProviderAccount.objects.update(max_concurrent=100_000)
    vendors.control("limits", {"kling": {"slots": 100_000}})
    workspace = Workspace.objects.create(slug="bench", name="Bench")
    return Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER)


def _ask(access: Any, count: int) -> None:
    from generation import batches
    from generation.asks import JobAsk
    from providers.types import Tier

    asks = [
        JobAsk(prompt=f"Polled {n}", tier=Tier.DRAFT, provider="kling", seconds=3)
        for n in range(count)
    ]
    batches.create(access, asks, use_cost_optimization=False)


def _send_all() -> None:
    from generation import submitting
    from generation.beside import alone
    from generation.models import Attempt

    ids = list(Attempt.objects.values_list("pk", flat=True))
    with ThreadPoolExecutor(HANDS) as pool:
        list(pool.map(lambda pk: alone(submitting.submit, pk), ids))
    assert Attempt.objects.filter(state="accepted").count() == len(ids)


def _look_until_done() -> int:
    from generation import polling
    from generation.models import Attempt
    from providers.many import ManyTransport

    looks, ends = 0, time.monotonic() + LATENCY + 60
    with ManyTransport() as many:
        while Attempt.objects.filter(state="accepted").exists() and time.monotonic() < ends:
            looks += polling.poll_due(many)
            time.sleep(0.1)
    return looks


def _tell(
    vendors: SandboxServer, count: int, *, sent: float, wall: float, cpu: float, looks: int
) -> None:
    from datetime import datetime

    from generation.models import Attempt

    ends = {
        task["task_id"]: datetime.fromisoformat(task["finished_at"])
        for task in vendors.tasks()
        if task["finished_at"]
    }
    done = Attempt.objects.filter(state="succeeded").values_list("task_id", "ended_at")
    late = [(ended - ends[task_id]).total_seconds() for task_id, ended in done]
    assert len(late) == count, f"{len(late)} of {count} have ended"
    say(
        "poll_driver",
        in_flight=count,
        send_per_s=count / sent,
        wall_s=wall,
        cpu_s=cpu,
        cpu_ms_per_job=1000 * cpu / count,
        looks_per_job=looks / count,
        late_p50_s=at(late, 50),
        late_p95_s=at(late, 95),
    )
