"""What waits and what runs now in one workspace, with the slots that all of it shares.

The page and the API show the same value. Everything is asked for in a fixed number of statements,
however many wait; of each lane the first few are named, the others counted.
"""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest

from django.db.models import Count, F, QuerySet, Sum, Window
from django.db.models.functions import RowNumber

from accounts.access import Access
from generation import clock, hand_out
from generation.among import Among
from generation.choices import ATTEMPT_UNDER_WAY, AttemptState
from generation.durations import measured_durations
from generation.lanes import Lane, lane_from
from generation.looks import Durations
from generation.models import Attempt, QueuePause
from generation.pausing import pause_of
from generation.places import Place, places
from generation.slots import AccountSlots, slots_of
from providers.models import ProviderAccount

OF_A_LANE = 6
UNDER_WAY = 6
SLOW = 0.9  # of all clips end within what counts as slow


@dataclass(frozen=True, kw_only=True)
class InLine:
    """A planned attempt of this workspace with its place; `past` tells how long clips of its
    offer took, None where that has not been measured."""

    attempt: Attempt
    lane: Lane
    place: Place | None
    past: Durations | None

    @property
    def ends_in(self) -> tuple[float, float] | None:
        """Seconds until half and until nine tenths of such clips are done, counted from now; None
        where nobody knows when it starts or how long it takes."""
        if self.place is None or self.place.starts_in is None or self.past is None:
            return None
        soon = self.place.starts_in
        return soon + self.past.half, soon + self.past.share(SLOW)


@dataclass(frozen=True, kw_only=True)
class LaneNow:
    """One lane of the workspace: its first ones, and how many and how much money in all."""

    lane: Lane
    count: int
    held_micros: int
    first: tuple[InLine, ...]


@dataclass(frozen=True, kw_only=True)
class SlotsNow:
    """The slots of one account, or of one of its models where `model` is named."""

    account: ProviderAccount
    model: str
    busy: int
    mine: int
    most: int
    quiet_until: datetime | None
    quiet_reason: str


@dataclass(frozen=True, kw_only=True)
class QueueNow:
    """The workspace's queue at this moment."""

    at: datetime
    pause: QueuePause | None
    lanes: tuple[LaneNow, ...]
    under_way: tuple[Attempt, ...]
    under_way_count: int
    slots: tuple[SlotsNow, ...]
    held_micros: int

    @property
    def waiting_count(self) -> int:
        return sum(lane.count for lane in self.lanes)

    @property
    def is_empty(self) -> bool:
        return not (self.lanes or self.under_way)


def queue_now(access: Access) -> QueueNow:
    """Eight statements, and one more for each offer whose durations are not known yet."""
    moment = clock.now()
    mine = Attempt.objects.within(access).filter(parked=False)
    lanes = _lanes(mine)
    first = _first_of_lanes(mine) if lanes else []
    under_way = _whole(mine.filter(Among("state", ATTEMPT_UNDER_WAY)))
    # In doubt first, since that is where somebody may have to do something.
    running = list(under_way.order_by("-state", "submit_started_at")[:UNDER_WAY])
    accounts = {a.pk: a for a in ProviderAccount.objects.filter(mode=access.mode).order_by("pk")}
    slots = slots_of(accounts)
    tasks = _tasks(accounts)
    pasts = _pasts(first, tasks) if first else {}
    known = _places(slots, tasks, first, pasts, moment) if first else {}
    mine_busy = Counter(
        (t.account_id, t.model) for t in tasks if t.workspace_id == access.workspace_id
    )
    return QueueNow(
        at=moment,
        pause=pause_of(access),
        lanes=tuple(_lane(lane, row, first, known, pasts) for lane, row in lanes.items()),
        under_way=tuple(running),
        under_way_count=sum(mine_busy.values()),
        slots=tuple(_slots(accounts, slots, mine_busy, {x.model for x in first}, moment)),
        held_micros=sum(row[1] for row in lanes.values())
        + sum(t.max_micros for t in tasks if t.workspace_id == access.workspace_id),
    )


def _lanes(mine: QuerySet[Attempt]) -> dict[Lane, tuple[int, int]]:
    """Of each lane with anybody in it how many wait, and what is held for them."""
    planned = mine.filter(state=AttemptState.PLANNED)
    rows = planned.values("lane").annotate(count=Count("pk"), held=Sum("max_micros"))
    return {lane_from(row["lane"]): (row["count"], row["held"]) for row in rows.order_by("lane")}


