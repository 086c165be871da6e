"""News that comes after a decision: a late task, a budget without room, a second cancel."""

from typing import Any

import pytest

from accounts.models import Workspace
from generation import decisions, jobs, orphans
from generation.asks import JobAsk
from generation.models import Attempt, Job, LedgerLine
from generation.submitting import submit
from providers.types import Tier
from tests.protocol import books
from tests.protocol.stage import Stage

PRICE = 250_000  # five seconds at Runway, which offers no way to ask


@pytest.fixture
def in_doubt(stage: Stage) -> Attempt:
    """The vendor has taken the request, and its answer was lost."""
    stage.set_up()
    job = jobs.create(
        stage.access, JobAsk(prompt="A lake", tier=Tier.STANDARD, enable_fallback=False)
    )
    attempt = job.attempts.get()
    stage.vendor.answer = "answer lost"
    assert submit(attempt.pk)
    attempt.refresh_from_db()
    assert attempt.state == "unknown"
    return attempt


def lines(**filters: Any) -> list[tuple[str, int, int]]:
    rows = LedgerLine.objects.filter(**filters).order_by("pk")
    return list(rows.values_list("kind", "held_delta", "spent_delta"))


def test_a_task_that_the_bill_has_told_is_not_booked_again(stage: Stage, in_doubt: Attempt) -> None:
    [task] = stage.vendor.tasks.values()
    task.ends("ok")
    assert decisions.resolve_unknown(in_doubt, billed=True, by="ann")
    stage.tell(task)
    stage.sweep()
    assert lines() == [("hold", PRICE, 0), ("settle", -PRICE, PRICE), ("charge", 0, 0)]
    assert Job.objects.get().cost_micros == task.bill == PRICE
    books.at_rest(stage.vendor)


def test_what_a_task_cost_above_the_bill_is_booked(stage: Stage, in_doubt: Attempt) -> None:
    [task] = stage.vendor.tasks.values()
    task.ends("dearer")
    assert decisions.resolve_unknown(in_doubt, billed=True, by="ann")
    stage.tell(task)
    stage.sweep()
    assert lines(kind="charge") == [("charge", 0, 7)]
    books.at_rest(stage.vendor)


def test_a_second_late_task_is_booked_in_full(stage: Stage, in_doubt: Attempt) -> None:
    """One bill accounts for one task; what turns up beyond it is money of its own."""
    [task] = stage.vendor.tasks.values()
    task.ends("ok")
    assert decisions.resolve_unknown(in_doubt, billed=True, by="ann")
    stage.tell(task)
    stage.sweep()
    second = stage.vendor.again(task)
    second.ends("ok")
    stage.tell(second)
    stage.sweep()
    assert lines(kind="charge") == [("charge", 0, 0), ("charge", 0, PRICE)]
    assert orphans.unbooked() == []


def test_a_person_is_asked_where_the_budget_forbids_to_go_on(stage: Stage) -> None:
    stage.set_up()
    Workspace.objects.update(unknown_outcome="continue")
    stage.limit(PRICE)
    job = jobs.create(stage.access, JobAsk(prompt="A lake", tier=Tier.STANDARD))
    stage.vendor.answer = "answer lost"
    assert submit(job.attempts.get().pk)
    stage.resolve()
    job.refresh_from_db()
    assert (job.attention, job.consent) == ("ambiguous", "")
    assert list(job.attempts.values_list("state", "parked")) == [("unknown", False)]
    assert lines() == [("hold", PRICE, 0)]


def test_a_second_wish_to_cancel_ends_what_came_back(stage: Stage) -> None:
    """The first found the request on its way; the vendor took nothing, so it waits unsent."""
    stage.set_up()
    job = jobs.create(stage.access, JobAsk(prompt="A lake"))
    stage.vendor.answer = "unsent"
    stage.vendor.meanwhile = lambda: jobs.request_cancel(job)
    assert submit(job.attempts.get().pk)
    assert (job.attempts.get().state, job.state) == ("planned", "processing")
    assert jobs.request_cancel(job).done
    assert (job.state, lines()) == ("cancelled", [("hold", PRICE, 0), ("release", -PRICE, 0)])
    with pytest.raises(jobs.Ended):
        jobs.request_cancel(job)
