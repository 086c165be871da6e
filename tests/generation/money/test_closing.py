"""Closed months: refused while something is open, kept as they were, and corrected later."""

from datetime import UTC, datetime

import pytest
import time_machine
from django.db import IntegrityError, transaction

from accounts.models import AuditEntry
from generation.asks import Refused
from generation.models import Attempt, LedgerLine, PeriodClose
from generation.money import ledger
from generation.money.closing import close, fingerprint, month_report, readiness
from generation.money.corrections import accept, dispute
from generation.money.invariants import breaches
from generation.money.reconcile import reconcile

from .booked import NOVEMBER, OCTOBER, billed, books_fixture  # noqa: F401

NOVEMBER_2 = datetime(2026, 11, 2, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def second_of_november():
    with time_machine.travel(NOVEMBER_2, tick=True):
        yield


@pytest.fixture
def paid(books):
    """Two clips of October, billed as they are booked."""
    attempts = [books.buy(f"t{number}") for number in range(2)]
    books.bill(*(billed(f"t{number}") for number in range(2)))
    return attempts


def test_a_closed_month_keeps_its_report(books, paid):
    row = close(books.access, month=OCTOBER)
    assert (row.spent_micros, row.override_reason) == (200_000, "")
    assert row.report["by_provider"] == {
        "pika": {"spent_micros": 200_000, "held_micros": 0, "clips": 2}
    }
    assert row.report["by_kind"]["hold"]["held_micros"] == 200_000
    assert row.report["reconciliation"]["accounts"][0]["billed_micros"] == 200_000
    assert row.report_sha256 == fingerprint(row.report)
    assert AuditEntry.objects.filter(action="month.close").count() == 1
    again = month_report(books.access, month=OCTOBER)
    kept = {name: value for name, value in row.report.items() if name != "reconciliation"}
    assert again == kept
    assert list(breaches()) == []


def test_closing_finds_a_hold_that_no_live_attempt_explains(books, paid):
    """A page looks at live attempts alone; closing takes nothing for granted."""
    Attempt.objects.filter(pk=books.doubt().pk).update(state="failed")  # against A2
    assert readiness(books.access, month=OCTOBER).open_holds == 0
    assert readiness(books.access, month=OCTOBER, every_hold=True).open_holds == 1
    with pytest.raises(Refused, match="1 holds of this month are still open"):
        close(books.access, month=OCTOBER)
    assert not PeriodClose.objects.exists()


def test_nothing_is_booked_into_a_closed_month(books, paid):
    close(books.access, month=OCTOBER)
    before = LedgerLine.objects.count()
    with pytest.raises(IntegrityError, match="closed"), transaction.atomic():
        books.buy("sneaky", day=20)
    assert LedgerLine.objects.count() == before


def test_other_months_modes_and_workspaces_go_on(books, paid):
    close(books.access, month=OCTOBER)
    line = LedgerLine.objects.first()
    attempt, job = line.attempt, line.job
    with transaction.atomic():
        ledger.charge(attempt, job, micros=5, task_id="late", vendor=None, reason="late")
    assert LedgerLine.objects.get(task_id="late").created_at.month == 11


def test_a_correction_is_of_the_open_month_and_names_the_closed_one(books, paid):
    row = close(books.access, month=OCTOBER)
    books.bill(billed("t0", -100_000, day=28))
    [one] = reconcile(books.access, month=OCTOBER).open
    done = accept(books.access, month=OCTOBER, subject=one.subject, reason="refund", by="ann")
    assert done.line is not None
    line = LedgerLine.objects.get(pk=done.line.pk)
    assert (line.for_month, line.created_at.month, line.spent_delta) == (OCTOBER, 11, -100_000)
    assert line.reason == "For 2026-10, closed: Refunded by the provider. refund"
    kept = {name: value for name, value in row.report.items() if name != "reconciliation"}
    assert month_report(books.access, month=OCTOBER) == kept
    assert [str(one) for one in breaches()] == []


@pytest.mark.parametrize(
    ("at", "early"),
    [
        (datetime(2026, 10, 31, 23, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 1, 0, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 1, 1, 1, tzinfo=UTC), False),
    ],
)
def test_not_before_it_is_over(books, paid, at, early):
    with time_machine.travel(at, tick=False):
        assert readiness(books.access, month=OCTOBER).too_early is early
        if early:
            with pytest.raises(Refused) as refused:
                close(books.access, month=OCTOBER, override_reason="we are in a hurry today")
            assert refused.value.code == "too_early"
            assert PeriodClose.objects.count() == 0


def test_blocked_by_an_open_difference(books, paid):
    books.bill(billed("strange", 70_000))
    with pytest.raises(Refused, match="1 differences") as refused:
        close(books.access, month=OCTOBER)
    assert (refused.value.code, refused.value.field) == ("blocked", "override_reason")
    assert PeriodClose.objects.count() == 0
    [one] = reconcile(books.access, month=OCTOBER).open
    dispute(books.access, month=OCTOBER, subject=one.subject, reason="never asked for")
    row = close(books.access, month=OCTOBER)
    assert row.report["reconciliation"]["disputed"] == [
        {"subject": one.subject, "reason": "never asked for"}
    ]
    assert list(breaches()) == []


def test_blocked_by_an_open_hold_and_overridden(books, paid):
    books.doubt(day=30)
    ready = readiness(books.access, month=OCTOBER)
    assert (ready.open_holds, ready.open_hold_micros) == (1, 100_000)
    with pytest.raises(Refused, match="1 holds"):
        close(books.access, month=OCTOBER, override_reason="short")
    row = close(books.access, month=OCTOBER, override_reason="the outcome comes with the next bill")
    assert row.override_reason == "the outcome comes with the next bill"
    assert row.report["reconciliation"]["open_holds"] == 1


def test_blocked_without_a_whole_bill(books):
    books.buy("t1")
    with pytest.raises(Refused, match="No bill covers the whole month for pika"):
        close(books.access, month=OCTOBER)


def test_an_empty_month_closes(books):
    assert close(books.access, month=OCTOBER).spent_micros == 0


def test_closed_once_and_for_ever(books, paid):
    close(books.access, month=OCTOBER)
    with pytest.raises(Refused) as refused:
        close(books.access, month=OCTOBER, override_reason="once more with feeling")
    assert refused.value.code == "closed"
    for change in ({"spent_micros": 1}, {"report": {}}, {"until": NOVEMBER}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PeriodClose.objects.update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        PeriodClose.objects.all()._raw_delete("default")


def test_a_wrong_closed_task_is_a_breach(books, paid):
    """A12: were the ledger of a closed month wrong after all, check_money would say so."""
    close(books.access, month=OCTOBER)
    line = LedgerLine.objects.filter(task_id="t0").get()
    with transaction.atomic():
        ledger.adjust(
            line.attempt, line.job, micros=7, statement_line="x", task_id="t0", reason="by mistake"
        )
    assert [(one.name, one.subject) for one in breaches()] == [("A12", "t0")]
