"""When those who wait will have their turn: the same turns, played ahead on measured times.

Nothing is guessed: where a model has not been measured its slots never come free here, and
whoever needs one of them gets a place in line, but no time.
"""

import heapq
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from generation.lanes import Lane, Room, Turns, in_order

MOST = 400


@dataclass(frozen=True, kw_only=True)
class Place:
    """The n-th to be sent at its account, and seconds until then, None where nobody knows."""

    position: int
    starts_in: float | None


def places(
    counts: Mapping[Lane, int],
    *,
    served: Mapping[Lane, int],
    room: Room,
    running: Sequence[tuple[str, float | None]],
    takes: Mapping[str, float],
) -> dict[Lane, list[Place]]:
    """Of each lane of one account the places of its first ones.

    `running` names the model of each task under way with the seconds that it still needs, and
    `takes` how long a clip of a model usually takes, both as far as that has been measured.
    """
    turns, left = Turns(served), Counter(dict(counts))
    ends = [(max(seconds, 0.0), model) for model, seconds in running if seconds is not None]
    heapq.heapify(ends)
    found: dict[Lane, list[Place]] = defaultdict(list)
    moment, position = 0.0, 0
    while position < MOST and left.total():
        lane = turns.next_of(x for x, n in left.items() if n and room.has(x.model))
        if lane is None:
            if not ends:
                break
            moment, model = heapq.heappop(ends)
            room.give_back(model)
            continue
        position += 1
        left[lane] -= 1
        room.take(lane.model)
        found[lane].append(Place(position=position, starts_in=moment))
        if lane.model in takes:
            heapq.heappush(ends, (moment + takes[lane.model], lane.model))
    for lane in in_order(left, turns=turns, most=MOST - position):
        position += 1
        found[lane].append(Place(position=position, starts_in=None))
    return dict(found)
