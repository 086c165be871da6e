"""Costs of attempts that a person gave up as charged before anybody knew their task.

Such a cost stands in the ledger without a task. Once a bill or a late answer names the task, the
cost belongs to it: what is billed is compared with both together, and never booked twice.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from django.db.models import Q

from accounts.access import Access
from generation.choices import AttemptState, LineKind
from generation.models import Attempt, LedgerLine
from generation.money.bill_cover import Cover
from generation.money.differences import Difference, Finding

NEAR = timedelta(days=1)
# All that is told of a cost; requests and legs of thousands of jobs are heavy.
COLUMNS = (
    "account_id",
    "spent_delta",
    "created_at",
    "attempt__model",
    "attempt__leg",
    "attempt__submit_started_at",
    "attempt__job__uid",
)


@dataclass(frozen=True, kw_only=True)
class GivenUp:
    """One of them. `task_id` is the first that a line of the attempt has named since, or empty;
    `day` is when the request was sent."""

    attempt: Attempt
    micros: int
    task_id: str
    day: date


@dataclass(frozen=True, kw_only=True)
class Rest:
    """The differences that are left, and what of them was explained: sums and tasks."""

    found: list[Difference]
    booked: int
    matched: int


def given_up(access: Access, found: dict[int, list[Difference]]) -> defaultdict[int, list[GivenUp]]:
    """By account those that may explain one of its differences, the oldest first."""
    wanted = Attempt.objects.within(access).filter(
        _may_explain(access, [one for differences in found.values() for one in differences]),
        state=AttemptState.LOST_BILLED,
        account__in=found,
    )
    # The few attempts first: the planner would look for them among millions of lines.
    lost = LedgerLine.objects.within(access).filter(
        attempt__in=list(wanted.values_list("pk", flat=True)),
        task_id="",
        kind=LineKind.SETTLE,
    )
    rows = list(lost.select_related("attempt__job").only(*COLUMNS).order_by("pk"))
    named = named_tasks([row.attempt_id for row in rows])
    sorted_out: defaultdict[int, list[GivenUp]] = defaultdict(list)
    for row in rows:
        one = GivenUp(
            attempt=row.attempt,
            micros=row.spent_delta,
            task_id=named.get(row.attempt_id, ""),
            day=(row.attempt.submit_started_at or row.created_at).astimezone(UTC).date(),
        )
        sorted_out[row.account_id].append(one)
    return sorted_out


def _may_explain(access: Access, found: list[Difference]) -> Q:
    """Attempts that a difference names, whose lines name its task, or that were sent around the
    days of tasks that nobody knows."""
    tasks = {one.task_id for one in found if one.task_id}
    named = LedgerLine.objects.within(access).filter(
        account__in={one.account_id for one in found}, task_id__in=tasks
    )
    ids = {one.attempt_id for one in found if one.attempt_id}
    ids |= set(named.values_list("attempt_id", flat=True)) if tasks else set()
    wanted = Q(pk__in=ids)
    days = [one.day for one in found if one.kind == Finding.NOT_OURS and not one.attempt_id]
    if days:
        first = datetime.combine(min(days) - NEAR, time(), tzinfo=UTC)
        until = datetime.combine(max(days) + 2 * NEAR, time(), tzinfo=UTC)
        wanted |= Q(submit_started_at__gte=first, submit_started_at__lt=until)
    return wanted


def named_tasks(attempt_ids: Iterable[int]) -> dict[int, str]:
    """The first task that a ledger line of each attempt names; nothing for those without."""
    lines = LedgerLine.objects.filter(attempt_id__in=list(attempt_ids)).exclude(task_id="")
    found: dict[int, str] = {}
    for attempt_id, task_id in lines.order_by("pk").values_list("attempt_id", "task_id"):
        found.setdefault(attempt_id, task_id)
    return found


def explain(found: list[Difference], lost: list[GivenUp], *, cover: Cover) -> Rest:
    """The differences, with these costs counted where they belong."""
    rest = list(found)
    booked = matched = 0
    for fits in (_same, _alike, _dearer(cover)):
        left = []
        for one in lost:
            difference = next((d for d in rest if fits(d, one)), None)
            if difference is None:
                left.append(one)
                continue
            at = rest.index(difference)
            now = _with(difference, one)
            booked += one.micros
            matched += now.off == 0
            rest[at : at + 1] = [now] if now.off else []
        lost = left
    return Rest(found=rest, booked=booked, matched=matched)


def _same(difference: Difference, one: GivenUp) -> bool:
    """The ledger or the bill's own reference says that it is this attempt's task."""
    if one.task_id or difference.task_id == "":
        return difference.task_id == one.task_id != ""
    return difference.kind == Finding.NOT_OURS and difference.attempt_id == one.attempt.pk


def _alike(difference: Difference, one: GivenUp) -> bool:
    """A task that nobody knows, of the same model, amount and time, is probably this one."""
    return _stranger(difference, one) and difference.billed == one.micros


def _dearer(cover: Cover) -> Callable[[Difference, GivenUp], bool]:
    """The same at another amount, where the bill had to name this one by now."""

    def fits(difference: Difference, one: GivenUp) -> bool:
        started = one.attempt.submit_started_at
        longest = timedelta(seconds=float(one.attempt.leg.get("deadline_seconds", 3600)))
        shown = started is not None and cover.has(started + longest)
        return shown and _stranger(difference, one)

    return fits


def _stranger(difference: Difference, one: GivenUp) -> bool:
    return (
        not one.task_id
        and difference.kind == Finding.NOT_OURS
        and difference.attempt_id is None
        and difference.model in ("", one.attempt.model)
        and abs(difference.day - one.day) <= NEAR
    )


def _with(difference: Difference, one: GivenUp) -> Difference:
    booked = difference.booked + one.micros
    stranger = difference.kind == Finding.NOT_OURS
    return replace(
        difference,
        subject=f"{difference.account_id}:{difference.task_id}:{difference.billed}:{booked}",
        kind=Finding.WRONG_PRICE if stranger else difference.kind,
        booked=booked,
        attempt_id=one.attempt.pk,
        job_uid=one.attempt.job.uid,
    )
