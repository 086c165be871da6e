"""An account's month by what became of its tasks, kept from one look to the next.

Lines of the ledger only grow, and so do bills: what was even once can only change by a new line
or a new bill. With a new bill the month is added up again; tasks with newer lines are told one by
one, with what they came to before taken off.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import astuple, dataclass, field
from datetime import UTC, date, datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from accounts.access import Access
from generation import clock
from generation.models import Grain, LedgerLine, MatchedMonth, Statement, StatementLine
from generation.money.bill_cover import Cover, still_missing
from generation.money.reports_ledger import month_bounds, next_month
from generation.money.task_sums import TaskSum, task_sums
from providers.models import ProviderAccount

# No transaction takes this long: what has an id below one that is older than this is there.
QUIET = timedelta(hours=1)
# With more new lines than this the month is quicker added up again.
MOST_NEW = 800


@dataclass(frozen=True, kw_only=True)
class Tasks:
    """How many, and their micro-dollars."""

    tasks: int = 0
    billed: int = 0
    booked: int = 0

    def plus(self, other: "Tasks", *, times: int = 1) -> "Tasks":
        return Tasks(
            tasks=self.tasks + times * other.tasks,
            billed=self.billed + times * other.billed,
            booked=self.booked + times * other.booked,
        )


@dataclass(frozen=True, kw_only=True)
class Matched:
    """`sums` by "matched", "awaited" and "uncovered"; all other tasks are `uneven`."""

    sums: dict[str, Tasks]
    uneven: list[str]


def bills_of(access: Access, account_ids: list[int]) -> dict[int, str]:
    """What stands for all bills of each account; another one changes it."""
    rows = Statement.objects.within(access).filter(account__in=account_ids)
    told = rows.values_list("account").annotate(last=Max("pk"), n=Count("pk")).order_by()
    found = {account: f"{n} to {last}" for account, last, n in told}
    return {account: found.get(account, "") for account in account_ids}


def matched(
    access: Access, account: ProviderAccount, *, month: date, cover: Cover, bills: str
) -> Matched:
    """One account's month. `bills` was asked for before `cover`, so that what is kept under it is
    never younger than it says."""
    rows = MatchedMonth.objects.within(access).filter(account=account, month=month)
    kept = rows.filter(bills=bills).first()
    if kept is not None:
        newer = _newer(access, account, after=kept.through)
        if len(newer) <= MOST_NEW:
            looking = _Looking(access, account, newer, month=month, cover=cover)
            return looking.again(kept)
    through = _settled_through()
    before = _newer(access, account, after=through)
    told = _added_up(access, account, month=month, cover=cover)
    newer = _newer(access, account, after=through)
    # Whatever came in meanwhile may be in the sums or not; then they are for this once alone.
    if newer == before and len(newer) <= MOST_NEW:
        looking = _Looking(access, account, newer, month=month, cover=cover)
        _keep(access, account, month, bills, through, looking.without(told))
    return told


def _settled_through() -> int:
    """The id up to which all lines are there for good."""
    old = LedgerLine.objects.filter(created_at__lt=clock.now() - QUIET)
    return old.order_by("-pk").values_list("pk", flat=True).first() or 0


def _keep(
    access: Access, account: ProviderAccount, month: date, bills: str, through: int, told: Matched
) -> None:
    MatchedMonth.objects.update_or_create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        account=account,
        month=month,
        defaults={
            "through": through,
            "bills": bills,
            "sums": {word: astuple(tasks) for word, tasks in told.sums.items()},
            "uneven": told.uneven,
        },
    )


def _added_up(access: Access, account: ProviderAccount, *, month: date, cover: Cover) -> Matched:
    sums: defaultdict[str, Tasks] = defaultdict(Tasks)
    uneven: list[str] = []
    for one in task_sums(access, account, month=month):
        word = _word(one, cover)
        if word and one.tasks:
            sums[word] = sums[word].plus(_tasks(one))
        elif one.task_id:
            uneven.append(one.task_id)
    return Matched(sums=dict(sums), uneven=uneven)


def _word(one: TaskSum, cover: Cover) -> str:
    """What became of a task; empty where it must be judged."""
    if not one.task_id:
        return "matched"
    return still_missing(cover, one.unbilled_since) if one.unbilled_since else ""


def _tasks(one: TaskSum) -> Tasks:
    return Tasks(tasks=one.tasks, billed=one.billed, booked=one.booked)


def _lines(access: Access, account: ProviderAccount) -> QuerySet[LedgerLine]:
    """Bookings of tasks, as `task_sums` has them."""
    rows = LedgerLine.objects.within(access).filter(account=account).exclude(task_id="")
    return rows.exclude(Q(spent_delta=0) & ~Q(kind__in=("settle", "charge")))


def _newer(access: Access, account: ProviderAccount, *, after: int) -> dict[int, str]:
    """The tasks of the lines after an id, by the lines' own; one more than MOST_NEW at most."""
    rows = _lines(access, account).filter(pk__gt=after).order_by("pk")
    return dict(rows.values_list("pk", "task_id")[: MOST_NEW + 1])


