"""The front door: what a person sees who types `make run` and then stops it."""

import http.client
import json
import os
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from aivideo_project.supervisor.claim import check_ports
from sandbox.keys import OPENAI_KEY
from tests.product import demo_of
from tests.services import free_port

pytestmark = pytest.mark.e2e
ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 180  # seconds for a line of the product to come
SUPERVISOR = [sys.executable, "-m", "aivideo_project.supervisor"]


class Product:
    """The supervisor in a process group of its own, with data and ports of its own."""

    def __init__(self, data, *, port=None, sandbox=None, argv=SUPERVISOR):
        self.port, self.sandbox = port or free_port(), sandbox or free_port()
        self.data = data
        kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
        self.process = subprocess.Popen(
            argv,
            cwd=ROOT,
            env={
                **kept,
                "DATA_DIR": str(data),
                "ENV_FILE": os.devnull,
                "PORT": str(self.port),
                "SANDBOX_PORT": str(self.sandbox),
                "AIVIDEO_LOG_FILE": str(data / "facts.log"),
            },
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            # Whoever runs the tests in the background has had interrupts ignored, and children
            # inherit that; a person's terminal has not.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
            text=True,
        )

    def until(self, wanted):
        """The lines up to the one that holds `wanted`."""
        lines = []
        # A line that never comes must fail the test, not hang it.
        alarm = threading.Timer(PATIENCE, self.process.kill)
        alarm.start()
        try:
            for line in self.process.stdout:
                lines.append(line.rstrip())
                if wanted in line:
                    return lines
        finally:
            alarm.cancel()
        raise AssertionError("\n".join(lines))

    def descendants(self):
        """All processes below the supervisor, however deep."""
        parents = {}
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                text = stat.read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue
            parents[int(stat.parent.name)] = int(text.rpartition(")")[2].split()[1])
        found = {self.process.pid}
        while more := {pid for pid, above in parents.items() if above in found} - found:
            found |= more
        return found - {self.process.pid}

    def named(self, name):
        return {process for process in self.descendants() if name in program(process)}

    def get(self, path, *, port=None, key=""):
        link = http.client.HTTPConnection("127.0.0.1", port or self.port, timeout=10)
        link.request("GET", path, headers={"Authorization": f"Bearer {key}"} if key else {})
        answer = link.getresponse()
        return answer.status, answer.read()

    def answers_within(self, seconds, path, *, port=None):
        limit = time.monotonic() + seconds
        while time.monotonic() < limit:
            try:
                if self.get(path, port=port)[0] == 200:
                    return True
            except (OSError, http.client.HTTPException):
                pass
            time.sleep(0.2)
        return False

    def end(self):
        limit = time.monotonic() + PATIENCE
        while self.process.poll() is None and time.monotonic() < limit:
            # The first asks for a graceful end, the next for one at once; of two that come
            # together a busy machine may deliver one.
            self.process.send_signal(signal.SIGTERM)
            time.sleep(1)
        self.process.communicate(timeout=60)


@pytest.fixture
def start(tmp_path):
    begun = []

    def begin(**how):
        begun.append(Product(tmp_path / "data", **how))
        return begun[-1]

    (tmp_path / "data").mkdir()
    yield begin
    for product in begun:
        product.end()


def running(processes):
    left = set()
    for process in processes:
        try:
            state = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0]
        except (FileNotFoundError, ProcessLookupError):
            continue
        if state not in {"Z", "X"}:
            left.add(process)
    return left


def gone_within(seconds, processes):
    limit = time.monotonic() + seconds
    while left := running(processes):
        if time.monotonic() > limit:
            return left
        time.sleep(0.1)
    return set()


