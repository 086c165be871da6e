"""A vendor's task, in no vendor's words, and the table that keeps it.

A task's state is computed from its times: queued until `started_at`, processing until it is
finished. The runner finishes it at `ends_at`, once its file exists; nothing else changes by
itself, so a restarted sandbox goes on where the wall clock says.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, fields, replace
from enum import StrEnum
from typing import Any

from sandbox.database import Database

NEVER = 4e9  # a time that no test will see; a stalled task ends then


class State(StrEnum):
    """What a status answer may say. ODD is a word that the vendor's documents do not list."""

    QUEUED = "queued"
    THROTTLED = "throttled"
    PROCESSING = "processing"
    SUCCEEDED = "succeeded"
    FAILED = "failed"
    CANCELLED = "cancelled"
    ODD = "odd"


class Fate(StrEnum):
    """How a task is going to end, settled when it is accepted."""

    OK = "ok"
    SERVER = "server"
    MODERATION = "moderation"
    STALL = "stall"


@dataclass(frozen=True)
class Draft:
    """What a vendor module hands to `admission.admit` after it has validated a create call.

    `amount_micros` is what the task costs if it is billed (micro-dollars). `picture` is a
    reference from `Pictures.keep`, and so is `last_picture`, on which the clip ends. `slots`
    caps how many tasks of this model run at once; the rest wait as THROTTLED (None: no cap).
    `extra` is the vendor module's own JSON.
    """

    provider: str
    task_id: str
    model: str
    kind: str  # "text" or "image"
    prompt: str
    seconds: float
    width: int
    height: int
    amount_micros: int
    body: Mapping[str, Any]
    seed: int | None = None
    client_ref: str = ""
    callback_url: str = ""
    picture: str = ""
    last_picture: str = ""
    bills_moderation: bool = False
    slots: int | None = None
    extra: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Task:
    """One row. Times are Unix seconds; `body` is the whole create request as JSON, with long
    base64 shortened; `outcome` is empty until the task is finished, then a State's value."""

    provider: str
    task_id: str
    model: str
    kind: str
    prompt: str
    seconds: float
    width: int
    height: int
    seed: int
    client_ref: str
    callback_url: str
    picture: str
    origin: str
    fingerprint: str
    amount_micros: int
    bills_moderation: bool
    fate: Fate
    throttled: bool
    created_at: float
    started_at: float
    work_seconds: float
    finished_at: float | None
    outcome: str
    deleted_at: float | None
    body: Mapping[str, Any]
    extra: Mapping[str, Any]

    @property
    def last_picture(self) -> str:
        """The picture on which the clip ends, empty for none."""
        return str(self.extra.get("last_picture", ""))

    @property
    def ends_at(self) -> float:
        return min(NEVER, self.started_at + self.work_seconds)

    @property
    def billed(self) -> bool:
        """Whether the vendor charges for it, once it is finished without being cancelled."""
        if self.outcome == State.SUCCEEDED:
            return True
        return self.fate is Fate.MODERATION and self.bills_moderation

    def state(self, now: float) -> State:
        if self.finished_at is not None:
            return State(self.outcome)
        if now < self.started_at:
            return State.THROTTLED if self.throttled else State.QUEUED
        return State.PROCESSING

    def percent(self, now: float) -> int:
        """Whole percent of the work done, 0 to 99 while it runs, 100 after success."""
        if self.outcome == State.SUCCEEDED:
            return 100
        if now < self.started_at or self.fate is Fate.STALL:
            return 0 if now < self.started_at else 42
        return min(99, int(100 * (now - self.started_at) / max(self.work_seconds, 0.001)))


COLUMNS = tuple(item.name for item in fields(Task))


