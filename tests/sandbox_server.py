"""The real sandbox in a process of its own, for any test suite that wants to call it."""

import json
import os
import signal
import subprocess
import sys
import tempfile
import urllib.error
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Any, Self

ROOT = Path(__file__).resolve().parent.parent
PATIENCE = 20  # seconds for a start or a stop


class SandboxServer:
    """`base` is its address without a path. A restart keeps data and port.

    `scale` is set on the clock at the start and again after `reset()`.
    """

    def __init__(
        self, data: Path | None = None, *, catalogue: str = "2025-seed", scale: float = 0.05
    ) -> None:
        self._folder = tempfile.TemporaryDirectory(prefix="sandbox-") if data is None else None
        self.data = data or Path(self._folder.name if self._folder else "")
        self.catalogue, self.scale = catalogue, scale
        self.port = 0
        self.start()

    def start(self) -> None:
        command = [sys.executable, "-m", "sandbox", "--port", str(self.port)]
        self._process = subprocess.Popen(
            [*command, "--data", str(self.data), "--catalogue", self.catalogue],
            cwd=ROOT,
            stdout=subprocess.PIPE,
            text=True,
            env={"PATH": os.environ["PATH"], "PYTHONUNBUFFERED": "1"},
        )
        line = self._process.stdout.readline()
        if "listening on" not in line:
            raise RuntimeError(f"the sandbox did not start: {line!r}")
        self.base = line.split()[-1]
        self.port = int(self.base.rpartition(":")[2])
        self.control("clock", {"scale": self.scale})

    def url(self, path: str) -> str:
        return f"{self.base}{path}"

    def control(self, name: str, body: dict[str, Any] | None = None) -> Any:
        """GET /_control/<name>, or POST with a body. Raises urllib's HTTPError when refused."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.url(f"/_control/{name}"), data=data)  # noqa: S310
        with urllib.request.urlopen(request, timeout=PATIENCE) as answer:  # noqa: S310
            return json.load(answer)

    def refused(self, name: str, body: dict[str, Any]) -> str:
        """Posts a control call that must be refused, and returns the reason."""
        try:
            self.control(name, body)
        except urllib.error.HTTPError as error:
            with error:
                return str(json.load(error)["error"])
        raise AssertionError(f"{name} took {body}")

    def invoice(self) -> list[dict[str, Any]]:
        return list(self.control("invoice")["lines"])

    def tasks(self) -> list[dict[str, Any]]:
        return list(self.control("tasks")["tasks"])

    def creates(self) -> dict[str, dict[str, int]]:
        """Create calls by provider and outcome."""
        return dict(self.control("tasks")["create_outcomes"])

    def faults(self, rates: dict[str, dict[str, float]], *, seed: int = 1) -> None:
        self.control("faults", {"seed": seed, "rates": rates})

    def reset(self) -> None:
        self.control("reset", {})
        self.control("clock", {"scale": self.scale})

    def kill(self) -> None:
        """Ends it without warning, as a crash would."""
        self._end(signal.SIGKILL)

    def stop(self) -> None:
        self._end(signal.SIGTERM)
        if self._folder is not None:
            self._folder.cleanup()

    def restart(self) -> None:
        self._end(signal.SIGTERM)
        self.start()

    def _end(self, how: signal.Signals) -> int:
        if self._process.poll() is None:
            self._process.send_signal(how)
        code = self._process.wait(PATIENCE)
        self._process.stdout.close()
        return code

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()
