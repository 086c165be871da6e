import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

from aivideo_project.supervisor.guard import Guard, end_groups, signalled

SLEEPER = [sys.executable, "-S", "-c", "import time; time.sleep(60)"]
STUBBORN = [
    sys.executable,
    "-S",
    "-c",
    "import signal, time; signal.signal(15, signal.SIG_IGN); print(1, flush=True); time.sleep(60)",
]
# Starts a child of its own, tells its number, and waits.
WITH_CHILD = [
    sys.executable,
    "-S",
    "-c",
    "import subprocess, sys, time\n"
    f"child = subprocess.Popen({SLEEPER!r})\n"
    "print(child.pid, flush=True)\n"
    "time.sleep(60)",
]
# A supervisor in little: watches a group, tells its number, and waits to be killed.
SUPERVISOR = [
    sys.executable,
    "-c",
    "import subprocess, time\n"
    "from aivideo_project.supervisor.guard import Guard\n"
    "guard = Guard()\n"
    f"child = subprocess.Popen({WITH_CHILD!r}, stdout=subprocess.PIPE, start_new_session=True)\n"
    "guard.watch(child.pid)\n"
    "print(child.pid, child.stdout.readline().decode(), flush=True)\n"
    "time.sleep(60)",
]


def start(argv, **how):
    return subprocess.Popen(argv, start_new_session=True, **how)


def running(process):
    """False for a process that is gone or only waits to be collected."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
        return stat.rpartition(")")[2].split()[0] not in {"Z", "X"}
    except FileNotFoundError:
        return False


def gone_within(seconds, *processes):
    limit = time.monotonic() + seconds
    while any(running(process) for process in processes):
        if time.monotonic() > limit:
            return False
        time.sleep(0.02)
    return True


def test_closing_ends_what_is_watched_and_spares_what_was_forgotten():
    watched, free = start(SLEEPER), start(SLEEPER)
    guard = Guard()
    guard.watch(watched.pid)
    guard.watch(free.pid)
    guard.forget(free.pid)
    try:
        collector = threading.Thread(target=watched.wait)  # a dead group counts until collected
        collector.start()
        guard.close()
        collector.join()
        assert watched.returncode == -signal.SIGTERM
        assert running(free.pid)
    finally:
        free.kill()
        free.wait()


def test_after_kill_9_of_the_supervisor_nobody_is_left():
    supervisor = start(SUPERVISOR, stdout=subprocess.PIPE)
    child, grandchild = (int(word) for word in supervisor.stdout.readline().split())
    assert running(child) and running(grandchild)
    supervisor.kill()
    supervisor.wait()
    assert gone_within(10, child, grandchild)


def test_who_ignores_sigterm_is_killed():
    stubborn = start(STUBBORN, stdout=subprocess.PIPE)
    stubborn.stdout.readline()
    end_groups({stubborn.pid}, patience=0.2)
    assert stubborn.wait(5) == -signal.SIGKILL


def test_a_group_that_is_gone_is_no_error():
    ended = start([sys.executable, "-S", "-c", ""])
    ended.wait()
    assert signalled(ended.pid, signal.SIGTERM) is False
