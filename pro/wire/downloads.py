"""Fetching a clip into a file: whole or not at all."""

import os
from contextlib import suppress
from pathlib import Path

import httpx

from pro.errors import ConnectionFailed, ServerFailed
from pro.wire import pauses
from pro.wire.link import RETRIES, Link, say

ANYTHING = {"Accept": "*/*"}
LINK_IS_OLD = frozenset({401, 403, 404, 410})


def target(path: str | os.PathLike[str], *, name: str) -> Path:
    """The file meant by `path`; in a folder, it is called `name`."""
    wanted = Path(path).expanduser()
    return wanted / name if wanted.is_dir() else wanted


async def fetch(link: Link, url: str, *, into: Path) -> bool:
    """Write what is at `url` to `into`, which appears only when it is complete.

    False where the address holds no longer. No credentials are sent: the address itself is the
    permission. Raises ConnectionFailed after some tries, and ServerFailed.
    """
    into.parent.mkdir(parents=True, exist_ok=True)
    part = into.with_name(f".{into.name}.{os.getpid()}.part")
    failures = 0
    try:
        while True:
            try:
                if not await _stream(link, url, into=part):
                    return False
                part.replace(into)
                return True
            except httpx.RequestError as fault:
                failures += 1
                if failures > RETRIES:
                    raise ConnectionFailed(f"The clip did not arrive: {say(fault)}.") from fault
                await pauses.rest(pauses.backoff(failures))
    finally:
        with suppress(FileNotFoundError):
            part.unlink()


async def _stream(link: Link, url: str, *, into: Path) -> bool:
    async with link.client.stream("GET", url, headers=ANYTHING, follow_redirects=True) as response:
        if response.status_code in LINK_IS_OLD:
            return False
        if not response.is_success:
            status = response.status_code
            raise ServerFailed(f"The clip's address answered HTTP {status}.", status_code=status)
        with into.open("wb") as file:
            async for piece in response.aiter_bytes():
                file.write(piece)
    return True
