"""Download links that expire, and the sending of files with the faults that downloads have."""

import asyncio
import base64
import binascii
import hashlib
import hmac
import secrets
import time
from pathlib import Path

from aiohttp import web

from sandbox.database import Database
from sandbox.directives import directive_in
from sandbox.faults import Faults
from sandbox.studio import Studio
from sandbox.tasks import Task, TaskTable

STALLED_SECONDS = 120.0
TRUNCATED_SHARE = 0.6
EXPIRED = 1  # a moment long past


class Links:
    """Signed addresses `/files/<token>/<name>.mp4`: they need no table and outlive restarts."""

    def __init__(
        self, database: Database, *, tasks: TaskTable, faults: Faults, studio: Studio
    ) -> None:
        self.tasks, self.faults, self.studio = tasks, faults, studio
        key = database.record("secret")
        if key is None:
            key = secrets.token_hex(32)
            database.set_record("secret", value=key)
        self._key = bytes.fromhex(key)

    def hand_out(self, task: Task, *, lives: float) -> str:
        """A fresh address for the task's clip, good for `lives` seconds.

        The first one of a prompt with `expired-url`, or one that the faults chose, is expired
        from the start.
        """
        expires = int(time.time() + lives)
        wanted = directive_in(task.prompt, provider=task.provider).expired_url
        current = self.tasks.get(task.provider, task_id=task.task_id) or task
        if wanted and not current.extra.get("link_given"):
            self.tasks.note(task, link_given=True)
            expires = EXPIRED
        elif self.faults.roll(task.provider, stage="link"):
            expires = EXPIRED
        token = self._sealed(f"{task.provider}:{task.task_id}:{expires}:{secrets.token_hex(4)}")
        return f"{task.origin}/files/{token}/{task.task_id}.mp4"

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """GET /files/<token>/<name>: 403 when expired or forged, 404 when the file is gone."""
        content = self._opened(request.match_info["token"])
        if content is None:
            return web.Response(status=403, text="Access denied")
        provider, task_id, expires, _ = content.split(":")
        if time.time() > int(expires):
            return web.Response(status=403, text="Request has expired")
        task = self.tasks.get(provider, task_id=task_id)
        if task is None or task.deleted_at is not None:
            return web.Response(status=404, text="Not found")
        return await self.send_clip(request, task)

    async def send_clip(self, request: web.Request, task: Task) -> web.StreamResponse:
        """Sends the task's MP4, whole, or as its directive or the random faults want it."""
        path = self.studio.path(task)
        if not path.exists():
            return web.Response(status=404, text="Not found")
        fault = self.faults.roll(task.provider, stage="download")
        if fault == "download-500":
            return web.Response(status=500, text="Internal error")
        directive = directive_in(task.prompt, provider=task.provider)
        if directive.truncated_file or fault == "truncated-file":
            return _truncated(path)
        if fault == "stalled-download":
            return await _stalled(request, path)
        return web.FileResponse(path, headers={"Content-Type": "video/mp4"})

    def _sealed(self, content: str) -> str:
        mark = hmac.new(self._key, content.encode(), hashlib.sha256).hexdigest()[:32]
        return base64.urlsafe_b64encode(f"{content}:{mark}".encode()).decode().rstrip("=")

    def _opened(self, token: str) -> str | None:
        try:
            text = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
        except (binascii.Error, UnicodeDecodeError):
            return None
        content = text.rpartition(":")[0]
        return content if hmac.compare_digest(self._sealed(content), token) else None


def _truncated(path: Path) -> web.Response:
    content = path.read_bytes()
    return web.Response(
        body=content[: int(len(content) * TRUNCATED_SHARE)], content_type="video/mp4"
    )


async def _stalled(request: web.Request, path: Path) -> web.StreamResponse:
    content = path.read_bytes()
    answer = web.StreamResponse(headers={"Content-Type": "video/mp4"})
    answer.content_length = len(content)
    await answer.prepare(request)
    await answer.write(content[: len(content) // 2])
    await asyncio.sleep(STALLED_SECONDS)
    return answer