class TaskTable:
    """Creates, reads and changes task rows."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def add(self, task: Task) -> None:
        """Raises sqlite3.IntegrityError when the provider already has this task id."""
        marks = ",".join("?" * len(COLUMNS))
        values = [_stored(getattr(task, name)) for name in COLUMNS]
        query = f"INSERT INTO task ({','.join(COLUMNS)}) VALUES ({marks})"  # noqa: S608
        self.database.write(query, *values)

    def get(self, provider: str, *, task_id: str) -> Task | None:
        found = self._select("provider=? AND task_id=?", provider, task_id)
        return found[0] if found else None

    def by_client_ref(self, provider: str, *, client_ref: str) -> Task | None:
        """The newest task that carried this client reference."""
        found = self._select(
            "provider=? AND client_ref=? ORDER BY created_at DESC", provider, client_ref
        )
        return found[0] if found else None

    def with_client_ref(self, provider: str, *, client_ref: str) -> list[Task]:
        """All tasks that carried this client reference, oldest first."""
        return self._select(
            "provider=? AND client_ref=? ORDER BY created_at, rowid", provider, client_ref
        )

    def of(self, provider: str) -> list[Task]:
        """All tasks of a provider, oldest first, deleted ones included."""
        return self._select("provider=? ORDER BY created_at, rowid", provider)

    def all(self) -> list[Task]:
        return self._select("1 ORDER BY created_at, rowid")

    def live(self, provider: str | None = None, *, model: str | None = None) -> list[Task]:
        """Unfinished tasks, oldest first."""
        return self._select(
            "finished_at IS NULL AND provider=coalesce(?,provider) AND model=coalesce(?,model)"
            " ORDER BY created_at, rowid",
            provider,
            model,
        )

    def live_ends(self, provider: str, *, model: str) -> list[float]:
        """When the unfinished tasks of a model are going to end, without reading them whole."""
        found = self.database.rows(
            "SELECT started_at + work_seconds AS ends FROM task"
            " WHERE finished_at IS NULL AND provider=? AND model=?",
            provider,
            model,
        )
        return [min(NEVER, row["ends"]) for row in found]

    def due_at(self, task: Task, *, moment: str) -> float | None:
        """`started_at` or `ends_at` as it is now; None once the task has ended or vanished."""
        found = self.database.rows(
            "SELECT started_at, started_at + work_seconds AS ends_at FROM task"
            " WHERE finished_at IS NULL AND provider=? AND task_id=?",
            task.provider,
            task.task_id,
        )
        return min(NEVER, found[0][moment]) if found else None

    def update(self, task: Task, **changes: Any) -> Task:
        """Writes the named fields and returns the changed task."""
        names = ",".join(f"{name}=?" for name in changes)
        query = f"UPDATE task SET {names} WHERE provider=? AND task_id=?"  # noqa: S608
        values = [_stored(value) for value in changes.values()]
        self.database.write(query, *values, task.provider, task.task_id)
        return replace(task, **changes)

    def note(self, task: Task, **extra: Any) -> Task:
        """Adds keys to the task's `extra`, read afresh so that no earlier note is lost."""
        current = self.get(task.provider, task_id=task.task_id) or task
        return self.update(current, extra={**current.extra, **extra})

    def finish(self, task: Task, *, outcome: State, at: float, billed: bool) -> Task | None:
        """Ends a task and books its invoice line in one transaction; None if it had ended."""
        connection = self.database.connection
        connection.execute("BEGIN IMMEDIATE")
        try:
            changed = self.database.write(
                "UPDATE task SET finished_at=?, outcome=?"
                " WHERE provider=? AND task_id=? AND finished_at IS NULL",
                at,
                outcome.value,
                task.provider,
                task.task_id,
            )
            if changed and billed and task.amount_micros:
                self.database.write(
                    "INSERT INTO invoice_line (provider, task_id, amount_micros, at)"
                    " VALUES (?,?,?,?)",
                    task.provider,
                    task.task_id,
                    task.amount_micros,
                    at,
                )
        finally:
            connection.execute("COMMIT")
        return self.get(task.provider, task_id=task.task_id) if changed else None

    def _select(self, where: str, *values: object) -> list[Task]:
        query = f"SELECT {','.join(COLUMNS)} FROM task WHERE {where}"  # noqa: S608
        return [_task(dict(row)) for row in self.database.rows(query, *values)]


def _stored(value: object) -> object:
    if isinstance(value, Mapping):
        return json.dumps(dict(value))
    return int(value) if isinstance(value, bool) else value


def _task(row: dict[str, Any]) -> Task:
    row["body"], row["extra"] = json.loads(row["body"]), json.loads(row["extra"])
    row["fate"] = Fate(row["fate"])
    for name in ("throttled", "bills_moderation"):
        row[name] = bool(row[name])
    return Task(**row)
