"""Local pictures on their way to the desk: each content once, however often it is used."""

import asyncio
import hashlib
from os import PathLike
from pathlib import Path
from typing import Any
from uuid import uuid4

from pro.clips import GenerationMode
from pro.errors import FieldError, InvalidRequest
from pro.wire.link import Ask, Link

UPLOADS = "/api/ai-video/uploads"
ELSEWHERE = ("https://", "http://")
FIELDS = ("image_path", "last_image_path")
UPLOADED = ("asset_", "uploads/asset_")


class Pictures:
    """The uploads of one client, by the hash of their content."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._ids: dict[str, str] = {}
        self._locks: dict[tuple[int, str], asyncio.Lock] = {}

    async def place_all(self, body: dict[str, Any]) -> None:
        """Put what the API takes into the picture fields of a body, local files uploaded first.

        In a mode without pictures, and for a last one without a first, the desk refuses it.
        Raises InvalidRequest, before any call, where there is no such file.
        """
        if body.get("mode") != GenerationMode.IMAGE_TO_VIDEO or not body.get(FIELDS[0]):
            return
        named = [name for name in FIELDS if body.get(name)]
        for name in named:
            self._check(body[name], field=name)
        for name in named:
            body[name] = await self.place(body[name], field=name)

    async def place(self, image_path: str | PathLike[str], *, field: str = "image_path") -> str:
        """What the API's `image_path` is for this picture; a local file is uploaded first.

        Raises InvalidRequest, naming `field`, before any call, where there is no such file.
        """
        path = self._check(image_path, field=field)
        return str(image_path) if path is None else await self._uploaded(path, field=field)

    @staticmethod
    def _check(image_path: str | PathLike[str], *, field: str) -> Path | None:
        """The local file that is meant, or None for what the desk knows or fetches itself."""
        given = str(image_path)
        path = Path(image_path).expanduser()
        if given.startswith(ELSEWHERE):
            return None
        if not path.is_file():
            if given.startswith(UPLOADED):
                return None
            raise _refused(f"There is no file {path} (looked in {Path.cwd()}).", field)
        return path

    async def _uploaded(self, path: Path, *, field: str) -> str:
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as fault:
            raise _refused(f"Cannot read {path}: {fault.strerror}.", field) from fault
        digest = hashlib.sha256(content).hexdigest()
        turn = (id(asyncio.get_running_loop()), digest)
        async with self._locks.setdefault(turn, asyncio.Lock()):
            if digest not in self._ids:
                ask = Ask(method="POST", path=UPLOADS, file=(path.name, content), key=str(uuid4()))
                self._ids[digest] = str((await self._link.ask(ask))["asset_id"])
        return self._ids[digest]


def _refused(reason: str, field: str) -> InvalidRequest:
    return InvalidRequest(errors=[FieldError(code="no_file", detail=reason, attr=field)])