def _whole(rows: QuerySet[Attempt]) -> QuerySet[Attempt]:
    return rows.select_related("account", "job__batch", "job__cost_centre__parent")


def _first_of_lanes(mine: QuerySet[Attempt]) -> list[Attempt]:
    number = Window(RowNumber(), partition_by="lane", order_by=[F("turn"), F("pk")])
    ranked = mine.filter(state=AttemptState.PLANNED).annotate(number=number)
    return list(_whole(ranked.filter(number__lte=OF_A_LANE)).order_by("lane", "turn", "pk"))


def _tasks(account_ids: Collection[int]) -> list[Attempt]:
    """Everything under way at these accounts, of every workspace; never more than the slots."""
    rows = Attempt.objects.filter(Among("state", ATTEMPT_UNDER_WAY), account__in=account_ids)
    return list(
        rows.only(
            "account_id", "model", "workspace_id", "offer_id", "mode", "accepted_at", "max_micros"
        )
    )


def _pasts(first: Sequence[Attempt], tasks: Sequence[Attempt]) -> dict[int, Durations]:
    """By offer id, as far as they have been measured."""
    offers = {one.offer_id: measured_durations(one.offer_id, one.mode) for one in (*first, *tasks)}
    return {offer_id: past for offer_id, past in offers.items() if past is not None}


def _places(
    slots: Mapping[int, AccountSlots],
    tasks: Sequence[Attempt],
    first: Sequence[Attempt],
    pasts: Mapping[int, Durations],
    moment: datetime,
) -> dict[Lane, list[Place]]:
    wanted = {attempt.account_id for attempt in first}
    counts = hand_out.line_counts(wanted)
    served = hand_out.served_of(wanted)
    takes = {
        one.model: pasts[one.offer_id].half for one in (*first, *tasks) if one.offer_id in pasts
    }
    found: dict[Lane, list[Place]] = {}
    for account_id in wanted:
        found |= places(
            {lane: n for lane, n in counts.items() if lane.account_id == account_id},
            served={lane: n for lane, n in served.items() if lane.account_id == account_id},
            room=slots[account_id].room(now=moment),
            running=[
                (task.model, _still(task, pasts.get(task.offer_id), moment))
                for task in tasks
                if task.account_id == account_id
            ],
            takes=takes,
        )
    return found


def _still(task: Attempt, past: Durations | None, moment: datetime) -> float | None:
    """Seconds that a task still needs. Of one that has taken longer than nine of ten did, nobody
    knows: it is no reason to promise its slot."""
    if past is None:
        return None
    taken = (moment - (task.accepted_at or moment)).total_seconds()
    return next((end - taken for end in (past.half, past.share(SLOW)) if taken <= end), None)


def _lane(
    lane: Lane,
    row: tuple[int, int],
    first: Sequence[Attempt],
    known: Mapping[Lane, list[Place]],
    pasts: Mapping[int, Durations],
) -> LaneNow:
    own = [attempt for attempt in first if attempt.lane == lane.key]
    return LaneNow(
        lane=lane,
        count=row[0],
        held_micros=row[1],
        first=tuple(
            InLine(attempt=attempt, lane=lane, place=place, past=pasts.get(attempt.offer_id))
            for attempt, place in zip_longest(own, known.get(lane, [])[: len(own)])
        ),
    )


def _slots(
    accounts: Mapping[int, ProviderAccount],
    slots: Mapping[int, AccountSlots],
    mine: Mapping[tuple[int, str], int],
    wanted: Collection[str],
    moment: datetime,
) -> Iterator[SlotsNow]:
    """Each account, and its models with limits of their own that count now."""
    for pk, account in accounts.items():
        here = slots[pk]
        yield SlotsNow(
            account=account,
            model="",
            busy=sum(here.busy.values()),
            mine=sum(count for (account_id, _), count in mine.items() if account_id == pk),
            most=here.most,
            quiet_until=None,
            quiet_reason="",
        )
        for model, limit in sorted(here.models.items()):
            quiet, busy = limit.is_quiet(now=moment), here.busy.get(model, 0)
            if quiet or busy or (limit.most and model in wanted):
                yield SlotsNow(
                    account=account,
                    model=model,
                    busy=busy,
                    mine=mine.get((pk, model), 0),
                    most=limit.most or here.most,
                    quiet_until=limit.quiet_until if quiet else None,
                    quiet_reason=limit.quiet_reason if quiet else "",
                )
