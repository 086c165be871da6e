"""Keeping what looks at tasks that still run have told, many in one transaction."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from generation import waypoints
from generation.busy import unless_deadlocked
from generation.models import Attempt
from providers.types import Progress

# A callback that came since the claim has made the task due again: that stands.
_LOOK = """
UPDATE generation_attempt
SET next_check_at = CASE WHEN next_check_at = %s THEN %s ELSE next_check_at END,
    vendor_state = %s, percent = %s
WHERE id = %s AND state = 'accepted'
"""
_PROGRESS = "UPDATE generation_job SET progress = max(progress, %s) WHERE id = %s"
# The same for many rows, a column a list: PostgreSQL takes a quarter of the time for them.
_LOOKS = """
UPDATE generation_attempt AS a
SET next_check_at = CASE WHEN a.next_check_at = l.claimed THEN l.look ELSE a.next_check_at END,
    vendor_state = l.state, percent = l.percent
FROM unnest(%s::timestamptz[], %s::timestamptz[], %s::text[], %s::int[], %s::bigint[])
    AS l(claimed, look, state, percent, id)
WHERE a.id = l.id AND a.state = 'accepted'
"""
_ALL_PROGRESS = """
UPDATE generation_job AS j SET progress = t.percent
FROM unnest(%s::int[], %s::bigint[]) AS t(percent, id)
WHERE j.id = t.id AND j.progress < t.percent
"""


@dataclass(frozen=True, kw_only=True)
class Look:
    """`attempt` as it was claimed, with the due time of the claim, and what was seen."""

    attempt: Attempt
    seen: Progress
    next_look: datetime

    @property
    def percent(self) -> int | None:
        """It never goes back, and an end is not for a look at a running task to tell."""
        if self.seen.percent is None:
            return self.attempt.percent
        return max(min(self.seen.percent, 99), self.attempt.percent or 0)


@unless_deadlocked
def keep(looks: Sequence[Look]) -> None:
    """Write when to look next, and what has changed."""
    # In one order everywhere, so that two who keep the same rows wait instead of locking up.
    looks = sorted(looks, key=lambda look: look.attempt.pk)
    with waypoints.commit("look_kept"):
        _write([_row(look) for look in looks], one=_LOOK, all_at_once=_LOOKS)


@unless_deadlocked
def keep_progress(looks: Sequence[Look]) -> None:
    """Show on the jobs how far their tasks are, where they do not say it yet."""
    told = sorted(
        (look.attempt.job_id, look.percent)
        for look in looks
        if look.percent and look.percent > look.attempt.job.progress
    )
    if told:
        with waypoints.commit("progress_kept"):
            _write(
                [(percent, job) for job, percent in told], one=_PROGRESS, all_at_once=_ALL_PROGRESS
            )


@waypoints.inside
def _write(rows: Sequence[tuple[Any, ...]], *, one: str, all_at_once: str) -> None:
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(all_at_once, [list(column) for column in zip(*rows, strict=True)])
        else:
            cursor.executemany(one, rows)


def _row(look: Look) -> tuple[Any, ...]:
    in_database = connection.ops.adapt_datetimefield_value
    return (
        in_database(look.attempt.next_check_at),
        in_database(look.next_look),
        look.seen.state.value,
        look.percent,
        look.attempt.pk,
    )
