"""What must be true between the engine's books and the vendor's, at any moment and at rest."""

from collections import defaultdict
from collections.abc import Collection, Iterable

from django.db.models import Sum

from generation.models import Asset, Attempt, Job, LedgerLine
from generation.money.invariants import breaches
from tests.protocol.vendor import Task, Vendor


def sound(vendor: Vendor, *, late: Iterable[str], by_bill: Collection[int] = ()) -> None:
    """Every invariant; a task in `late` may wait for the sweep that books it, and the jobs in
    `by_bill` follow a bill that may be wrong."""
    waiting = set(late)
    found = [b for b in breaches() if not (b.name == "A5" and b.subject in waiting)]
    assert [str(breach) for breach in found] == []
    tasks_of = _by_job(vendor)
    covered = dict(_covered())
    for job in Job.objects.exclude(pk__in=by_bill):
        tasks = tasks_of[job.pk]
        owed = sum(task.owed for task in tasks)
        assert owed <= covered.get(job.pk, 0), f"{owed} is owed for {job.uid}, {covered} covered"
        if not job.consent:
            assert len(_clips(job, tasks)) <= 1, f"{job.uid} pays for more than one clip"


def at_rest(vendor: Vendor) -> None:
    """Nothing is open, nothing is held, and the ledger is the vendor's bill."""
    quiet(vendor)
    assert _booked() == _billed(vendor)


def quiet(vendor: Vendor, *, by_bill: Collection[int] = ()) -> None:
    """Nothing is open and nothing is held."""
    sound(vendor, late=(), by_bill=by_bill)
    assert vendor.running() == []
    assert list(Job.objects.filter(state__in=("queued", "processing"))) == []
    assert LedgerLine.objects.aggregate(x=Sum("held_delta"))["x"] in (0, None)
    for job in Job.objects.filter(state="completed"):
        assert job.assets.filter(state="stored", unclaimed=False).count() == 1


def _by_job(vendor: Vendor) -> dict[int, list[Task]]:
    jobs = dict(Attempt.objects.values_list("client_ref", "job_id"))
    found: dict[int, list[Task]] = defaultdict(list)
    for task in vendor.tasks.values():
        found[jobs[task.client_ref]].append(task)
    return found


def _covered() -> list[tuple[int, int]]:
    sums = LedgerLine.objects.values_list("job_id").annotate(Sum("held_delta"), Sum("spent_delta"))
    return [(job, held + spent) for job, held, spent in sums]


def _clips(job: Job, tasks: list[Task]) -> list[Task]:
    """Tasks that are or may become a charged clip; one that arrived unusable does not count."""
    spoilt = set(
        Asset.objects.filter(job=job, state="unavailable").values_list(
            "attempt__client_ref", flat=True
        )
    )
    wanted = ("", "ok", "dearer", "stopped, charged")
    return [task for task in tasks if task.end in wanted and task.client_ref not in spoilt]


def _booked() -> dict[str, int]:
    """Micros by attempt, as the ledger has them."""
    sums = LedgerLine.objects.values_list("attempt__client_ref").annotate(Sum("spent_delta"))
    return {ref: spent for ref, spent in sums if spent}


def _billed(vendor: Vendor) -> dict[str, int]:
    """Micros by attempt, as the vendor charges them."""
    bills: dict[str, int] = defaultdict(int)
    for task in vendor.tasks.values():
        bills[task.client_ref] += task.bill
    return {ref: bill for ref, bill in bills.items() if bill}
