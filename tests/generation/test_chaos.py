"""The short form of `make chaos`: drivers die on this database while vendors misbehave.

CHAOS_SEED replays a run. The long form, with the whole product, is the package tests.chaos.
"""

import os
import random
import sys
import time
from collections import Counter
from pathlib import Path

from django.db import connection

from generation import jobs
from generation.asks import JobAsk
from generation.models import Job
from providers.types import Tier
from tests.chaos.books import open_work, picture, verdict
from tests.chaos.crew import Crew, Post
from tests.chaos.faults import FEW, LOOKS
from tests.generation.committed import committed_fixture, desk_fixture  # noqa: F401 - fixtures
from tests.sandbox_server import SandboxServer
from tests.services import free_port

SEED = int(os.environ.get("CHAOS_SEED") or "20261123")
JOBS, KILLS = 16, 5
# Only for what never comes to rest: how long a good run takes is the machine's affair.
PATIENCE = 240.0


def test_no_job_is_lost_and_none_paid_twice(desk, tmp_path):
    print(f"chaos: CHAOS_SEED={SEED} {connection.vendor}")
    dice = random.Random(SEED)
    with SandboxServer(scale=0.1) as vendors:
        vendors.control("footage", {"style": "plain"})
        vendors.faults({"*": FEW}, seed=SEED)
        asked = [ask(desk, number) for number in range(JOBS)]
        crew = Crew(data=tmp_path, posts=[driver(tmp_path, vendors)] * 2)
        try:
            torment(crew, dice=dice)
        finally:
            crew.stop()
        found = verdict(vendors, asked=asked, data=tmp_path)
        faults = vendors.control("faults")["injected"]
    states = Counter(Job.objects.values_list("state", flat=True))
    print(f"chaos: {dict(crew.kills)} kills, {dict(crew.pauses)} pauses, {dict(states)}, {faults}")
    assert picture() == Counter()
    assert (found.lost, found.double, found.difference, found.wrong) == ([], [], 0, [])
    assert states["completed"] + states["failed"] == JOBS
    assert states["completed"] > JOBS / 2
    assert crew.kills.total() >= KILLS


def ask(desk, number: int) -> str:
    provider, tier = LOOKS[number % len(LOOKS)]
    words = f"Chaos {SEED}, scene {number}: a boat on a lake"
    return jobs.create(
        desk, JobAsk(prompt=words, tier=Tier(tier), provider=provider, seconds=3)
    ).uid


def torment(crew: Crew, *, dice: random.Random) -> None:
    """Kill or pause whenever a few more pieces of work are done, then wait for rest."""
    ends = time.monotonic() + PATIENCE
    all_of_it = at_most = open_work()
    while (left := open_work()) and time.monotonic() < ends:
        crew.fill()
        time.sleep(0.1)
        if crew.kills.total() < KILLS and left <= at_most:
            # As the work shrinks, not as time passes: a slow machine is killed no more often.
            at_most = left - all_of_it // (2 * KILLS)
            crew.pause(dice.randrange(2), seconds=dice.uniform(0.3, 1.5))
            crew.kill(dice.randrange(2))


def driver(data: Path, vendors: SandboxServer) -> Post:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    environment = {
        **kept,
        "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(data),
        "DATABASE_URL": database_url(),
        "SANDBOX_URL": vendors.base,
        # Nobody listens there: whatever gets done gets done without a broker.
        "CELERY_BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
        "UNKNOWN_GRACE_TEST_SECONDS": "2",
        "AIVIDEO_LOG_FILE": str(data / "facts.log"),
    }
    argv = [sys.executable, "manage.py", "run_driver"]
    return Post(name="driver", argv=argv, env=environment)


def database_url() -> str:
    """The test database's address, for processes of their own."""
    name = str(connection.settings_dict["NAME"])
    if connection.vendor == "sqlite":
        return f"sqlite:///{name}"
    return f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
