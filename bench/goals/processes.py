"""Servers and workers of one measurement: started, waited for, counted, and all gone afterwards."""

import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

from aivideo_project.supervisor.guard import Guard
from bench.rows import cpu_seconds
from tests.product import ROOT, descendants

PATIENCE = 240.0
# Set, it would keep peers that were installed without bytecode slower than they are.
SLOWING = "PYTHONDONTWRITEBYTECODE"


def environment(**added: str) -> dict[str, str]:
    """Path and home of ours and nothing else, but for what is added."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return {**kept, "PYTHONPATH": str(ROOT), **added}


@contextmanager
def started(
    argv: Sequence[str], *, env: Mapping[str, str], cwd: Path = ROOT, log: Path | None = None
) -> Iterator["subprocess.Popen[bytes]"]:
    """A process group that ends with the block, and with this process however that ends."""
    output = log.open("wb") if log else subprocess.DEVNULL
    with Guard() as guard:
        process = subprocess.Popen(
            argv, cwd=cwd, env=env, stdout=output, stderr=output, start_new_session=True
        )
        guard.watch(process.pid)
        try:
            yield process
        finally:
            _end(process)


def listening(port: int, process: "subprocess.Popen[bytes]") -> None:
    """Wait until somebody answers on the port. Raises RuntimeError."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError(f"Nobody listens on {port}: {process.args}")


def tree_cpu(pid: int) -> float:
    """CPU seconds of a process and of all below it, those included that have ended."""
    return sum(cpu_seconds(one) for one in {pid, *descendants(pid)})


def _end(process: "subprocess.Popen[bytes]") -> None:
    below = descendants(process.pid)
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(15)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for pid in below & set(map(int, (one.name for one in Path("/proc").glob("[0-9]*")))):
        if os.getpgid(pid) == process.pid:
            os.kill(pid, signal.SIGKILL)
