"""G16: files of 200 MB from a vendor to the shelf, eight at once, and what that costs.

Each way runs in a process of its own: `python -m bench.goals.files.fetching WAY URL FOLDER`, which
prints JSON. What the vendor's side costs is not counted.
"""

import hashlib
import json
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from bench.goals.processes import environment, listening, started
from tests.product import ROOT
from tests.services import free_port

MEGABYTES, AT_ONCE = 200, 8
GIGABYTES = MEGABYTES * AT_ONCE / 1000
WAYS = ("ours", "content")


def taken(way: str, folder: Path) -> dict[str, float]:
    """`cpu` seconds, `growth_mb` of the process over what it held before, and `wall` seconds."""
    with _vendor(folder) as url:
        argv = [sys.executable, "-m", "bench.goals.files.fetching", way, url, str(folder / way)]
        env = environment(
            DJANGO_SETTINGS_MODULE="aivideo_project.settings",
            ENV_FILE=os.devnull,
            DATA_DIR=str(folder / way),
            AIVIDEO_LOG_FILE=os.devnull,
        )
        done = subprocess.run(argv, cwd=ROOT, env=env, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout))


@contextmanager
def _vendor(folder: Path) -> Iterator[str]:
    port = free_port()
    file = folder / "output.mp4"
    if not file.exists():
        block = os.urandom(1_000_000)
        with file.open("wb") as target:
            for number in range(MEGABYTES):
                target.write(number.to_bytes(8, "big") + block[8:])
    argv = [sys.executable, "-m", "bench.goals.files.fetching", "vendor", str(port), str(file)]
    with started(argv, env=environment()) as process:
        listening(port, process)
        yield f"http://127.0.0.1:{port}/output.mp4"


def _serve(port: int, file: Path) -> None:
    size = file.stat().st_size

    class Vendor(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "video/mp4")
            self.send_header("Content-Length", str(size))
            self.end_headers()
            self.wfile.flush()
            with file.open("rb") as source:
                self.connection.sendfile(source)

        def log_message(self, *about: Any) -> None:
            """Says nothing."""

    ThreadingHTTPServer(("127.0.0.1", port), Vendor).serve_forever()


def _ours(url: str, folder: Path) -> Any:
    """The product's downloader, which hashes and counts, and its shelf."""
    import django

    django.setup()
    from generation import shelves
    from providers.http import Transport
    from providers.types import Call

    own = (urlsplit(url).netloc,)

    def one(number: int) -> int:
        target = folder / f"{number}.mp4"
        done = Transport().download(Call(method="GET", url=url), target, allow_hosts=own)
        # A workspace of its own each: the shelf would know the same bytes.
        shelves.put(number, target, sha256=done.sha256, suffix=".mp4")
        target.unlink()
        return done.size

    return one


def _content(url: str, folder: Path) -> Any:
    """What one writes first: the whole answer in memory, then in a file."""
    import requests

    def one(number: int) -> int:
        body = requests.get(url, timeout=120).content
        hashlib.sha256(body).hexdigest()
        (folder / f"{number}.mp4").write_bytes(body)
        return len(body)

    return one


def _measured(one: Any) -> dict[str, float]:
    before, cpu, began = _resident_mb("VmRSS"), time.process_time(), time.perf_counter()
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the peak begins anew
    with ThreadPoolExecutor(AT_ONCE) as pool:
        sizes = list(pool.map(one, range(AT_ONCE)))
    assert sizes == [MEGABYTES * 1_000_000] * AT_ONCE
    return {
        "cpu": time.process_time() - cpu,
        "wall": time.perf_counter() - began,
        "growth_mb": _resident_mb("VmHWM") - before,
    }


def _resident_mb(name: str) -> float:
    text = Path("/proc/self/status").read_text(encoding="ascii")
    found = re.search(rf"^{name}:\s+(\d+) kB", text, re.MULTILINE)
    assert found
    return int(found[1]) / 1024


def main(way: str, where: str, place: str) -> None:
    if way == "vendor":
        _serve(int(where), Path(place))
        return
    folder = Path(place)
    folder.mkdir(exist_ok=True)
    one = {"ours": _ours, "content": _content}[way](where, folder)
    print(json.dumps(_measured(one)))


if __name__ == "__main__":
    main(*sys.argv[1:])
