"""Moves tasks along: tells the vendor module when one starts, finishes it when its time comes."""

import asyncio
import logging
from typing import TYPE_CHECKING

from footage.errors import FootageError
from sandbox.clock import Clock
from sandbox.directives import directive_in
from sandbox.slots import replanned
from sandbox.studio import Studio
from sandbox.tasks import Fate, State, Task, TaskTable

if TYPE_CHECKING:
    from sandbox.vendor import Vendor

TICK = 0.5  # seconds after which a waiting task looks whether its times were changed
logger = logging.getLogger(__name__)


class Runner:
    """One light coroutine per unfinished task; started again from the table after a restart."""

    def __init__(self, clock: Clock, *, tasks: TaskTable, studio: Studio) -> None:
        self.clock, self.tasks, self.studio = clock, tasks, studio
        self.vendors: dict[str, Vendor] = {}
        self._running: set[asyncio.Task[None]] = set()

    def resume(self) -> None:
        """Takes up every unfinished task of an earlier run."""
        for task in self.tasks.live():
            self.start(task)

    def start(self, task: Task) -> None:
        work = asyncio.create_task(self._run(task))
        self._running.add(work)
        work.add_done_callback(self._running.discard)

    def cancel(self, task: Task, *, billed: bool) -> Task | None:
        """Ends a task as cancelled; None if it had ended already. Frees its slot for others."""
        done = self.tasks.finish(task, outcome=State.CANCELLED, at=self.clock.now(), billed=billed)
        if done:
            self._told(done)
            self._replan(done)
        return done

    async def _run(self, task: Task) -> None:
        clip = asyncio.create_task(self._make(task))
        if not await self._reached(task, "started_at"):
            return
        self._told(self.tasks.get(task.provider, task_id=task.task_id) or task)
        made = await clip
        if not await self._reached(task, "ends_at"):
            return
        outcome = State.SUCCEEDED if task.fate is Fate.OK and made else State.FAILED
        billed = outcome is State.SUCCEEDED or (
            task.fate is Fate.MODERATION and task.bills_moderation
        )
        done = self.tasks.finish(task, outcome=outcome, at=self.clock.now(), billed=billed)
        if done:
            self._told(done)

    async def _make(self, task: Task) -> bool:
        if task.fate is not Fate.OK:
            return True
        try:
            await self.studio.make(task)
        except (FootageError, OSError) as error:
            logger.error("no clip for %s %s: %s", task.provider, task.task_id, error)
            return False
        return True

    async def _reached(self, task: Task, moment: str) -> bool:
        """Sleeps until the task's moment; False if it ended or vanished meanwhile."""
        while True:
            due_at = self.tasks.due_at(task, moment=moment)
            if due_at is None:
                return False
            left = due_at - self.clock.now()
            if left <= 0:
                return True
            await asyncio.sleep(min(left, TICK))

    def _told(self, task: Task) -> None:
        vendor = self.vendors.get(task.provider)
        if vendor is not None:
            vendor.changed(task)

    def _replan(self, ended: Task) -> None:
        slots = ended.extra.get("slots")
        if slots:
            live = self.tasks.live(ended.provider, model=ended.model)
            for task, starts in replanned(live, slots=slots, now=self.clock.now()):
                self.tasks.update(task, started_at=starts)

    async def stop(self) -> None:
        """Drops all coroutines; the table keeps the tasks."""
        for work in list(self._running):
            work.cancel()
        await asyncio.gather(*self._running, return_exceptions=True)


def fate_of(task_fault: str, *, prompt: str, provider: str) -> Fate:
    """How a task is going to end, from its prompt first and the random faults second."""
    directive = directive_in(prompt, provider=provider)
    if directive.stall or task_fault == "task-stall":
        return Fate.STALL
    if directive.fail == "moderation" or task_fault == "task-moderation":
        return Fate.MODERATION
    if directive.fail == "server" or task_fault == "task-fail":
        return Fate.SERVER
    return Fate.OK
