"""The whole product for tests that need it: started as `make run` does, stopped, nothing left."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.services import free_port

ROOT = Path(__file__).resolve().parent.parent
SUPERVISOR = (sys.executable, "-m", "aivideo_project.supervisor")
READY = "Ctrl-C stops everything"
START_SECONDS, STOP_SECONDS = 120.0, 90.0


@dataclass(frozen=True)
class RunningProduct:
    """`folder` is the working directory to be in; `demo` are the values of its var/demo.env."""

    folder: Path
    base_url: str
    demo: dict[str, str]


def demo_of(data: Path) -> dict[str, str]:
    """The values of the demo.env that a product has written into its data folder."""
    lines = (data / "demo.env").read_text(encoding="utf-8").splitlines()
    return dict(line.split("=", 1) for line in lines)


@contextmanager
def running(folder: Path, **settings: str) -> Iterator[RunningProduct]:
    """Start everything with data and ports of its own; stop it by SIGTERM and look for leftovers.

    `settings` are further environment variables of the product.
    """
    data, port = folder / "var", free_port()
    data.mkdir()
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    own = {"DATA_DIR": str(data), "PORT": str(port), "SANDBOX_PORT": str(free_port())}
    own |= {"ENV_FILE": os.devnull, "AIVIDEO_LOG_FILE": str(data / "facts.log")}
    console = data / "console.txt"
    with console.open("wb") as output:
        process = subprocess.Popen(
            SUPERVISOR,
            cwd=ROOT,
            env={**kept, **own, **settings},
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_until_ready(process, console)
        demo = demo_of(data)
        yield RunningProduct(folder, demo["AIVIDEO_BASE_URL"], demo)
    finally:
        _stop(process)


def _wait_until_ready(process: "subprocess.Popen[bytes]", console: Path) -> None:
    limit = time.monotonic() + START_SECONDS
    while READY not in console.read_text(errors="replace"):
        if process.poll() is not None or time.monotonic() > limit:
            raise AssertionError(f"The product did not start:\n{console.read_text()}")
        time.sleep(0.2)


def _stop(process: "subprocess.Popen[bytes]") -> None:
    below = descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(STOP_SECONDS)
    finally:
        if process.poll() is None:
            process.kill()
            process.wait()
    left = {pid for pid, (_, state) in _processes().items() if pid in below and state not in "ZX"}
    assert left == set(), f"processes left: {sorted(left)}"


def descendants(root: int) -> set[int]:
    """All processes below `root`, however deep."""
    known = _processes()
    found = {root}
    while more := {pid for pid, (above, _) in known.items() if above in found} - found:
        found |= more
    return found - {root}


def _processes() -> dict[int, tuple[int, str]]:
    """Every process with its parent and its state; Z and X are dead."""
    found = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            state, parent, *_ = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        found[int(stat.parent.name)] = (int(parent), state)
    return found
