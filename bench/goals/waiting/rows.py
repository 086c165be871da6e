"""The rows of tasks under way and of past ones, put into the product's own database.

Jobs are asked for as ever; what the sender would write is written here, so that a flight of ten
thousand is in the air at once. Needs Django to be set up.
"""

import json
import secrets
import time
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

PAST = 200
A_BATCH = 1000
PATIENCE = 60.0
TIERS = {"pika": "draft", "runway": "standard", "sora": "master"}
WENT = """
UPDATE generation_attempt SET state = %s, task_id = %s, submit_started_at = %s, accepted_at = %s,
  ended_at = %s, next_check_at = %s, vendor_state = %s, hook_token_hash = %s, leg = %s
WHERE id = %s
"""


def remember(one: Any, stub: Any) -> None:
    """The offer's past: tasks of the same distribution, as a look of ours found them ended."""
    from generation.models import ReceivedCallback

    stub.ask("/_terms", one.terms)
    attempts, began = _planned(one, PAST), datetime.now(UTC) - timedelta(hours=1)
    rows = []
    for number, (attempt, took) in enumerate(
        zip(attempts, stub.ask("/_durations", {"count": PAST}), strict=True)
    ):
        # A look found it a little later; a callback told at once.
        seen = 0.05 if one.push else (number * 0.618 % 1) * max(one.least_gap, 1.0)
        ended = began + timedelta(seconds=took + seen)
        rows.append(_row(attempt, one, "succeeded", f"past-{attempt.pk}", began, ended=ended))
    _write(rows)
    if one.push:
        for row in rows:
            told = ReceivedCallback.objects.create(
                account_id=attempts[0].account_id, event_id=row[1], attempt_id=row[-1]
            )
            ReceivedCallback.objects.filter(pk=told.pk).update(received_at=row[4])


def fly(one: Any, stub: Any, *, hooks: str) -> None:
    """Tasks that begin now at the stub and are accepted here, with their first looks ahead."""
    from generation.attempts import hook_hash
    from generation.models import ProviderTask

    stub.ask("/_terms", one.terms)
    attempts = _planned(one, one.count)
    tokens = [secrets.token_urlsafe(32) for _ in attempts]
    urls = [f"{hooks}/{one.provider}/test/{token}" for token in tokens] if one.push else []
    made = stub.ask("/_make", {"dialect": one.dialect, "count": one.count, "hooks": urls})
    rows, facts = [], []
    for attempt, token, (task_id, began) in zip(attempts, tokens, made, strict=True):
        moment = datetime.fromtimestamp(began, UTC)
        rows.append(_row(attempt, one, "accepted", task_id, moment, token=hook_hash(token)))
        facts.append(
            ProviderTask(
                account_id=attempt.account_id,
                task_id=task_id,
                attempt=attempt,
                learned_from="response",
            )
        )
    _write(rows)
    ProviderTask.objects.bulk_create(facts, batch_size=1000)


def until_ended(memory: Callable[[], float]) -> float:
    """Waits until no task runs any more. Returns the most megabytes on the way."""
    from generation.models import Attempt

    most = memory()
    moved, left = time.monotonic(), -1
    while now := Attempt.objects.filter(state="accepted").count():
        if now != left:
            moved, left = time.monotonic(), now
        assert time.monotonic() - moved < PATIENCE, f"{now} tasks do not end"
        most = max(most, memory())
        time.sleep(1.0)
    return most


def late(one: Any, ends: dict[str, float]) -> list[float]:
    """Seconds from each end at the vendor to the commit that settled it here."""
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_id, extract(epoch FROM pg_xact_commit_timestamp(xmin))::float8"
            " FROM generation_attempt WHERE provider = %s AND state = 'succeeded'"
            " AND task_id NOT LIKE 'past-%%'",
            [one.provider],
        )
        return [committed - ends[task_id] for task_id, committed in cursor.fetchall()]


def _planned(one: Any, count: int) -> list[Any]:
    from accounts.access import Access
    from accounts.models import Mode, Role, Workspace
    from generation import batches
    from generation.asks import JobAsk
    from generation.models import Attempt, QueuePause
    from providers.types import Tier

    workspace, _ = Workspace.objects.get_or_create(slug="bench", defaults={"name": "Bench"})
    # Nothing of it is to be sent: it is all under way or over, once this is done.
    QueuePause.objects.get_or_create(
        workspace=workspace, mode="test", defaults={"at": datetime.now(UTC)}
    )
    access = Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER)
    for first in range(0, count, A_BATCH):
        asks = [
            JobAsk(prompt=f"Waited for {n}", tier=Tier(TIERS[one.provider]), provider=one.provider)
            for n in range(first, min(first + A_BATCH, count))
        ]
        batches.create(access, asks, use_cost_optimization=False)
    newest = Attempt.objects.filter(provider=one.provider).order_by("-pk")[:count]
    return sorted(newest, key=lambda attempt: attempt.pk)


def _row(
    attempt: Any,
    one: Any,
    state: str,
    task_id: str,
    began: datetime,
    *,
    ended: datetime | None = None,
    token: str = "",
) -> tuple[Any, ...]:
    from generation import durations

    # As with a live account: rehearsals are looked at more often than vendors like.
    attempt.leg["least_gap"] = one.least_gap
    due = began + timedelta(seconds=0 if ended else durations.first_look(attempt))
    seen = "processing" if ended else ""
    leg, token = json.dumps(attempt.leg), token or attempt.hook_token_hash
    return (state, task_id, began, began, ended, due, seen, token, leg, attempt.pk)


def _write(rows: Sequence[tuple[Any, ...]]) -> None:
    from django.db import connection, transaction

    with transaction.atomic(), connection.cursor() as cursor:
        cursor.executemany(WENT, rows)