@dataclass(kw_only=True)
class _One:
    """The lines of a task: of the ledger with id, moment and micros, of the bills with their day
    and micros."""

    booked: list[tuple[int, datetime, int]] = field(default_factory=list)
    billed: list[tuple[date, int]] = field(default_factory=list)


class _Looking:
    """The tasks of newer lines, at what they come to with and without these lines."""

    def __init__(
        self,
        access: Access,
        account: ProviderAccount,
        newer: dict[int, str],
        *,
        month: date,
        cover: Cover,
    ) -> None:
        self._access, self._account, self._cover = access, account, cover
        self._newer = newer
        self._month, self._bounds = month, month_bounds(month)

    def again(self, kept: MatchedMonth) -> Matched:
        """What was kept, with the newer lines."""
        sums = {
            word: Tasks(tasks=tasks, billed=billed, booked=booked)
            for word, (tasks, billed, booked) in kept.sums.items()
        }
        uneven = dict.fromkeys(kept.uneven)
        for task_id, old, now in self._both():
            uneven.pop(task_id, None)
            self._move(sums, uneven, old, times=-1)
            self._move(sums, uneven, now, times=1)
        return Matched(sums=sums, uneven=list(uneven))

    def without(self, told: Matched) -> Matched:
        """What was told, less the newer lines."""
        sums, uneven = dict(told.sums), dict.fromkeys(told.uneven)
        for task_id, old, now in self._both():
            uneven.pop(task_id, None)
            self._move(sums, uneven, now, times=-1)
            self._move(sums, uneven, old, times=1)
        return Matched(sums=sums, uneven=list(uneven))

    def _both(self) -> Iterator[tuple[str, TaskSum | None, TaskSum | None]]:
        """Each task without and with its newer lines."""
        through = min(self._newer, default=1) - 1
        for task_id, one in self._ones(sorted({*self._newer.values()})):
            old = [line for line in one.booked if line[0] <= through]
            now = [line for line in one.booked if line[0] <= through or line[0] in self._newer]
            yield task_id, self._sum(task_id, old, one), self._sum(task_id, now, one)

    def _move(
        self,
        sums: dict[str, Tasks],
        uneven: dict[str, None],
        one: TaskSum | None,
        *,
        times: int,
    ) -> None:
        if one is None:
            return
        word = _word(one, self._cover)
        if word:
            sums[word] = sums.get(word, Tasks()).plus(_tasks(one), times=times)
        elif times > 0:
            uneven[one.task_id] = None

    def _ones(self, task_ids: list[str]) -> Iterator[tuple[str, _One]]:
        if not task_ids:
            return
        found: defaultdict[str, _One] = defaultdict(_One)
        rows = _lines(self._access, self._account).filter(task_id__in=task_ids)
        columns = rows.values_list("task_id", "pk", "created_at", "spent_delta")
        for task_id, pk, at, spent in columns:
            found[task_id].booked.append((pk, at, spent))
        bills = StatementLine.objects.within(self._access).filter(
            account=self._account, grain=Grain.TASK, task_id__in=task_ids
        )
        for task_id, day, micros in bills.values_list("task_id", "day", "micros"):
            found[task_id].billed.append((day, micros))
        yield from found.items()

    def _sum(
        self, task_id: str, booked: list[tuple[int, datetime, int]], one: _One
    ) -> TaskSum | None:
        """The task with these lines of the ledger; None where it is none of this month then."""
        first, until = self._bounds
        until_day = next_month(self._month)
        mine = any(first <= at < until for _, at, _ in booked)
        if not mine and not any(self._month <= day < until_day for day, _ in one.billed):
            return None
        paid, owed = sum(line[2] for line in booked), sum(micros for _, micros in one.billed)
        even = bool(booked) and bool(one.billed) and paid == owed
        since = min((at for _, at, _ in booked), default=None)
        return TaskSum(
            task_id="" if even else task_id,
            tasks=1,
            billed=owed,
            booked=paid,
            unbilled_since=None if one.billed or since is None else since.astimezone(UTC),
        )
