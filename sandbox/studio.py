"""Makes the clips: one real MP4 per task, drawn by `footage.render` in a few threads."""

import asyncio
import hashlib
import shutil
import struct
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from footage.render import render_black, render_card, render_picture
from sandbox.database import Database
from sandbox.directives import directive_in, without_directives
from sandbox.pictures import Pictures
from sandbox.tasks import Task

KEEP_SECONDS = 48 * 3600
LOOKS = 8  # how many different clips one prompt can give when no seed is asked for
THREADS = 2


class Studio:
    """Clips are drawn once per look and copied per task.

    The copy ends in a `uuid` box with the task's id, so that no two tasks share a file hash,
    as no two real generations would.
    """

    def __init__(self, database: Database, *, folder: Path, pictures: Pictures) -> None:
        self.database = database
        self.pictures = pictures
        self.drawn, self.clips = folder / "drawn", folder / "clips"
        for path in (self.drawn, self.clips):
            path.mkdir(parents=True, exist_ok=True)
        self._pool = ThreadPoolExecutor(THREADS, thread_name_prefix="studio")
        self._making: dict[str, asyncio.Future[Path]] = {}

    @property
    def plain(self) -> bool:
        """Whether clips leave the prompt out, which makes thousands of them cheap."""
        return bool(self.database.record("footage", default={}).get("style") == "plain")

    def path(self, task: Task) -> Path:
        name = hashlib.sha256(f"{task.provider} {task.task_id}".encode()).hexdigest()[:32]
        return self.clips / f"{name}.mp4"

    async def make(self, task: Task) -> Path:
        """Draws the task's clip unless it exists. Raises footage errors as they come."""
        target = self.path(task)
        if not target.exists():
            drawn = await self._drawn(task)
            await asyncio.to_thread(_stamped_copy, drawn, target=target, task=task)
        return target

    async def _drawn(self, task: Task) -> Path:
        name = self._name(task)
        target = self.drawn / f"{name}.mp4"
        if target.exists():
            return target
        if name not in self._making:
            loop = asyncio.get_running_loop()
            work = loop.run_in_executor(self._pool, self._draw, task, target)
            work.add_done_callback(lambda _: self._making.pop(name, None))
            self._making[name] = work
        return await asyncio.shield(self._making[name])

    def _name(self, task: Task) -> str:
        words = "" if self.plain else without_directives(task.prompt)
        black = directive_in(task.prompt, provider=task.provider).black_frames
        parts = (task.provider, task.model, words, black, task.seconds, task.width, task.height)
        content = repr((*parts, self._look(task), task.picture, task.last_picture))
        return hashlib.sha256(content.encode()).hexdigest()

    def _look(self, task: Task) -> int:
        return 0 if self.plain else task.seed % LOOKS if task.extra.get("any_seed") else task.seed

    def _draw(self, task: Task, target: Path) -> Path:
        partial = target.with_suffix(f".{uuid.uuid4().hex[:8]}.part.mp4")
        try:
            self._render(task, partial)
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)
        return target

    def _render(self, task: Task, target: Path) -> None:
        seconds, width, height = task.seconds, task.width, task.height
        metadata = {"sandbox": "1", "comment": f"sandbox {task.provider} {task.model}"}
        if directive_in(task.prompt, provider=task.provider).black_frames:
            render_black(target, seconds=seconds, width=width, height=height, metadata=metadata)
            return
        mark = f"SANDBOX · {task.provider} {task.model}"
        look = f"{task.provider} {task.prompt} {self._look(task)}"
        if task.picture:
            last = task.last_picture
            render_picture(
                target,
                picture_bytes=self.pictures.read(task.picture),
                last_picture_bytes=self.pictures.read(last) if last else None,
                seconds=seconds,
                width=width,
                height=height,
                palette_seed=look,
                mark=mark,
                metadata=metadata,
            )
            return
        render_card(
            target,
            seconds=seconds,
            width=width,
            height=height,
            title="Sandbox clip" if self.plain else without_directives(task.prompt),
            subtitle=f"{task.provider} · {task.model} · {seconds:g} s",
            palette_seed=look,
            mark=mark,
            metadata=metadata,
        )

    def sweep(self) -> None:
        """Deletes what is older than 48 hours; links do not live longer."""
        for folder in (self.drawn, self.clips, self.pictures.folder):
            for path in folder.iterdir():
                if path.stat().st_mtime < time.time() - KEEP_SECONDS:
                    path.unlink(missing_ok=True)

    def reset(self) -> None:
        """Deletes the tasks' files; drawn clips may serve again."""
        shutil.rmtree(self.clips, ignore_errors=True)
        self.clips.mkdir(parents=True, exist_ok=True)

    def close(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)


def _stamped_copy(source: Path, *, target: Path, task: Task) -> None:
    mark = f"sandbox {task.provider} {task.task_id}".encode()
    box = struct.pack(">I4s16s", 24 + len(mark), b"uuid", uuid.NAMESPACE_URL.bytes) + mark
    partial = target.with_suffix(".part")
    shutil.copyfile(source, partial)
    with partial.open("ab") as file:
        file.write(box)
    partial.replace(target)
