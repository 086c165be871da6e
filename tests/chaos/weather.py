"""The order of events around the product: kills, pauses, empty brokers, a database that dies."""

import logging
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, TypeVar

from django.db import DatabaseError, InterfaceError, connection

from generation import queue
from generation.models import Asset, Attempt
from tests.chaos.books import open_work
from tests.chaos.callers import Callers
from tests.chaos.crew import Crew
from tests.chaos.product import Surroundings

T = TypeVar("T")
TICK = 0.4
FLUSH_EVERY = 5.0
ECHO_EVERY = 2.0
MOST_OPEN = 160
PAUSE_SHARE = 0.2
# Inside the grace: a sender that sleeps for longer can be told from a dead one by nobody.
PAUSE_SECONDS = (0.3, 4.0)

log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Plan:
    """How much of it: the storm lasts until this many kills and until everything is asked for."""

    jobs: int
    kills: int
    restarts: int
    seconds: float
    gap: tuple[float, float] = (4.0, 10.0)
    # After that many kills: the storm goes on until the last request, but lets the work get done.
    abating: float = 5.0


@dataclass
class Weather:
    plan: Plan
    around: Surroundings
    crew: Crew
    callers: Callers
    dice: random.Random
    happened: Counter[str] = field(default_factory=Counter)
    _due: dict[str, float] = field(default_factory=dict)

    def run(self) -> float:
        """Until everything has come to rest, or the time is over. Seconds it took."""
        began = time.monotonic()
        self.crew.fill()
        self.callers.start()
        calm = False
        while time.monotonic() - began < self.plan.seconds:
            time.sleep(TICK)
            self.crew.fill()
            left = patiently(open_work)
            calm = calm or (self.callers.done and self._killed() >= self.plan.kills)
            if calm and not left:
                break
            self._let_callers(left)
            if not calm:
                self._storm()
            if self._is_due("told", every=20.0):
                self._tell(time.monotonic() - began, left)
        self.callers.stop()
        return time.monotonic() - began

    def _killed(self) -> int:
        return self.crew.kills.total()

    def _let_callers(self, left: int) -> None:
        """As many as the kills so far have earned, and no more than the crew can keep open."""
        share = (self._killed() + 1) / max(self.plan.kills, 1)
        room = len(self.callers.accepted) + max(MOST_OPEN - left, 0)
        self.callers.allow(min(int(self.plan.jobs * share) + 1, room))

    def _storm(self) -> None:
        if self._is_due("broker emptied", every=FLUSH_EVERY):
            self.around.broker.flushdb()
        if self._is_due("echo", every=ECHO_EVERY):
            patiently(self._echo)
        gap = self.dice.uniform(*self.plan.gap)
        if self._killed() >= self.plan.kills:
            gap *= self.plan.abating
        if self._is_due("blow", every=gap):
            self._blow()
        restarts = self.happened["database restarted"]
        earned = (restarts + 1) * self.plan.kills / (self.plan.restarts + 1)
        if restarts < self.plan.restarts and self._killed() >= earned:
            self._restart_database()

    def _blow(self) -> None:
        which = self.dice.randrange(len(self.crew.posts))
        if self.dice.random() < PAUSE_SHARE:
            self.crew.pause(which, seconds=self.dice.uniform(*PAUSE_SECONDS))
        else:
            self.crew.kill(which)

    def _restart_database(self) -> None:
        self.around.database.crash()
        time.sleep(self.dice.uniform(0.0, 2.0))
        self.around.database.start()
        self.happened["database restarted"] += 1

    def _echo(self) -> None:
        """The same message three times: for what waits, what runs and what is over."""
        for model, task in ((Attempt, "submit"), (Asset, "fetch")):
            ids: list[int] = list(model.objects.order_by("-pk").values_list("pk", flat=True)[:40])
            for pk in self.dice.sample(ids, min(3, len(ids))) * 3:
                queue.ring(task, pk)
                self.happened["message repeated"] += 1

    def _is_due(self, name: str, *, every: float) -> bool:
        moment = time.monotonic()
        if moment < self._due.get(name, 0.0):
            return False
        self._due[name] = moment + every
        if name == "broker emptied":
            self.happened[name] += 1
        return True

    def _tell(self, passed: float, left: int) -> None:
        asked, kills = len(self.callers.accepted), self._killed()
        print(f"{passed:5.0f} s: {asked} asked for, {left} open, {kills} kills", flush=True)


def patiently(work: Callable[[], T], *, seconds: float = 60.0) -> T:
    """What the database says, once it is there."""
    ends = time.monotonic() + seconds
    while True:
        try:
            return work()
        except (DatabaseError, InterfaceError):
            connection.close()
            if time.monotonic() > ends:
                raise
            time.sleep(TICK)


def shown(counts: Counter[Any]) -> str:
    return ", ".join(f"{name} {number}" for name, number in sorted(counts.items())) or "none"
