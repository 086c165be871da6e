"""A desk of many workspaces in simulated time: the same choice, event by event."""

import heapq
import random
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from itertools import pairwise

from generation.lanes import Lane, LaneKind, Room, Waiting, choose

ACCOUNT, MODEL = 1, "gen4.5"


@dataclass
class Desk:
    """One account with so many slots. `begun` and `asked` are seconds, by clip."""

    slots: int
    clock: float = 0.0
    waiting: list[Waiting] = field(default_factory=list)
    running: list[tuple[float, int]] = field(default_factory=list)
    served: dict[Lane, int] = field(default_factory=dict)
    asked: dict[int, float] = field(default_factory=dict)
    begun: dict[int, float] = field(default_factory=dict)
    lane_of: dict[int, Lane] = field(default_factory=dict)

    def ask(self, kind: LaneKind, workspace: int, client: int = 1, count: int = 1) -> list[int]:
        lane = Lane(
            kind=kind,
            account_id=ACCOUNT,
            model=MODEL,
            workspace_id=workspace,
            client_id=100 * workspace + client,
        )
        ids = list(range(len(self.asked) + 1, len(self.asked) + 1 + count))
        for pk in ids:
            self.waiting.append(Waiting(attempt_id=pk, lane=lane))
            self.asked[pk], self.lane_of[pk] = self.clock, lane
        return ids

    def send(self, seconds: float) -> None:
        """Fill the free slots; each clip takes so many seconds, with some scatter."""
        rooms = {ACCOUNT: Room(free=self.slots - len(self.running))}
        choice = choose(self._heads(), rooms=rooms, served=self.served, most=100)
        self.served |= choice.served
        gone = set(choice.ids)
        self.waiting = [one for one in self.waiting if one.attempt_id not in gone]
        for pk in choice.ids:
            self.begun[pk] = self.clock
            heapq.heappush(self.running, (self.clock + seconds * SCATTER.uniform(0.7, 1.5), pk))

    def _heads(self) -> list[Waiting]:
        """The first of each lane, as the database gives them."""
        seen: Counter[Lane] = Counter()
        heads = []
        for one in self.waiting:
            seen[one.lane] += 1
            if seen[one.lane] <= self.slots:
                heads.append(one)
        return heads

    def end_one(self) -> None:
        self.clock, _ = heapq.heappop(self.running)

    def wait_of(self, pk: int) -> float:
        return self.begun[pk] - self.asked[pk]


SCATTER = random.Random(7)
SINGLE, BATCH = LaneKind.SINGLE, LaneKind.BATCH


def test_a_batch_of_a_thousand_keeps_no_draft_waiting_while_slots_are_free():
    desk = Desk(slots=2000)
    desk.ask(BATCH, workspace=1, count=1000)
    [draft] = desk.ask(SINGLE, workspace=2)
    desk.send(60)
    assert desk.wait_of(draft) == 0
    assert next(iter(desk.begun)) == draft


def test_with_every_slot_taken_a_draft_waits_for_one_clip_at_most():
    desk, waits = Desk(slots=4), []
    desk.ask(BATCH, workspace=1, count=400)
    for turn in range(300):
        desk.send(10)
        if turn % 20 == 10:
            waits += desk.ask(SINGLE, workspace=2)
        desk.end_one()
    # Whichever of the four slots is free next is the draft's.
    assert max(desk.wait_of(pk) for pk in waits) <= 15
    assert len(waits) == 15


def test_shares_are_fair_between_workspaces_then_clients():
    desk = Desk(slots=5)
    for client in range(9):
        desk.ask(BATCH, workspace=1, client=client, count=200)
    desk.ask(BATCH, workspace=2, count=400)
    desk.ask(BATCH, workspace=3, count=400)
    for _ in range(360):
        desk.send(10)
        desk.end_one()
    by_workspace = Counter(desk.lane_of[pk].workspace_id for pk in desk.begun)
    assert max(by_workspace.values()) - min(by_workspace.values()) <= 1
    clients = Counter(
        lane.client_id for pk in desk.begun if (lane := desk.lane_of[pk]).workspace_id == 1
    )
    assert len(clients) == 9
    assert max(clients.values()) - min(clients.values()) <= 1


def test_no_lane_starves_under_a_flood_of_single_clips():
    """Every workspace keeps asking for more than there is room for; each lane goes on getting
    turns, and the batches keep their quarter of them."""
    desk = Desk(slots=1)
    turns: dict[Lane, list[int]] = defaultdict(list)
    for workspace in (1, 2, 3, 4):
        desk.ask(BATCH, workspace=workspace, count=150)
    for turn in range(600):
        for workspace in (5, 6):
            desk.ask(SINGLE, workspace=workspace)
        before = set(desk.begun)
        desk.send(10)
        [pk] = set(desk.begun) - before
        turns[desk.lane_of[pk]].append(turn)
        desk.end_one()
    assert len(turns) == 6
    batches = [len(taken) for lane, taken in turns.items() if lane.is_batch]
    assert (sum(batches), max(batches) - min(batches)) == (150, 1)
    gaps = [max(b - a for a, b in pairwise(taken)) for taken in turns.values()]
    # Four batch lanes share every fourth turn.
    assert max(gaps) == 16
