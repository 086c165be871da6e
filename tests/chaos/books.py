"""What must be true at rest, from the vendors' invoice, our tables and the files: three sums.

`lost`: asked for or paid for, and neither there nor told. `double`: paid for more than once
without consent. `difference`: micro-dollars between ledger and invoice, task by task.
"""

import hashlib
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from django.db.models import Sum

from generation import orphans
from generation.choices import ATTEMPT_LIVE, JOB_OPEN
from generation.models import Asset, Attempt, Job, LedgerLine, ProviderTask
from generation.money.invariants import breaches
from tests.sandbox_server import SandboxServer


@dataclass(frozen=True, kw_only=True)
class Verdict:
    lost: list[str]
    double: list[str]
    difference: int
    off: list[str]
    wrong: list[str]

    @property
    def good(self) -> bool:
        return not (self.lost or self.double or self.difference or self.wrong)


def open_work() -> int:
    """How much is still to be done."""
    live = Attempt.objects.filter(state__in=ATTEMPT_LIVE)
    jobs = Job.objects.filter(state__in=JOB_OPEN)
    pending = Asset.objects.filter(state="pending")
    return live.count() + jobs.count() + pending.count() + len(orphans.unbooked())


def picture() -> Counter[tuple[str, ...]]:
    """What is still open, by where it stands."""
    live = Attempt.objects.filter(state__in=ATTEMPT_LIVE)
    waiting = Asset.objects.filter(state="pending")
    rows = live.values_list("provider", "state", "reason")
    return Counter([*rows, *waiting.values_list("kind", "state", "reason")])


def verdict(vendors: SandboxServer, *, asked: Iterable[str], data: Path) -> Verdict:
    """`asked` are the ids of all accepted jobs; `data` is the folder with their media."""
    tasks = {task["task_id"] for task in vendors.tasks()}
    known = dict(ProviderTask.objects.values_list("task_id", "attempt_id"))
    held = LedgerLine.objects.aggregate(sum=Sum("held_delta"))["sum"] or 0
    wrong = [str(breach) for breach in breaches()]
    wrong += [f"{held} micro-dollars are held at rest"] if held else []
    off = _off(vendors)
    strange = [f"task {task} is ours and at no vendor" for task in sorted(set(known) - tasks)]
    return Verdict(
        lost=[*_unended(asked), *_without_clip(data)],
        double=[*_unknown(tasks - set(known)), *_twice(known)],
        # All that is off, whichever way, so that two errors do not hide each other.
        difference=sum(abs(ours - theirs) for ours, theirs in off.values()),
        off=_told(off),
        wrong=[*wrong, *strange],
    )


def _unended(asked: Iterable[str]) -> list[str]:
    states = dict(Job.objects.values_list("uid", "state"))
    there = [f"job {uid} was accepted and is not there" for uid in asked if uid not in states]
    still = [f"job {uid} is {state}" for uid, state in states.items() if state in JOB_OPEN]
    return [*there, *still]


def _without_clip(data: Path) -> list[str]:
    """A completed job has its file, whole, under the content's own hash."""
    missing = []
    clips = Asset.objects.filter(state="stored", unclaimed=False, job__state="completed")
    for clip in clips.select_related("job"):
        file = data / "media" / clip.storage_key
        if not file.is_file() or hashlib.sha256(file.read_bytes()).hexdigest() != clip.sha256:
            missing.append(f"the clip of job {clip.job.uid if clip.job else ''} is not whole")
    held_to = set(clips.values_list("job_id", flat=True))
    bare = Job.objects.filter(state="completed").exclude(pk__in=held_to)
    return [*missing, *(f"job {uid} has no clip" for uid in bare.values_list("uid", flat=True))]


def _unknown(tasks: set[str]) -> list[str]:
    return [f"the vendor has task {task}, and we do not" for task in sorted(tasks)]


def _twice(known: dict[str, int]) -> list[str]:
    counts = Counter(known.values())
    return [f"attempt {attempt} has {n} tasks" for attempt, n in counts.items() if n > 1]


def _off(vendors: SandboxServer) -> dict[str, tuple[int, int]]:
    """Micro-dollars in our ledger and on the vendors' invoice, of the tasks where these differ."""
    ours: Counter[str] = Counter()
    for task, spent in LedgerLine.objects.values_list("task_id", "spent_delta"):
        ours[task] += spent
    theirs: Counter[str] = Counter()
    for line in vendors.invoice():
        theirs[line["task_id"]] += line["amount_micros"]
    return {
        task: (ours[task], theirs[task]) for task in {*ours, *theirs} if ours[task] != theirs[task]
    }


def _told(off: dict[str, tuple[int, int]]) -> list[str]:
    tasks = ProviderTask.objects.filter(task_id__in=off).select_related("attempt__job")
    known = {task.task_id: task.attempt for task in tasks}
    return [
        f"task {task}: {ours} in the ledger, {theirs} on the invoice, {_shown(known.get(task))}"
        for task, (ours, theirs) in sorted(off.items())
    ]


def _shown(attempt: Attempt | None) -> str:
    if attempt is None:
        return "of no attempt of ours"
    seen = (attempt.provider, attempt.state, attempt.vendor_state, attempt.reason)
    return f"{' '.join(filter(None, seen))} of job {attempt.job.uid}"
