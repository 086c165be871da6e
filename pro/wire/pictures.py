"""Local pictures on their way to the desk: each content once, however often it is used."""

import asyncio
import hashlib
from os import PathLike
from pathlib import Path
from uuid import uuid4

from pro.errors import FieldError, InvalidRequest
from pro.wire.link import Ask, Link

UPLOADS = "/api/ai-video/uploads"
ELSEWHERE = ("https://", "http://")
UPLOADED = ("asset_", "uploads/asset_")


class Pictures:
    """The uploads of one client, by the hash of their content."""

    def __init__(self, link: Link) -> None:
        self._link = link
        self._ids: dict[str, str] = {}
        self._locks: dict[tuple[int, str], asyncio.Lock] = {}

    async def place(self, image_path: str | PathLike[str]) -> str:
        """What the API's `image_path` is for this picture; a local file is uploaded first.

        Raises InvalidRequest, before any call, where there is no such file.
        """
        given = str(image_path)
        path = Path(image_path).expanduser()
        if given.startswith(ELSEWHERE):
            return given
        if not path.is_file():
            if given.startswith(UPLOADED):
                return given
            raise _missing(path)
        return await self._uploaded(path)

    async def _uploaded(self, path: Path) -> str:
        try:
            content = await asyncio.to_thread(path.read_bytes)
        except OSError as fault:
            raise _refused(f"Cannot read {path}: {fault.strerror}.") from fault
        digest = hashlib.sha256(content).hexdigest()
        turn = (id(asyncio.get_running_loop()), digest)
        async with self._locks.setdefault(turn, asyncio.Lock()):
            if digest not in self._ids:
                ask = Ask(method="POST", path=UPLOADS, file=(path.name, content), key=str(uuid4()))
                self._ids[digest] = str((await self._link.ask(ask))["asset_id"])
        return self._ids[digest]


def _missing(path: Path) -> InvalidRequest:
    return _refused(f"There is no file {path} (looked in {Path.cwd()}).")


def _refused(reason: str) -> InvalidRequest:
    return InvalidRequest(errors=[FieldError(code="no_file", detail=reason, attr="image_path")])
