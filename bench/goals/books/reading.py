"""The books, what our pages take over them, and what a plain statement takes."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

import environ
import psycopg

from tests import services
from tests.product import ROOT

JOBS = int(os.environ.get("BENCH_JOBS", "1000000"))
TURNS = 3


@contextmanager
def filled(folder: Path) -> Iterator[str]:
    """The address of books: those of BENCH_DATABASE_URL, or new ones of BENCH_JOBS jobs, which
    take about twelve minutes and 10 GB for a million."""
    if given := os.environ.get("BENCH_DATABASE_URL", ""):
        yield given
        return
    with services.postgres() as running:
        words = [sys.executable, "-m", "bench.books", str(JOBS)]
        subprocess.run(words, check=True, cwd=ROOT, env=_settings(running.url, folder))
        yield running.url


def asked(url: str, words: str) -> list[dict[str, Any]]:
    """What `bench.reports` says of the addresses that have the words in their names."""
    done = subprocess.run(
        [sys.executable, "-m", "bench.reports", words],
        check=True,
        cwd=ROOT,
        env={**os.environ, "BENCH_DATABASE_URL": url},
        stdout=subprocess.PIPE,
        text=True,
    )
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    return [row for row in rows if row["row"] == "report"]


def milliseconds(url: str, statement: str) -> float:
    """The median time of a statement by itself, its rows read."""
    told = environ.Env.db_url_config(url)
    with psycopg.connect(host=told["HOST"], user=told["USER"], dbname=told["NAME"]) as link:
        return median(_once(link, statement) for _ in range(TURNS))


def agree(url: str, folder: Path) -> bool:
    """Whether every sum that is kept is what its lines come to."""
    words = [sys.executable, "manage.py", "check_rollups"]
    env = _settings(url, folder)
    return subprocess.run(words, cwd=ROOT, env=env, check=False).returncode == 0


def _once(link: "psycopg.Connection[Any]", statement: str) -> float:
    began = time.perf_counter()
    link.execute(statement).fetchall()
    return (time.perf_counter() - began) * 1000


def _settings(url: str, folder: Path) -> dict[str, str]:
    return {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
        "ENV_FILE": os.devnull,
        "DATA_DIR": str(folder),
        "DATABASE_URL": url,
        "RING_THE_BELL": "false",
        "LOG_LEVEL": "ERROR",
        "AIVIDEO_LOG_FILE": os.devnull,
    }
