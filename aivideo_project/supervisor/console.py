"""What the children say: all of it into files, what matters onto the screen."""

import re
from collections.abc import Callable
from logging import LogRecord, makeLogRecord
from logging.handlers import RotatingFileHandler
from pathlib import Path

BYTES_A_FILE = 10 * 1024 * 1024
FILES_KEPT = 2
CALM = re.compile(rb"^\S+ (?:DEBUG|INFO) |\"level\": \"(?:DEBUG|INFO)\"")


class Console:
    """Prints lines with the child's name before them and keeps DATA_DIR/logs/<name>.log."""

    def __init__(self, folder: Path, *, mask: Callable[[str], str]) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._folder = folder
        self._mask = mask
        self._files: dict[str, RotatingFileHandler] = {}
        self._rests: dict[str, bytes] = {}
        self._loud: dict[str, bool] = {}

    def say(self, text: str = "") -> None:
        print(text, flush=True)

    def hear(self, name: str, data: bytes) -> None:
        """Take in what came from a child's output, whole lines or not."""
        *lines, rest = (self._rests.get(name, b"") + data).split(b"\n")
        self._rests[name] = rest
        for line in lines:
            self._line(name, line)

    def finish(self, name: str) -> None:
        """The child ended: its last line may lack an end."""
        if rest := self._rests.pop(name, b""):
            self._line(name, rest)

    def _line(self, name: str, line: bytes) -> None:
        text = self._mask(line.decode(errors="replace").rstrip())
        self._file(name).emit(_record(text))
        if not line.startswith((b" ", b"\t")):  # else a traceback: as loud as the line above it
            self._loud[name] = bool(line.strip()) and not CALM.search(line)
        if self._loud.get(name) and text:
            self.say(f"{name:>9} | {text}")

    def _file(self, name: str) -> RotatingFileHandler:
        if name not in self._files:
            path = self._folder / f"{name}.log"
            self._files[name] = RotatingFileHandler(
                path, maxBytes=BYTES_A_FILE, backupCount=FILES_KEPT, encoding="utf-8"
            )
        return self._files[name]


def _record(text: str) -> LogRecord:
    return makeLogRecord({"msg": text})
