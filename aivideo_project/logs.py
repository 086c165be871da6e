"""The log: one line a fact, on stderr and in a file, with no secret in it.

A line is `time LEVEL logger message key=value …`, or the same as JSON. Whatever is passed as
`extra={...}` becomes a key. A traceback follows its line, indented, so that a line that begins
in the first column is always a fact of its own.
"""

import json
import logging
import os
import re
import sys
import traceback
from collections.abc import Iterable
from contextvars import ContextVar
from datetime import UTC, datetime
from io import TextIOWrapper
from logging.handlers import WatchedFileHandler
from typing import Any
from urllib.parse import quote

from django.utils.log import CallbackFilter

HIDDEN = "[hidden]"
OUR_API_KEY = r"aiv_(?:test|live)_[0-9A-Za-z_]{6,}"
SHORTEST_SECRET = 8  # shorter values would hide ordinary words
STANDARD_FIELDS = frozenset(vars(logging.makeLogRecord({}))) | {"message", "asctime", "taskName"}

request_id: ContextVar[str] = ContextVar("request_id", default="")


class Mask:
    """Hides known secrets by their value, wherever in a text they stand."""

    def __init__(self, secrets: Iterable[str]) -> None:
        known = {value for value in secrets if len(value) >= SHORTEST_SECRET}
        known |= {quote(value, safe="") for value in known} | {_escaped(value) for value in known}
        longest_first = sorted(known, key=len, reverse=True)
        self._pattern = re.compile("|".join([*map(re.escape, longest_first), OUR_API_KEY]))
        self._count = len(known)

    def __call__(self, text: str) -> str:
        return self._pattern.sub(HIDDEN, text)

    def __repr__(self) -> str:
        return f"Mask({self._count} values)"


def facts(record: logging.LogRecord) -> dict[str, Any]:
    """What the record says besides time, level, logger and message."""
    said = {name: value for name, value in vars(record).items() if name not in STANDARD_FIELDS}
    said.pop("request", None)  # Django attaches the whole request; its id says enough
    if current := request_id.get():
        said["request"] = current
    if record.exc_info and record.exc_info[0]:
        said["error"] = f"{record.exc_info[0].__name__}: {record.exc_info[1]}"
    return said


def moment(record: logging.LogRecord) -> str:
    return datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")


def trace(record: logging.LogRecord) -> str:
    return "".join(traceback.format_exception(*record.exc_info)) if record.exc_info else ""


def _escaped(value: str) -> str:
    """As it stands inside JSON: with another backslash before each quote and backslash."""
    return json.dumps(value, ensure_ascii=False)[1:-1]


class PlainFormatter(logging.Formatter):
    def __init__(self, *, mask: Mask) -> None:
        super().__init__()
        self.mask = mask

    def format(self, record: logging.LogRecord) -> str:
        message = record.getMessage().replace("\n", "\\n").replace("\r", "\\r")
        pairs = "".join(f" {name}={_word(value)}" for name, value in facts(record).items())
        line = f"{moment(record)} {record.levelname} {record.name} {message}{pairs}"
        for part in trace(record).splitlines():
            line += f"\n    {part}"
        return self.mask(line)


class JsonFormatter(logging.Formatter):
    def __init__(self, *, mask: Mask) -> None:
        super().__init__()
        self.mask = mask

    def format(self, record: logging.LogRecord) -> str:
        line = {
            "at": moment(record),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
            **facts(record),
        }
        if text := trace(record):
            line["traceback"] = text
        return self.mask(json.dumps(line, default=str, ensure_ascii=False))


def _word(value: object) -> str:
    text = str(value)
    return text if re.fullmatch(r"[^\s\"=]+", text) else json.dumps(text, ensure_ascii=False)


class LogFile(WatchedFileHandler):
    """A file that we append to and nobody else reads.

    The default path lies in a folder that everybody may write to, so a link is not followed.
    """

    def _open(self) -> TextIOWrapper:
        flags = os.O_WRONLY | os.O_APPEND | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        return os.fdopen(os.open(self.baseFilename, flags, 0o600), "a", encoding="utf-8")


def not_of_health(record: logging.LogRecord) -> bool:
    """Django logs each 503 as an error; that of /healthz is an answer, and whoever asked has it."""
    return getattr(getattr(record, "request", None), "path", "") != "/healthz"


def log_file(path: str) -> logging.Handler:
    """A handler that appends to `path`; one that does nothing, after a warning, if it cannot."""
    try:
        return LogFile(path)
    except OSError as error:
        sys.stderr.write(f"WARNING The log file cannot be written, going on without: {error}\n")
        return logging.NullHandler()


def configuration(*, file: str, form: str, level: str, secrets: Iterable[str]) -> dict[str, Any]:
    """Django's LOGGING. `form` is plain or json; an empty `file` means stderr only."""
    formatter = {"plain": PlainFormatter, "json": JsonFormatter}[form]
    handlers: dict[str, Any] = {
        "screen": {"class": "logging.StreamHandler", "formatter": "line"},
    }
    if file:
        handlers["file"] = {"()": log_file, "path": file, "formatter": "line"}
    quiet = {"level": "WARNING"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "mask": Mask(secrets)}},
        "filters": {"not_of_health": {"()": CallbackFilter, "callback": not_of_health}},
        "handlers": handlers,
        "root": {"level": level, "handlers": list(handlers)},
        "loggers": {
            # Django's own handlers go: one fact would otherwise be printed twice.
            "django": {"handlers": [], "level": "INFO", "propagate": True},
            "django.server": {"handlers": [], "level": "INFO", "propagate": True},
            "django.request": {"filters": ["not_of_health"]},
            # One line a task every few seconds says nothing that the job's events do not.
            "celery": quiet,
            "kombu": quiet,
            "urllib3": quiet,
        },
    }


def keep_our_logging(**_: object) -> None:
    """Connected to Celery's setup_logging: while somebody listens there, Celery sets up nothing."""
