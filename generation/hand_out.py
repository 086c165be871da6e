"""What is to be sent now: the first of each lane, the free slots, and whose turn it is.

One statement while nothing waits, at most five while something does, however many wait: of each
lane only its first few rows are read, straight from the index.
"""

from collections.abc import Collection
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, Exists, Min, OuterRef

from generation import clock
from generation.choices import AttemptState
from generation.lanes import Choice, Lane, LaneKind, Waiting, choose, lane_from
from generation.models import Attempt, LaneTurn, QueuePause
from generation.slots import slots_of

# Rows that are read of each lane; with many lanes fewer, so that a look stays small.
MOST_OF_A_LANE = 100
LEAST_OF_A_LANE = 4
ROWS = 1000

# Joined to attempts: their workspace's queue stands still.
PAUSED = QueuePause.objects.filter(workspace=OuterRef("workspace"), mode=OuterRef("mode"))

# The lanes that have anybody waiting are found by jumping from one to the next in the index.
_LANES = """
WITH RECURSIVE lanes(lane) AS (
    SELECT min(lane) FROM generation_attempt
    WHERE state = 'planned' AND NOT parked AND lane > '' AND lane < %(aside)s
  UNION ALL
    SELECT (
        SELECT min(a.lane) FROM generation_attempt a
        WHERE a.state = 'planned' AND NOT a.parked AND a.lane > lanes.lane AND a.lane < %(aside)s
    ) FROM lanes WHERE lanes.lane IS NOT NULL
)
"""
_FIRST = """
    FROM generation_attempt w
    WHERE w.state = 'planned' AND NOT w.parked AND w.lane = lanes.lane
      AND w.next_check_at <= %(now)s
    ORDER BY w.turn, w.id LIMIT (
        SELECT CASE WHEN count(*) * %(most)s <= %(rows)s THEN %(most)s
                    WHEN count(*) * %(least)s >= %(rows)s THEN %(least)s
                    ELSE %(rows)s / count(*) END
        FROM lanes
    )
"""
# PostgreSQL walks the index once a lane only when it is told to; SQLite does so by itself.
_FIRST_LATERAL = f"""
SELECT a.id, lanes.lane FROM lanes
CROSS JOIN LATERAL (SELECT w.id, w.turn, w.workspace_id, w.mode {_FIRST}) a
"""  # noqa: S608 - our own words
_FIRST_WITHIN = f"""
SELECT a.id, lanes.lane FROM lanes
CROSS JOIN generation_attempt a ON a.id IN (SELECT w.id {_FIRST})
"""  # noqa: S608 - our own words
_NOT_PAUSED = """
WHERE NOT EXISTS (
    SELECT 1 FROM generation_queuepause p
    WHERE p.workspace_id = a.workspace_id AND p.mode = a.mode
)
ORDER BY a.turn, a.id
"""


def waiting_now() -> list[Waiting]:
    """The first of every lane whose time has come, in the order of their turns."""
    found = _asked()
    known = {key: lane_from(key) for key in {key for _, key in found}}
    return [Waiting(attempt_id=pk, lane=known[key]) for pk, key in found]


def explained() -> str:
    """How the database goes about it, for those who look after its speed."""
    how = "EXPLAIN " if connection.vendor == "postgresql" else "EXPLAIN QUERY PLAN "
    return "\n".join(str(row) for row in _asked(how))


def _asked(how: str = "") -> list[tuple[Any, ...]]:
    first = _FIRST_LATERAL if connection.vendor == "postgresql" else _FIRST_WITHIN
    told = {
        "aside": LaneKind.ASIDE.value,
        "now": connection.ops.adapt_datetimefield_value(clock.now()),
        "most": MOST_OF_A_LANE,
        "least": LEAST_OF_A_LANE,
        "rows": ROWS,
    }
    with connection.cursor() as cursor:
        cursor.execute(how + _LANES + first + _NOT_PAUSED, told)
        return list(cursor.fetchall())


def due_sends(*, handed: Collection[int], most: int, waiting: list[Waiting]) -> list[int]:
    """Whom to send now. `handed` have been handed to a sender that has not begun with them;
    they count as if they ran already."""
    rest = [one for one in waiting if one.attempt_id not in handed]
    if not rest or most <= 0:
        return []
    moment = clock.now()
    slots = slots_of(one.lane.account_id for one in waiting)
    rooms = {pk: account.room(now=moment) for pk, account in slots.items()}
    for one in waiting:
        if one.attempt_id in handed:
            rooms[one.lane.account_id].take(one.lane.model)
    if not any(rooms[one.lane.account_id].has(one.lane.model) for one in rest):
        return []
    choice = choose(rest, rooms=rooms, served=served_of(rooms), most=most)
    _remember(choice)
    return list(choice.ids)


def served_of(account_ids: Collection[int]) -> dict[Lane, int]:
    """In which turn each lane of these accounts was served last."""
    rows = LaneTurn.objects.filter(account__in=account_ids).values_list("lane", "turn")
    return {lane_from(key): turn for key, turn in rows}


def _remember(choice: Choice) -> None:
    if not choice.served:
        return
    rows = [
        LaneTurn(lane=lane.key, account_id=lane.account_id, turn=turn)
        for lane, turn in sorted(choice.served.items(), key=lambda pair: pair[0].key)
    ]
    with transaction.atomic():
        LaneTurn.objects.bulk_create(
            rows, update_conflicts=True, unique_fields=["lane"], update_fields=["turn"]
        )


def free_for_all(attempt: Attempt) -> bool:
    """Whether everybody who waits for this account can be sent at once, so that sending this one
    now takes nobody's turn."""
    slots = slots_of([attempt.account_id])[attempt.account_id]
    room = slots.room(now=clock.now()).for_model(attempt.model)
    if room <= 0:
        return False
    others = Attempt.objects.filter(
        account=attempt.account_id,
        state=AttemptState.PLANNED,
        parked=False,
        next_check_at__lte=clock.now(),
        lane__lt=LaneKind.ASIDE.value,
    ).exclude(pk=attempt.pk)
    return len(others.values_list("pk")[:room]) < room


def line_counts(account_ids: Collection[int]) -> dict[Lane, int]:
    """How many stand in each lane of these accounts, of all workspaces that are not paused."""
    planned = Attempt.objects.filter(
        account__in=account_ids, state=AttemptState.PLANNED, parked=False
    ).filter(~Exists(PAUSED), lane__lt=LaneKind.ASIDE.value)
    # By their turns, as the driver sees them: of lanes alike, who came first goes first.
    rows = planned.values("lane").annotate(count=Count("pk"), first=Min("turn")).order_by("first")
    return {lane_from(row["lane"]): row["count"] for row in rows}
