"""The vendors' billing office: what they charge for, line by line, now and then mistaken."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from generation.models import Grain, StatementSource
from generation.money.bills import Bill, BillLine
from tests.protocol.vendor import Task, Vendor

MISTAKES = ("dearer", "cheaper", "double", "ghost", "left out", "refund")
GHOST = 70_000


@dataclass
class Office:
    """`lines` is all that was ever billed, which is what we owe in the end."""

    vendor: Vendor
    lines: dict[str, list[BillLine]] = field(default_factory=dict)
    ghosts: int = 0

    def bill(self, provider: str, *, since: date, mistake: str, known: set[str]) -> Bill:
        """Everything from a day up to now. Only a task in `known` is left out by mistake."""
        before = self.lines.setdefault(provider, [])
        written = {line.task_id for line in before}
        ended = [task for task in self._ended(provider) if task.task_id not in written]
        if mistake == "left out":
            left = next((task for task in ended if task.task_id in known), None)
            ended = [task for task in ended if task is not left]
        fresh = [_line(task) for task in ended]
        fresh += self._mistaken(provider, mistake, fresh, before)
        before += fresh
        starts = min([since, *(line.day for line in fresh)])
        ends = self.vendor.now().date() + timedelta(days=1)
        return Bill(
            provider=provider,
            source=StatementSource.SANDBOX,
            grain=Grain.TASK,
            starts_on=starts,
            ends_on=ends,
            lines=tuple(line for line in before if line.day >= starts),
        )

    def _ended(self, provider: str) -> list[Task]:
        own = [task for task in self.vendor.tasks.values() if task.provider == provider]
        return [task for task in own if task.end and task.bill]

    def _mistaken(
        self, provider: str, mistake: str, fresh: list[BillLine], before: list[BillLine]
    ) -> list[BillLine]:
        """Lines that are one too many; a wrong amount is a line that corrects a right one."""
        today = self.vendor.now().date()
        number = len(before) + len(fresh)
        if mistake == "ghost":
            self.ghosts += 1
            task = f"ghost-{self.ghosts}"
            return [BillLine(key=task, day=today, micros=GHOST, task_id=task)]
        charged = [line for line in before if line.task_id.startswith(provider) and line.micros > 0]
        if mistake == "refund" and charged:
            return [_again(charged[-1], number, micros=-charged[-1].micros, day=today)]
        off = {"dearer": 1_000, "cheaper": -1_000}.get(mistake)
        if off and fresh:
            return [_again(fresh[0], number, micros=off, day=fresh[0].day)]
        if mistake == "double" and fresh:
            return [_again(fresh[0], number, micros=fresh[0].micros, day=fresh[0].day)]
        return []


def _line(task: Task) -> BillLine:
    return BillLine(
        key=task.task_id,
        day=task.ended_on,
        micros=task.bill,
        task_id=task.task_id,
        client_ref=task.client_ref if task.provider == "kling" else "",
        model=task.model,
    )


def _again(line: BillLine, number: int, *, micros: int, day: date) -> BillLine:
    return BillLine(
        key=f"{line.key}/{number}",
        day=day,
        micros=micros,
        task_id=line.task_id,
        client_ref=line.client_ref,
        model=line.model,
    )
