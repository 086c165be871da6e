"""Whose turn it is: the lanes in which requests wait, and the order in which they are served.

A lane is what one client of one workspace wants of one model, of one kind. At each account all
lanes share the slots:

* what one person waits for goes before batches, but every fourth turn is a batch's while any
  waits, so that no crowd of single clips starves them;
* workspaces take turns, then the clients of a workspace: whoever was served longest ago is next;
* a workspace's hot lane goes before its other clips, never before another workspace's turn.

Everything here is pure: rows come in, an order comes out.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

# Of so many turns in a row, one is a batch's.
BATCH_EVERY = 4


class LaneKind(StrEnum):
    """The first letter of a lane's key. Who stands aside is in no line, and is never sent."""

    HOT = "1"
    SINGLE = "2"
    BATCH = "3"
    ASIDE = "9"


@dataclass(frozen=True, kw_only=True, slots=True)
class Lane:
    """`client_id` is the cost centre right below the workspace's, or that one itself."""

    kind: LaneKind
    account_id: int
    model: str
    workspace_id: int
    client_id: int

    @property
    def key(self) -> str:
        place = f"{self.account_id}/{self.model}"
        return f"{self.kind}/{place}/{self.workspace_id}/{self.client_id}"

    @property
    def is_batch(self) -> bool:
        return self.kind == LaneKind.BATCH


def lane_from(key: str) -> Lane:
    """The lane of a key. A model's name may have slashes of its own."""
    kind, account_id, rest = key.split("/", 2)
    model, workspace_id, client_id = rest.rsplit("/", 2)
    return Lane(
        kind=LaneKind(kind),
        account_id=int(account_id),
        model=model,
        workspace_id=int(workspace_id),
        client_id=int(client_id),
    )


@dataclass(kw_only=True)
class Room:
    """Free slots of one account: in all, and of the models that have a number of their own."""

    free: int
    models: dict[str, int] = field(default_factory=dict)

    def has(self, model: str) -> bool:
        return self.free > 0 and self.models.get(model, 1) > 0

    def take(self, model: str, *, count: int = 1) -> None:
        self.free -= count
        if model in self.models:
            self.models[model] -= count

    def give_back(self, model: str) -> None:
        self.take(model, count=-1)

    def for_model(self, model: str) -> int:
        return max(0, min(self.free, self.models.get(model, self.free)))


class Turns:
    """The turns of one account. `served` says in which turn each lane was served last."""

    def __init__(self, served: Mapping[Lane, int]) -> None:
        self.count = max(served.values(), default=0)
        self._lanes: dict[Lane, int] = defaultdict(int)
        self._clients: dict[tuple[bool, int, int], int] = defaultdict(int)
        self._workspaces: dict[tuple[bool, int], int] = defaultdict(int)
        self._last_batch = 0
        for lane, turn in served.items():
            self._note(lane, turn)

    def next_of(self, lanes: Iterable[Lane]) -> Lane | None:
        """The lane that is served next; of lanes alike, the first one given. None for no lane."""
        waiting = list(lanes)
        batches = [lane for lane in waiting if lane.is_batch]
        singles = [lane for lane in waiting if not lane.is_batch]
        owed = self.count - self._last_batch >= BATCH_EVERY - 1
        among = batches if batches and (owed or not singles) else singles
        if not among:
            return None
        first = min(among, key=lambda lane: self._workspaces[lane.is_batch, lane.workspace_id])
        own = [lane for lane in among if lane.workspace_id == first.workspace_id]
        chosen = min(own, key=self._rank)
        self.count += 1
        self._note(chosen, self.count)
        return chosen

    def _rank(self, lane: Lane) -> tuple[bool, int, int]:
        """Within one workspace."""
        return (
            lane.kind != LaneKind.HOT,
            self._clients[lane.is_batch, lane.workspace_id, lane.client_id],
            self._lanes[lane],
        )

    def _note(self, lane: Lane, turn: int) -> None:
        workspace = (lane.is_batch, lane.workspace_id)
        client = (*workspace, lane.client_id)
        self._lanes[lane] = max(self._lanes[lane], turn)
        self._clients[client] = max(self._clients[client], turn)
        self._workspaces[workspace] = max(self._workspaces[workspace], turn)
        if lane.is_batch:
            self._last_batch = max(self._last_batch, turn)


@dataclass(frozen=True, kw_only=True, slots=True)
class Waiting:
    """A planned attempt whose time has come."""

    attempt_id: int
    lane: Lane


@dataclass(frozen=True, kw_only=True)
class Choice:
    """Attempts to send now, in order, and the turns to remember: only where somebody else is
    left waiting does it matter who was served."""

    ids: tuple[int, ...]
    served: Mapping[Lane, int]


def choose(
    waiting: Sequence[Waiting],
    *,
    rooms: Mapping[int, Room],
    served: Mapping[Lane, int],
    most: int,
) -> Choice:
    """Who goes next, at most so many. `waiting` is in the order of each lane; rooms are used up."""
    lines = _lines(waiting)
    turns = {
        account: Turns({lane: n for lane, n in served.items() if lane.account_id == account})
        for account in lines
    }
    ids: list[int] = []
    remembered: dict[Lane, int] = {}
    open_accounts = list(lines)
    while open_accounts and len(ids) < most:
        for account in tuple(open_accounts):  # accounts side by side: none waits for another
            if len(ids) >= most:
                break
            lane = _served(lines[account], turns[account], rooms[account])
            if lane is None:
                open_accounts.remove(account)
                continue
            ids.append(lines[account][lane].pop(0))
            remembered[lane] = turns[account].count
    contended = {account for account, line in lines.items() if any(line.values())}
    kept = {lane: turn for lane, turn in remembered.items() if lane.account_id in contended}
    return Choice(ids=tuple(ids), served=kept)


def _served(line: Mapping[Lane, list[int]], turns: Turns, room: Room) -> Lane | None:
    lane = turns.next_of(lane for lane, ids in line.items() if ids and room.has(lane.model))
    if lane is not None:
        room.take(lane.model)
    return lane


def _lines(waiting: Sequence[Waiting]) -> dict[int, dict[Lane, list[int]]]:
    """By account, the lanes with their attempts; who came first is first."""
    lines: dict[int, dict[Lane, list[int]]] = {}
    for one in waiting:
        line = lines.setdefault(one.lane.account_id, {})
        line.setdefault(one.lane, []).append(one.attempt_id)
    return lines


def in_order(counts: Mapping[Lane, int], *, turns: Turns, most: int) -> list[Lane]:
    """The lanes of one account in the order of their turns, until so many have been served."""
    left = dict(counts)
    order: list[Lane] = []
    while len(order) < most:
        lane = turns.next_of(lane for lane, count in left.items() if count)
        if lane is None:
            break
        left[lane] -= 1
        order.append(lane)
    return order
