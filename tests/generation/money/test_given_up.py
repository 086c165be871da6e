"""A cost given up as charged before its task was known is never booked a second time."""

from datetime import UTC, datetime

import pytest
import time_machine

from generation import decisions
from generation.models import Attempt, LearnedFrom, LedgerLine
from generation.money.closing import close
from generation.money.corrections import accept
from generation.money.invariants import breaches
from generation.money.reconcile import reconcile
from generation.orphans import book_late_tasks
from generation.outcomes import accept as learn
from providers.base import Steps
from providers.types import Progress, TaskState

from .booked import OCTOBER, billed, books_fixture  # noqa: F401

NOVEMBER_2 = datetime(2026, 11, 2, 9, tzinfo=UTC)
HELD = 100_000


@pytest.fixture(autouse=True)
def second_of_november():
    with time_machine.travel(NOVEMBER_2, tick=True):
        yield


class Ended:
    """Whatever is asked, the task has ended well and the price list tells its cost."""

    def ask_all(self, questions: list[Steps]) -> list[Progress]:
        return [Progress(state=TaskState.SUCCEEDED, output_url="https://x/y") for _ in questions]


@pytest.fixture
def lost(books) -> Attempt:
    """A person said that it was charged: what was held is settled, without a task."""
    attempt = books.doubt()
    assert decisions.resolve_unknown(attempt, billed=True, by="ann")
    attempt.refresh_from_db()
    return attempt


def spent() -> int:
    return sum(LedgerLine.objects.values_list("spent_delta", flat=True))


def found(books) -> list[tuple[str, int, int]]:
    return [(o.kind, o.billed, o.booked) for o in reconcile(books.access, month=OCTOBER).open]


def accept_all(books) -> None:
    for one in reconcile(books.access, month=OCTOBER).open:
        accept(books.access, month=OCTOBER, subject=one.subject, reason="as billed", by="ann")


def late(attempt: Attempt, task: str) -> None:
    """Its task turns up after all, and the sweep books it."""
    fresh = Attempt.objects.select_related("job").get(pk=attempt.pk)
    learn(fresh, task_id=task, learned_from=LearnedFrom.CALLBACK, first_look=1.0)
    with time_machine.travel(datetime(2026, 11, 2, 10, tzinfo=UTC), tick=True):
        assert book_late_tasks(Ended()) == 1


@pytest.mark.django_db
def test_a_late_task_and_its_bill_are_one_cost(books, lost):
    late(lost, "t1")
    books.bill(billed("t1", HELD))
    assert found(books) == []
    close(books.access, month=OCTOBER)
    assert [str(one) for one in breaches()] == []
    assert spent() == HELD


@pytest.mark.django_db
@pytest.mark.parametrize("micros", [80_000, 130_000])
def test_a_bill_of_another_amount_is_a_wrong_price_not_a_second_clip(books, lost, micros):
    books.bill(billed("t1", micros))
    assert found(books) == [("wrong_price", micros, HELD)]
    accept_all(books)
    assert (found(books), spent()) == ([], micros)
    late(lost, "t1")
    assert (found(books), spent()) == ([], micros)  # the bill has the last word


@pytest.mark.django_db
def test_our_own_reference_on_the_bill_says_whose_it_is(books, lost):
    """Even long after, and beside another task of the same amount."""
    books.bill(billed("other", HELD), billed("t1", 90_000, day=28, client_ref=lost.client_ref))
    assert sorted(found(books)) == [("not_ours", HELD, 0), ("wrong_price", 90_000, HELD)]
    accept_all(books)
    assert (found(books), spent()) == ([], 190_000)


@pytest.mark.django_db
def test_a_month_with_one_of_the_same_amount_closes_without_a_breach(books, lost):
    books.bill(billed("t1", HELD))
    assert found(books) == []
    close(books.access, month=OCTOBER)
    assert [str(one) for one in breaches()] == []


@pytest.mark.django_db
def test_a_late_task_that_a_bill_had_booked_on_a_job_of_its_own(books):
    """Released by the bill's silence, billed on the next one, and then heard of."""
    attempt = books.doubt()
    assert decisions.resolve_unknown(attempt, billed=False, by="ann")
    books.bill(billed("t1", HELD))
    accept_all(books)
    late(attempt, "t1")
    assert (found(books), spent()) == ([], HELD)
