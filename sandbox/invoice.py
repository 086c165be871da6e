"""The vendors' bill and the log of create calls, as the outside may read them."""

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from sandbox.database import Database
from sandbox.tasks import Task

LINES = """
SELECT line.*, task.client_ref, task.model, task.seconds, task.outcome, task.fingerprint,
    (SELECT count(*) FROM create_call WHERE create_call.provider = task.provider
        AND create_call.fingerprint = task.fingerprint) AS creates
FROM invoice_line AS line JOIN task USING (provider, task_id) ORDER BY line.at, line.id
"""


def dollars(micros: int) -> str:
    """Micro-dollars as a decimal string with at least two places: 250000 is 0.25."""
    text = f"{Decimal(micros) / 1_000_000:.6f}"
    while text.endswith("0") and len(text.partition(".")[2]) > 2:
        text = text[:-1]
    return text


def moment(at: float | None) -> str | None:
    """Unix seconds as ISO 8601 in UTC with milliseconds and Z."""
    if at is None:
        return None
    stamp = datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds")
    return stamp.replace("+00:00", "Z")


def print_of(provider: str, *, body: Mapping[str, Any], prompt: str) -> str:
    """One hash for equal create requests; repeated ones show as `creates` on the invoice."""
    content = json.dumps([provider, prompt, body], sort_keys=True, default=str)
    return hashlib.sha256(content.encode()).hexdigest()


class Invoice:
    """Reads invoice lines; they are written by `TaskTable.finish` alone."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def shown(self) -> dict[str, Any]:
        """One line per billed task, and the total, in dollars and micro-dollars."""
        lines = [
            {
                "provider": row["provider"],
                "task_id": row["task_id"],
                "client_ref": row["client_ref"],
                "model": row["model"],
                "seconds": whole(row["seconds"]),
                "amount": dollars(row["amount_micros"]),
                "amount_micros": row["amount_micros"],
                "at": moment(row["at"]),
                "status": row["outcome"],
                "creates": row["creates"],
            }
            for row in self.database.rows(LINES)
        ]
        total = sum(line["amount_micros"] for line in lines)
        return {"lines": lines, "total": dollars(total), "total_micros": total}

    def spent(self, provider: str) -> int:
        """Micro-dollars that a provider has billed so far."""
        query = "SELECT coalesce(sum(amount_micros),0) AS sum FROM invoice_line WHERE provider=?"
        return int(self.database.rows(query, provider)[0]["sum"])


class CreateLog:
    """Every create call that reached a vendor's door, refused ones included."""

    def __init__(self, database: Database) -> None:
        self.database = database

    def note(
        self,
        provider: str,
        *,
        at: float,
        outcome: str,
        client_ref: str = "",
        fingerprint: str = "",
        task_id: str = "",
    ) -> None:
        self.database.write(
            "INSERT INTO create_call (provider, at, client_ref, fingerprint, outcome, task_id)"
            " VALUES (?,?,?,?,?,?)",
            provider,
            at,
            client_ref,
            fingerprint,
            outcome,
            task_id,
        )

    def refusals(self, provider: str, *, fingerprint: str, outcome: str) -> int:
        """How often this very request was answered so before."""
        found = self.database.rows(
            "SELECT count(*) AS n FROM create_call"
            " WHERE provider=? AND fingerprint=? AND outcome=?",
            provider,
            fingerprint,
            outcome,
        )
        return int(found[0]["n"])

    def counts(self) -> dict[str, dict[str, int]]:
        """Create calls by provider and outcome."""
        counts: dict[str, dict[str, int]] = {}
        for row in self.database.rows(
            "SELECT provider, outcome, count(*) AS n FROM create_call GROUP BY 1, 2"
        ):
            counts.setdefault(row["provider"], {})[row["outcome"]] = row["n"]
        return counts


def task_shown(task: Task, *, now: float) -> dict[str, Any]:
    """A task for `/_control/tasks`."""
    return {
        "provider": task.provider,
        "task_id": task.task_id,
        "model": task.model,
        "kind": task.kind,
        "prompt": task.prompt,
        "seconds": whole(task.seconds),
        "size": f"{task.width}x{task.height}",
        "seed": task.seed,
        "client_ref": task.client_ref,
        "state": task.state(now).value,
        "percent": task.percent(now),
        "fate": task.fate.value,
        "deleted": task.deleted_at is not None,
        "amount_micros": task.amount_micros,
        "created_at": moment(task.created_at),
        "finished_at": moment(task.finished_at),
    }


def whole(seconds: float) -> int | float:
    """5.0 as 5: lengths are whole numbers to everybody who reads them."""
    return int(seconds) if seconds == int(seconds) else seconds
