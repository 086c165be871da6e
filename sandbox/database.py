"""The sandbox's memory: one SQLite file, written through before any answer leaves."""

import json
import sqlite3
from pathlib import Path
from typing import Any

SCHEMA = """
CREATE TABLE IF NOT EXISTS task (
    provider TEXT NOT NULL, task_id TEXT NOT NULL, model TEXT NOT NULL, kind TEXT NOT NULL,
    prompt TEXT NOT NULL, seconds REAL NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
    seed INTEGER NOT NULL, client_ref TEXT NOT NULL, callback_url TEXT NOT NULL,
    picture TEXT NOT NULL, origin TEXT NOT NULL, fingerprint TEXT NOT NULL,
    amount_micros INTEGER NOT NULL, bills_moderation INTEGER NOT NULL, fate TEXT NOT NULL,
    throttled INTEGER NOT NULL, created_at REAL NOT NULL, started_at REAL NOT NULL,
    work_seconds REAL NOT NULL, finished_at REAL, outcome TEXT NOT NULL DEFAULT '',
    deleted_at REAL, body TEXT NOT NULL, extra TEXT NOT NULL,
    PRIMARY KEY (provider, task_id));
CREATE INDEX IF NOT EXISTS task_live ON task (provider, model) WHERE finished_at IS NULL;
CREATE INDEX IF NOT EXISTS task_by_time ON task (provider, created_at);
CREATE INDEX IF NOT EXISTS task_by_ref ON task (provider, client_ref) WHERE client_ref <> '';
CREATE TABLE IF NOT EXISTS create_call (
    id INTEGER PRIMARY KEY, provider TEXT NOT NULL, at REAL NOT NULL, client_ref TEXT NOT NULL,
    fingerprint TEXT NOT NULL, outcome TEXT NOT NULL, task_id TEXT NOT NULL);
CREATE INDEX IF NOT EXISTS create_call_print ON create_call (provider, fingerprint);
CREATE TABLE IF NOT EXISTS invoice_line (
    id INTEGER PRIMARY KEY, provider TEXT NOT NULL, task_id TEXT NOT NULL,
    amount_micros INTEGER NOT NULL, at REAL NOT NULL, UNIQUE (provider, task_id));
CREATE TABLE IF NOT EXISTS upload (
    token TEXT PRIMARY KEY, provider TEXT NOT NULL, filename TEXT NOT NULL,
    media_type TEXT NOT NULL, content TEXT NOT NULL, created_at REAL NOT NULL);
CREATE TABLE IF NOT EXISTS record (
    kind TEXT NOT NULL, key TEXT NOT NULL, value TEXT NOT NULL, at REAL NOT NULL,
    PRIMARY KEY (kind, key));
"""
TABLES = ("task", "create_call", "invoice_line", "upload")
KEPT_ON_RESET = "secret"


class Database:
    """A connection plus small JSON records (`kind`, `key`) for what needs no table of its own.

    Used from the event loop's thread alone. WAL with synchronous=NORMAL survives the kill of
    this process, which is the only accident that the sandbox must bear.
    """

    def __init__(self, path: Path) -> None:
        self.connection = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self.connection.row_factory = sqlite3.Row
        self.connection.execute("PRAGMA journal_mode=WAL")
        self.connection.execute("PRAGMA synchronous=NORMAL")
        self.connection.execute("PRAGMA busy_timeout=5000")
        self.connection.executescript(SCHEMA)

    def rows(self, query: str, *values: object) -> list[sqlite3.Row]:
        return self.connection.execute(query, values).fetchall()

    def write(self, query: str, *values: object) -> int:
        """Runs one statement and returns how many rows it changed."""
        return self.connection.execute(query, values).rowcount

    def record(self, kind: str, *, key: str = "", default: Any = None) -> Any:
        found = self.rows("SELECT value FROM record WHERE kind=? AND key=?", kind, key)
        return json.loads(found[0]["value"]) if found else default

    def records(self, kind: str) -> dict[str, Any]:
        """All records of a kind by key, oldest first."""
        found = self.rows("SELECT key, value FROM record WHERE kind=? ORDER BY at, rowid", kind)
        return {row["key"]: json.loads(row["value"]) for row in found}

    def set_record(self, kind: str, *, value: Any, key: str = "", at: float = 0.0) -> None:
        self.write(
            "INSERT INTO record VALUES (?,?,?,?) ON CONFLICT DO UPDATE SET value=excluded.value",
            kind,
            key,
            json.dumps(value),
            at,
        )

    def drop_record(self, kind: str, *, key: str = "") -> bool:
        return self.write("DELETE FROM record WHERE kind=? AND key=?", kind, key) == 1

    def reset(self) -> None:
        """Forgets everything but the key that signs download links."""
        for table in TABLES:
            self.write(f"DELETE FROM {table}")  # noqa: S608  the names are constants above
        self.write("DELETE FROM record WHERE kind <> ?", KEPT_ON_RESET)

    def close(self) -> None:
        self.connection.close()
