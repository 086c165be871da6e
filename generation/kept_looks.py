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

# A callback that came since the claim has made the task due again: that stands, and so does what
# a look of that time has told.
_LOOK = """
UPDATE generation_attempt
SET next_check_at = CASE WHEN next_check_at = %s THEN %s ELSE next_check_at END,
    vendor_state = CASE WHEN next_check_at = %s THEN %s ELSE vendor_state END,
    percent = max(coalesce(percent, %s), coalesce(%s, percent))
WHERE id = %s AND state = 'accepted'
"""
_PROGRESS = "UPDATE generation_job SET progress = %s WHERE id = %s AND progress < %s"
# The same for many rows, a column a list: PostgreSQL takes a quarter less time for them.
_LOOKS = """
UPDATE generation_attempt AS a
SET next_check_at = CASE WHEN a.next_check_at = l.claimed THEN l.look ELSE a.next_check_at END,
    vendor_state = CASE WHEN a.next_check_at = l.claimed THEN l.state ELSE a.vendor_state END,
    percent = greatest(a.percent, l.percent)
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
    rows = [_row(look) for look in sorted(looks, key=lambda look: look.attempt.pk)]
    with waypoints.commit("look_kept"), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(_LOOKS, _columns(rows))
        else:
            each = [(at, look, at, state, done, done, pk) for at, look, state, done, pk in rows]
            cursor.executemany(_LOOK, each)


@unless_deadlocked
def keep_progress(looks: Sequence[Look]) -> None:
    """Show on the jobs how far their tasks are, where they do not say it yet."""
    told = sorted(
        (look.attempt.job_id, look.percent)
        for look in looks
        if look.percent and look.percent > look.attempt.job.progress
    )
    if told:
        with waypoints.commit("progress_kept"), connection.cursor() as cursor:
            if connection.vendor == "postgresql":
                cursor.execute(_ALL_PROGRESS, _columns([(done, job) for job, done in told]))
            else:
                cursor.executemany(_PROGRESS, [(done, job, done) for job, done in told])


def _columns(rows: Sequence[tuple[Any, ...]]) -> list[list[Any]]:
    return [list(column) for column in zip(*rows, strict=True)]


def _row(look: Look) -> tuple[Any, ...]:
    in_database = connection.ops.adapt_datetimefield_value
    return (
        in_database(look.attempt.next_check_at),
        in_database(look.next_look),
        look.seen.state.value,
        look.percent,
        look.attempt.pk,
    )
