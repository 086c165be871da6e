"""The backup and the restore of docs/operations.md, typed as printed, from a product at work.

While the backup is made some clips are done, some are at the vendors and some still wait. The
vendors go on afterwards, as vendors do; then all that is left is the backup.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import psycopg
import pytest

from tests.docs.book import blocks
from tests.e2e.desk import Desk, fetch
from tests.services import postgres

pytestmark = pytest.mark.e2e
[STEP] = [block for block in blocks("python") if block.info == "in-django"]
DONE, OPEN = 3, 5


@dataclass(frozen=True)
class Place:
    """A folder in which the commands are typed, and the settings of the product in it."""

    folder: Path
    settings: dict[str, str]
    programs: str

    def types(self, name: str) -> None:
        [block] = [one for one in blocks("console") if one.info == name]
        script = "".join(line.removeprefix("$ ") + "\n" for line in block.text.splitlines())
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-s"],
            cwd=self.folder,
            env={"PATH": f"{self.programs}:{os.environ['PATH']}", **self.settings},
            input=script,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stdout


@pytest.fixture(params=["sqlite", "postgresql"])
def places(request, tmp_path):
    """Where the product lives, and where it is to live again."""
    old, new = tmp_path / "old", tmp_path / "new"
    for folder in (old, new):
        folder.mkdir()
        (folder / ".venv").symlink_to(Path(sys.executable).parent.parent)
    if request.param == "sqlite":
        yield "sqlite", Place(old, {}, ""), Place(new, {}, "")
        return
    with postgres() as server:
        programs, host = str(server.programs), server.url.split("@/")[1].rpartition("/")[0]
        url = f"postgres://postgres@/{{}}?host={host}"
        with psycopg.connect(url.format("postgres"), autocommit=True) as link:
            link.execute("CREATE DATABASE restored")
        yield (
            "postgresql",
            Place(old, {"DATABASE_URL": url.format("postgres")}, programs),
            Place(new, {"DATABASE_URL": url.format("restored")}, programs),
        )


def video_of(desk: Desk, job_id: str) -> str:
    """The SHA-256 of the clip as it is delivered."""
    answer = fetch(desk.status(job_id)["video_url"], method="GET", data=None, headers={})
    assert answer.status == 200
    return hashlib.sha256(answer.body).hexdigest()


def ask_all(desk: Desk) -> tuple[dict[str, str], list[str]]:
    """Clips that are done, by the digest of their files, and some that have just been asked for."""
    done = [desk.create(f"Drill, done {n}", quality="draft")["job_id"] for n in range(DONE)]
    files = {job_id: video_of(desk, job_id) for job_id in done}
    desk.control("clock", {"latency": {"pika": 6.0}})
    waiting = [desk.ask(f"Drill, open {n}", quality="draft", provider="pika") for n in range(OPEN)]
    return files, waiting


def back(old: Desk, place: Place, kind: str) -> Desk:
    """The product in its new place, restored and not started; the vendors' memory is their own."""
    desk = Desk(place.folder, **place.settings)
    desk.sandbox_port = old.sandbox_port
    desk.environment["SANDBOX_PORT"] = str(old.sandbox_port)
    place.types("restore-files")
    place.types(f"restore-{kind}")
    shutil.copytree(old.data / "sandbox", desk.data / "sandbox")
    shutil.copy(old.data / "demo.env", desk.data / "demo.env")
    return desk


def test_what_was_backed_up_is_whole_again_in_a_new_place(places):
    kind, place, new_place = places
    old = Desk(place.folder, **place.settings, CREATES_PER_MINUTE="0")
    desk = None
    try:
        old.start()
        files, waiting = ask_all(old)
        place.types(f"backup-{kind}")
        place.types("backup-files")
        # Yesterday's backup, today's vendors: they make what they were asked for, and charge it.
        ends = {job_id: old.ended(job_id) for job_id in waiting}
        invoice = old.invoice()
        old.stop(signal.SIGTERM)
        shutil.move(place.folder / "backup", new_place.folder / "backup")
        desk = back(old, new_place, kind)
        done = desk.manage("shell", "-c", STEP.text)
        assert done.returncode == 0, done.stderr
        desk.start()
        assert {job_id: desk.ended(job_id)["status"] for job_id in waiting} == {
            job_id: told["status"] for job_id, told in ends.items()
        }
        assert {job_id: video_of(desk, job_id) for job_id in files} == files
        assert desk.invoice() == invoice, "nothing is sent twice"
        desk.assert_at_rest()
        sums = desk.manage("check_rollups")
        assert sums.returncode == 0, sums.stdout
        assert len(desk.get("ai-video/jobs?limit=100")["results"]) == DONE + OPEN
    finally:
        for product in (old, desk):
            if product is not None:
                product.stop()