def program(process):
    try:
        return Path(f"/proc/{process}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except (FileNotFoundError, ProcessLookupError):
        return ""


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    """One product for the tests that leave it running, and what it said at its start."""
    data = tmp_path_factory.mktemp("desk")
    product = Product(data)
    product.said = product.until("Ctrl-C stops everything")
    yield product
    product.end()


def test_it_says_where_to_look_and_no_password(desk):
    text = "\n".join(desk.said)
    assert desk.said[0] == "Starting…"
    assert re.search(r"Dailies is running \(\d+\.\d s\)\.", text)
    assert f"http://127.0.0.1:{desk.port}/api/docs/" in text
    assert str(desk.data / "demo.env") in text
    assert demo_of(desk.data)["AIVIDEO_PASSWORD"] not in text
    assert not [line for line in desk.said if " | " in line], "nobody had anything to warn of"


def test_every_part_is_good(desk):
    status, body = desk.get("/healthz")
    assert status == 200
    assert set(json.loads(body).values()) == {"good"}
    assert desk.get("/_control/health", port=desk.sandbox)[0] == 200
    assert b"aivideo_requests_total" in desk.get("/metrics")[1]


def test_the_sandbox_knows_where_to_call_back(desk):
    limit, hooks = time.monotonic() + 30, []
    while not hooks and time.monotonic() < limit:
        time.sleep(0.2)
        body = desk.get("/openai/v1/webhook_endpoints", port=desk.sandbox, key=OPENAI_KEY)[1]
        hooks = [one["url"] for one in json.loads(body)["data"]]
    assert hooks == [f"http://127.0.0.1:{desk.port}/hooks/sora/test"]


def test_a_second_run_is_refused_before_anything_starts(desk):
    second = Product(desk.data)
    said, _ = second.process.communicate(timeout=30)
    assert second.process.returncode == 2
    assert said.startswith(
        f"Cannot start. It is already running on this data (process {desk.process.pid})."
    )


def test_a_taken_port_is_refused_before_anything_starts(desk, tmp_path):
    other = Product(tmp_path, port=desk.port)
    said, _ = other.process.communicate(timeout=30)
    assert other.process.returncode == 2
    assert said.startswith(f"Cannot start. Port {desk.port} cannot be used: address already in")
    assert not (tmp_path / "aivideo.sqlite3").exists()


def test_web_workers_share_what_is_loaded(desk):
    _master, *workers = sorted(desk.named("project.web"))
    assert len(workers) == 2
    for worker in workers:
        held = Path(f"/proc/{worker}/smaps_rollup").read_text()
        (shared,) = re.findall(r"^Shared_Dirty:\s+(\d+) kB$", held, re.MULTILINE)
        assert int(shared) > 20_000  # nothing but the stack when each loads for itself


@pytest.mark.parametrize(
    "name", ["project.web", "valkey-server", "project.worker", " beat ", "-m sandbox"]
)
def test_what_is_killed_comes_back(desk, name):
    victims = desk.named(name)
    os.kill(min(victims), signal.SIGKILL)
    desk.until("ended (signal 9); again in")
    limit = time.monotonic() + 30
    while len(desk.named(name) - victims) < len(victims) and time.monotonic() < limit:
        time.sleep(0.1)
    assert len(desk.named(name)) == len(victims)
    assert not desk.named(name) & victims
    assert desk.answers_within(30, "/healthz")
    assert desk.answers_within(30, "/_control/health", port=desk.sandbox)


def test_sigterm_leaves_nothing(desk):
    below = desk.descendants()
    assert len(below) >= 8  # guard, broker, sandbox, web and its two, worker, scheduler
    desk.process.send_signal(signal.SIGTERM)
    desk.until("Stopped.")
    assert desk.process.wait(10) == 0
    assert gone_within(1, below) == set()
    check_ports(address="127.0.0.1", web=desk.port, sandbox=desk.sandbox)


def test_after_kill_9_nothing_is_left_and_the_data_is_kept(start):
    first = start()
    first.until("Ctrl-C stops everything")
    secrets = demo_of(first.data)
    below = first.descendants()
    first.process.kill()
    first.process.wait()
    # At once, while the old processes still end: the second start waits for them.
    second = start(port=first.port, sandbox=first.sandbox)
    second.until("Ctrl-C stops everything")
    assert running(below) == set()
    assert demo_of(second.data) == secrets


def test_make_passes_on_an_interrupt_that_only_it_was_told(start):
    product = start(argv=["make", "run"])
    product.until("Ctrl-C stops everything")
    below = product.descendants()
    product.process.send_signal(signal.SIGINT)
    product.until("Stopped.")
    assert gone_within(5, below) == set()
