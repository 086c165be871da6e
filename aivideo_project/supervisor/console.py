"""What the children say: all of it into files, what matters onto the screen."""

import re
from collections import deque
from collections.abc import Callable
from logging import makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path

BYTES_A_FILE = 10 * 1024 * 1024
FILES_KEPT = 2
LINES_REMEMBERED = 12
# Our own log below WARNING, and the inside of a traceback: its last line says what happened.
CALM = re.compile(r"^\S+ (?:DEBUG|INFO) |\"level\": \"(?:DEBUG|INFO)\"|^\s|^$|^Traceback ")


class Console:
    """Prints with the child's name before each line and keeps `folder`/<name>.log."""

    def __init__(self, folder: Path, *, mask: Callable[[str], str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._mask = mask
        self._files: dict[str, RotatingFileHandler] = {}
        self._rests: dict[tuple[str, bool], bytes] = {}
        self._last: dict[str, deque[str]] = {}

    def say(self, text: str = "") -> None:
        print(text, flush=True)

    def hear(self, name: str, data: bytes, *, loud: bool) -> None:
        """Take in what a child put out, whole lines or not; only what is loud may be shown."""
        *lines, rest = (self._rests.get((name, loud), b"") + data).split(b"\n")
        self._rests[name, loud] = rest
        for line in lines:
            self._line(name, line, loud=loud)

    def finish(self, name: str) -> None:
        """The child ended: its last line may lack an end."""
        for loud in (False, True):
            if rest := self._rests.pop((name, loud), b""):
                self._line(name, rest, loud=loud)

    def last(self, name: str) -> list[str]:
        """The child's last lines."""
        return list(self._last.get(name, ()))

    def _line(self, name: str, line: bytes, *, loud: bool) -> None:
        text = self._mask(line.decode(errors="replace").rstrip())
        self._file(name).emit(makeLogRecord({"msg": text}))
        self._last.setdefault(name, deque(maxlen=LINES_REMEMBERED)).append(text)
        if loud and not CALM.search(text):
            self.say(f"{name:>9} | {text}")

    def _file(self, name: str) -> RotatingFileHandler:
        if name not in self._files:
            path = self._folder / f"{name}.log"
            self._files[name] = RotatingFileHandler(
                path, maxBytes=BYTES_A_FILE, backupCount=FILES_KEPT, encoding="utf-8"
            )
        return self._files[name]
