"""The product as `make run` has it, on PostgreSQL, a broker and a sandbox that chaos may touch."""

import os
import random
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import redis

from tests import services
from tests.chaos.crew import ROOT, Post
from tests.chaos.faults import MANY
from tests.product import demo_of
from tests.sandbox_server import SandboxServer

# A test's own part of a broker that others may use as well: only this one is emptied.
DATABASE_NUMBER = 9
# The sandbox lists at once; what a loaded machine still has under way needs a few seconds.
GRACE_SECONDS = 5


@dataclass(frozen=True, kw_only=True)
class Surroundings:
    """What the product stands on."""

    data: Path
    database: services.Postgres
    broker: "redis.Redis[bytes]"
    vendors: SandboxServer
    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def demo(self) -> dict[str, str]:
        return demo_of(self.data)


@contextmanager
def surroundings(data: Path, *, seed: int) -> Iterator[Surroundings]:
    """Start what the product stands on, and put the product's settings into the environment."""
    with (
        services.postgres(durable=True) as database,
        _broker() as broker_url,
        SandboxServer(scale=0.5) as vendors,
        redis.Redis.from_url(broker_url) as broker,
    ):
        vendors.control("footage", {"style": "plain"})
        vendors.faults({"*": MANY}, seed=seed)
        broker.flushdb()
        around = Surroundings(
            data=data, database=database, broker=broker, vendors=vendors, port=services.free_port()
        )
        os.environ.update(_settings(around, broker_url=broker_url))
        yield around


@contextmanager
def _broker() -> Iterator[str]:
    if given := os.environ.get("TEST_REDIS_URL"):
        yield f"{given.rpartition('/')[0]}/{DATABASE_NUMBER}"
        return
    with services.redis() as running:
        yield running.url


def _settings(around: Surroundings, *, broker_url: str) -> dict[str, str]:
    return {
        "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(around.data),
        "DATABASE_URL": around.database.url,
        "CELERY_BROKER_URL": broker_url,
        "SANDBOX_URL": around.vendors.base,
        "PORT": str(around.port),
        "WEB_WORKERS": "1",
        "WORKER_THREADS": "4",
        "CREATES_PER_MINUTE": "0",
        "SWEEP_SECONDS": "2",
        "UNKNOWN_GRACE_TEST_SECONDS": str(GRACE_SECONDS),
        "AIVIDEO_LOG_FILE": str(around.data / "facts.log"),
    }


def prepare() -> None:
    """Tables, catalogue, a workspace and its key, as the supervisor makes them."""
    argv = [sys.executable, "-m", "aivideo_project.supervisor.prepare"]
    subprocess.run(argv, cwd=ROOT, check=True, stdout=subprocess.DEVNULL)


def posts() -> list[Post]:
    """Web, two workers, the scheduler, and a driver that needs no broker."""
    # The plan reads the settings, which are complete only now.
    from django.conf import settings

    from aivideo_project.supervisor import plan

    env = plan.environment(broker_url=settings.CELERY_BROKER_URL)
    Path(env["PROMETHEUS_MULTIPROC_DIR"]).mkdir(exist_ok=True)
    desk = [Post(name=child.name, argv=child.argv, env=child.env) for child in plan.desk(env)]
    worker = next(post for post in desk if post.name == "worker")
    return [*desk, worker, driver(env)]


def driver(env: dict[str, str]) -> Post:
    return Post(name="driver", argv=[sys.executable, "manage.py", "run_driver"], env=env)


def new_seed() -> int:
    return random.SystemRandom().randrange(1, 10**8)
