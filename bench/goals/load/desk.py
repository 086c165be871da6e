"""The product on PostgreSQL that flushes every commit to its disk, with Redis as its bell."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg

from bench.goals.load.hammer import Request, request
from bench.goals.processes import environment, listening, started
from tests import services
from tests.product import ROOT
from tests.services import Postgres, free_port

# What a PostgreSQL has that nobody has told anything, but for its memory.
SAFE = ("fsync=on", "full_page_writes=on", "synchronous_commit=on", "shared_buffers=512MB")
SECONDS = 3


@dataclass(frozen=True)
class Desk:
    """Where everything runs; `env` is that of the product's processes."""

    postgres: Postgres
    env: dict[str, str]
    told: dict[str, Any]
    port: int

    def ask(self, prompt: str, *, key: str = "roomy") -> Request:
        """One draft, the cheapest clip there is."""
        body = {"prompt": prompt, "quality": "draft", "duration": SECONDS}
        return self._post("/api/ai-video/generate", body, key=key)

    def batch(self, prompts: list[str]) -> Request:
        body = {"prompts": prompts, "quality": "draft", "duration": SECONDS}
        return self._post("/api/ai-video/batch-generate", body, key="roomy")

    def status(self, job_id: str) -> Request:
        path = f"/api/ai-video/status/{job_id}"
        return request("GET", path, port=self.port, key=self.told["roomy"])

    def rows(self, sql: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database itself says. `sql` is ours."""
        with psycopg.connect(address(self.postgres.url)) as link:
            return link.execute(sql, values).fetchall()  # type: ignore[call-overload,no-any-return]

    def manage(self, *words: str) -> "subprocess.CompletedProcess[str]":
        argv = [sys.executable, "manage.py", *words]
        return subprocess.run(
            argv, cwd=ROOT, env=self.env, capture_output=True, text=True, check=False
        )

    def _post(self, path: str, body: Any, *, key: str) -> Request:
        return request("POST", path, port=self.port, key=self.told[key], body=body)


@contextmanager
def desk(folder: Path, *, vendors: str, safe: tuple[str, ...] = SAFE) -> Iterator[Desk]:
    """Tables, keys and budgets, and nothing running yet but the services."""
    port = free_port()
    with (
        services.postgres(durable=True, settings=safe) as postgres,
        services.redis() as broker,
    ):
        env = environment(
            DJANGO_SETTINGS_MODULE="aivideo_project.settings",
            ENV_FILE=os.devnull,
            DATA_DIR=str(folder / "var"),
            DATABASE_URL=postgres.url,
            CELERY_BROKER_URL=broker.url,
            SANDBOX_URL=vendors,
            PORT=str(port),
            WEB_WORKERS="2",
            CREATES_PER_MINUTE="100000",
            PROMETHEUS_MULTIPROC_DIR=str(folder / "metrics"),
            AIVIDEO_LOG_FILE=str(folder / "facts.log"),
        )
        (folder / "metrics").mkdir()
        argv = [sys.executable, "-m", "bench.goals.load.desk_setup"]
        said = subprocess.run(argv, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
        if said.returncode:
            raise RuntimeError(said.stderr[-2000:])
        yield Desk(postgres, env, json.loads(said.stdout.splitlines()[-1]), port)


@contextmanager
def open_doors(place: Desk, folder: Path) -> Iterator[int]:
    """The product's own web server; gives its process id."""
    with started(place.told["web"], env=place.env, log=folder / "web.txt") as process:
        listening(place.port, process)
        yield process.pid


@contextmanager
def vendor(folder: Path, *, clip: Path | None = None) -> Iterator[int]:
    """A vendor that answers at once, on the port that it gives."""
    port = free_port()
    argv = [sys.executable, "-m", "bench.goals.anchors.vendor", str(port)]
    env = environment()
    with started([*argv, *([str(clip)] if clip else [])], env=env) as process:
        listening(port, process)
        yield port


@contextmanager
def plain(folder: Path) -> Iterator[tuple[int, dict[str, str]]]:
    """The plain application with tables of its own, served as ours is: its port and environment."""
    with ExitStack() as stack:
        postgres = stack.enter_context(services.postgres(durable=True, settings=SAFE))
        env = environment(PLAIN_DATABASE=postgres.url)
        module = "bench.goals.anchors.plain"
        subprocess.run([sys.executable, "-m", module], cwd=ROOT, env=env, check=True)
        port = free_port()
        argv = [str(Path(sys.executable).parent / "granian"), "--interface", "wsgi", "--no-ws"]
        argv += ["--log-level", "error", "--port", str(port), "--workers", "2"]
        argv += ["--blocking-threads", "16", f"{module}:application"]
        process = stack.enter_context(started(argv, env=env, log=folder / "plain.txt"))
        listening(port, process)
        yield port, env


def address(url: str) -> str:
    """The PostgreSQL of a Django address, as its own library takes it."""
    folder, _, name = url.partition("@/")[2].rpartition("/")
    return f"host={folder} user=postgres dbname={name}"
