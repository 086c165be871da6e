"""The folder in which processes count: what the dead have counted stays, their files do not."""

import multiprocessing
import os
import subprocess
import sys
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.mmap_dict import MmapedDict, mmap_key
from prometheus_client.multiprocess import MultiProcessCollector

from aivideo_project.counted_files import settled

COUNTS = """
from prometheus_client import Counter, Histogram
Counter("jobs", "Jobs.", ["state"]).labels("done").inc({jobs})
Histogram("wait", "Waits.", buckets=(1, 5)).observe({wait})
"""


def counts(folder: Path, *, jobs: int, wait: float) -> None:
    """Count in a process that ends right after."""
    subprocess.run(
        [sys.executable, "-c", COUNTS.format(jobs=jobs, wait=wait)],
        env={**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)},
        check=True,
    )


def told(folder: Path) -> list[str]:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=str(folder))
    lines = generate_latest(registry).decode().splitlines()
    return [line for line in lines if not line.startswith("#")]


def names(folder: Path) -> set[str]:
    return {path.name for path in folder.glob("*.db")}


WHOLE = [
    'jobs_total{state="done"} 12.0',
    "wait_sum 14.5",
    'wait_bucket{le="1.0"} 1.0',
    'wait_bucket{le="5.0"} 2.0',
    'wait_bucket{le="+Inf"} 3.0',
    "wait_count 3.0",
]


def test_the_dead_are_added_up_into_two_files(tmp_path):
    for jobs, wait in ((3, 0.5), (4, 4.0), (5, 10.0)):
        counts(tmp_path, jobs=jobs, wait=wait)
    assert len(names(tmp_path)) == 6
    assert sorted(told(tmp_path)) == sorted(WHOLE)
    with settled(tmp_path):
        assert names(tmp_path) == {"counter_0.db", "histogram_0.db"}
        assert sorted(told(tmp_path)) == sorted(WHOLE)
    with settled(tmp_path):
        assert sorted(told(tmp_path)) == sorted(WHOLE)


def test_the_living_keep_theirs(tmp_path):
    mine = tmp_path / f"counter_{os.getpid()}.db"
    held = MmapedDict(str(mine))
    held.write_value(mmap_key("jobs", "jobs_total", [], [], "Jobs."), 2.0, 0.0)
    counts(tmp_path, jobs=1, wait=1.0)
    with settled(tmp_path):
        assert names(tmp_path) == {mine.name, "counter_0.db", "histogram_0.db"}
    held.close()


def test_other_files_are_left_alone(tmp_path):
    for name in ("notes.txt", "gauge_liveall_999999.db", "counter_x.db"):
        (tmp_path / name).write_bytes(b"")
    with settled(tmp_path):
        pass
    assert {path.name for path in tmp_path.iterdir()} == {
        "notes.txt",
        "gauge_liveall_999999.db",
        "counter_x.db",
        ".lock",
    }


def _waits_for(folder: Path, seen) -> None:
    with settled(folder):
        seen.put("in")


@pytest.mark.parametrize("fails", [False, True])
def test_one_reader_at_a_time(tmp_path, fails):
    context = multiprocessing.get_context("spawn")
    seen = context.Queue()
    other = context.Process(target=_waits_for, args=(tmp_path, seen))
    try:
        with settled(tmp_path):
            other.start()
            other.join(1.5)
            assert other.is_alive() and seen.empty()
            if fails:
                raise RuntimeError("while reading")
    except RuntimeError:
        assert fails
    assert seen.get(timeout=30) == "in"
    other.join(30)
