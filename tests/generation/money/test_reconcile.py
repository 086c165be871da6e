"""Bills against the ledger: every planted fault is found, and nothing else."""

from datetime import UTC, date, datetime

import pytest
import time_machine

from accounts.models import AuditEntry
from generation.asks import Refused
from generation.choices import AttemptState
from generation.models import (
    Attempt,
    Job,
    LedgerLine,
    MatchedMonth,
    StatementDecision,
    StatementLine,
)
from generation.money.corrections import accept, dispute
from generation.money.differences import Finding
from generation.money.reconcile import reconcile

from .booked import (  # noqa: F401
    NOVEMBER,
    OCTOBER,
    billed,
    books_fixture,
    calm_books,
    kinds,
    settle_all,
)


def total(task: str) -> int:
    return sum(row.spent_delta for row in LedgerLine.objects.filter(task_id=task))


def test_a_kept_month_says_what_a_month_added_up_anew_says(books):
    """Whatever comes in after it was kept: costs, bills, decisions, another month's lines."""

    def both():
        kept = reconcile(books.access, month=OCTOBER)
        MatchedMonth.objects.all().delete()
        assert reconcile(books.access, month=OCTOBER) == kept
        return kept

    for number in range(4):
        books.buy(f"t{number}", day=number + 1)
    assert both().accounts[0].uncovered == 400_000
    assert MatchedMonth.objects.get().sums == {"uncovered": [4, 0, 400_000]}
    books.buy("t4", day=20)  # not billed yet, and new since it was kept
    assert both().accounts[0].uncovered == 500_000
    books.bill(*(billed(f"t{number}", day=number + 1) for number in range(4)), billed("strange"))
    assert {one.task_id for one in both().open} == {"strange", "t4"}
    assert MatchedMonth.objects.get().sums == {"matched": [4, 400_000, 400_000]}
    for one in both().open:
        accept(books.access, month=OCTOBER, subject=one.subject, reason="as billed", by="ann")
        both()
    assert both().open == ()
    books.buy("t5", day=21)
    books.bill(billed("t5", 90_000, day=21), billed("t0", -10_000, day=22, key="refund"))
    assert {(one.task_id, one.billed) for one in both().open} == {("t5", 90_000), ("t0", 90_000)}
    assert calm_books() == []


def test_what_is_kept_is_taken(books):
    books.buy("t0")
    books.bill(billed("t0"))
    reconcile(books.access, month=OCTOBER)
    MatchedMonth.objects.update(sums={"matched": [7, 1, 1]})
    assert reconcile(books.access, month=OCTOBER).accounts[0].matched == 7
    books.buy("t1")
    books.bill(billed("t1"))
    assert reconcile(books.access, month=OCTOBER).accounts[0].matched == 2


def test_equal_books_raise_no_alarm(books):
    for number in range(5):
        books.buy(f"t{number}", day=number + 1)
    books.bill(*(billed(f"t{number}", day=number + 1) for number in range(5)))
    found = reconcile(books.access, month=OCTOBER)
    assert (found.open, found.disputed, found.closed) == ((), (), None)
    [side] = found.accounts
    assert (side.provider, side.billed, side.booked) == ("pika", 500_000, 500_000)
    assert (side.matched, side.awaited, side.uncovered) == (5, 0, 0)


def test_every_planted_fault_is_found_and_nothing_else(books):
    for name in ("good", "dear", "twice", "back", "gone"):
        books.buy(name)
    books.buy("late", day=31, hour=23)
    books.buy("free", micros=0)
    books.bill(
        billed("good"),
        billed("dear", 120_000),
        billed("twice", key="a"),
        billed("twice", key="b"),
        billed("back"),
        billed("back", -100_000, day=20),
        billed("free", 0),
        billed("strange", 70_000),
        billed("nothing", 0),
        billed("late", day=1, month=11),
    )
    assert kinds(books.access) == [
        (Finding.DOUBLE, "twice", 200_000, 100_000),
        (Finding.NOT_BILLED, "gone", 0, 100_000),
        (Finding.NOT_OURS, "strange", 70_000, 0),
        (Finding.REFUND, "back", 0, 100_000),
        (Finding.WRONG_PRICE, "dear", 120_000, 100_000),
    ]


def test_the_next_months_line_is_awaited_then_matched(books):
    books.buy("late", day=31, hour=23)
    books.buy("early", day=30, hour=1)
    books.bill(billed("early", day=30))
    found = reconcile(books.access, month=OCTOBER)
    assert found.open == () and found.accounts[0].awaited == 100_000
    november = {"starts_on": NOVEMBER, "ends_on": date(2026, 11, 20)}
    books.bill(billed("late", day=1, month=11), **november)
    for month in (OCTOBER, NOVEMBER):
        found = reconcile(books.access, month=month)
        assert found.open == () and found.accounts[0].awaited == 0


def test_a_line_that_the_next_bill_lacks_too_is_missing(books):
    books.buy("late", day=31, hour=23)
    books.bill()
    books.bill(starts_on=NOVEMBER, ends_on=date(2026, 11, 20))
    assert kinds(books.access) == [(Finding.NOT_BILLED, "late", 0, 100_000)]


def test_days_without_a_bill_are_uncovered_and_no_fault(books):
    books.buy("t1", day=5)
    books.buy("t2", day=25)
    books.bill(billed("t1", day=5), ends_on=date(2026, 10, 20))
    found = reconcile(books.access, month=OCTOBER)
    assert found.open == () and found.accounts[0].uncovered == 100_000
    assert found.accounts[0].covered_until == date(2026, 10, 20)


def test_accepting_makes_both_sides_equal_and_is_written_down(books):
    for name in ("dear", "twice", "back", "gone"):
        books.buy(name)
    books.bill(
        billed("dear", 120_000),
        *(billed("twice", key=key) for key in "ab"),
        billed("back"),
        billed("back", -40_000, day=20),
        billed("strange", 70_000, model="odd", seconds=5),
    )
    settle_all(books.access)
    found = reconcile(books.access, month=OCTOBER)
    assert found.open == () and found.accounts[0].billed == found.accounts[0].booked == 450_000
    assert [total(t) for t in ("dear", "twice", "back", "gone", "strange")] == [
        *(120_000, 200_000, 60_000, 0, 70_000)
    ]
    adjusts = LedgerLine.objects.filter(kind="adjust")
    assert sorted(line.spent_delta for line in adjusts) == [
        *(-100_000, -40_000, 20_000, 70_000, 100_000)
    ]
    strange = adjusts.get(task_id="strange")
    assert strange.statement_line == StatementLine.objects.get(task_id="strange").uid
    assert strange.reason == "Billed, but not in our ledger. as billed"
    assert "strange" in strange.job.prompt and strange.job.cost_micros == 70_000
    assert StatementDecision.objects.count() == 5
    assert AuditEntry.objects.filter(action="statement.adjusted", reason="as billed").count() == 5
    assert calm_books() == []


def test_a_later_refund_is_adjusted_again(books):
    books.buy("dear")
    books.bill(billed("dear", 120_000))
    settle_all(books.access)
    books.bill(billed("dear", -120_000, day=28))
    assert kinds(books.access) == [(Finding.REFUND, "dear", 0, 120_000)]
    settle_all(books.access)
    assert total("dear") == 0 and calm_books() == []


def test_a_dispute_keeps_the_ledger_and_can_be_given_up(books):
    books.buy("twice")
    books.bill(*(billed("twice", key=key) for key in "ab"))
    [one] = reconcile(books.access, month=OCTOBER).open
    dispute(books.access, month=OCTOBER, subject=one.subject, reason="billed twice")
    found = reconcile(books.access, month=OCTOBER)
    assert found.open == () and found.disputed[0].decided == "billed twice"
    with pytest.raises(Refused):
        dispute(books.access, month=OCTOBER, subject=one.subject, reason="billed twice")
    assert total("twice") == 100_000
    accept(books.access, month=OCTOBER, subject=one.subject, reason="they insist", by="ann")
    found = reconcile(books.access, month=OCTOBER)
    assert (found.open, found.disputed) == ((), ())
    assert total("twice") == 200_000


@pytest.mark.parametrize(
    ("subject", "reason", "field"),
    [
        ("{}", "no", "reason"),
        ("{}", "x" * 501, "reason"),
        ("{}x", "as billed", "subject"),
        ("garbage", "as billed", "subject"),
        ("9" * 30, "as billed", "subject"),
    ],
)
def test_refusals_write_nothing(books, subject, reason, field):
    books.buy("dear")
    books.bill(billed("dear", 120_000))
    [one] = reconcile(books.access, month=OCTOBER).open
    audits, lines = AuditEntry.objects.count(), LedgerLine.objects.count()
    with pytest.raises(Refused) as refused:
        named = subject.format(one.subject)
        accept(books.access, month=OCTOBER, subject=named, reason=reason, by="ann")
    assert refused.value.field == field
    assert (AuditEntry.objects.count(), LedgerLine.objects.count()) == (audits, lines)
    assert StatementDecision.objects.count() == 0


def test_a_stale_page_cannot_adjust_twice(books):
    books.buy("dear")
    books.bill(billed("dear", 120_000))
    [one] = reconcile(books.access, month=OCTOBER).open
    accept(books.access, month=OCTOBER, subject=one.subject, reason="as billed", by="ann")
    with pytest.raises(Refused) as refused:
        accept(books.access, month=OCTOBER, subject=one.subject, reason="as billed", by="ann")
    assert refused.value.code == "not_found"
    assert total("dear") == 120_000


def test_an_unknown_outcome_that_was_billed(books):
    attempt = books.doubt()
    books.bill(billed("ghost", 90_000, model=attempt.model))
    [one] = reconcile(books.access, month=OCTOBER).open
    assert (one.kind, one.attempt_id, one.job_uid) == (
        Finding.UNKNOWN_BILLED, attempt.pk, attempt.job.uid,
    )  # fmt: skip
    accept(books.access, month=OCTOBER, subject=one.subject, reason="on the bill", by="ann")
    attempt.refresh_from_db()
    assert attempt.state == AttemptState.LOST_BILLED
    job = Job.objects.get(pk=attempt.job_id)
    assert (job.state, job.cost_micros, job.attention) == ("failed", 90_000, "paid_not_delivered")
    assert reconcile(books.access, month=OCTOBER).open == ()
    assert calm_books() == []


def test_an_unknown_outcome_that_was_not_billed(books):
    attempt = books.doubt()
    books.bill()
    [one] = reconcile(books.access, month=OCTOBER).open
    assert one.kind == Finding.UNKNOWN_NOT_BILLED
    accept(books.access, month=OCTOBER, subject=one.subject, reason="not on the bill", by="ann")
    attempt.refresh_from_db()
    assert (attempt.state, attempt.cost_micros) == (AttemptState.NOT_ACCEPTED, None)
    assert total("") == 0


def test_our_reference_leads_to_the_job(books):
    attempt = books.doubt()
    Attempt.objects.filter(pk=attempt.pk).update(lease_until=None)
    books.bill(billed("ghost", client_ref=attempt.client_ref, model="another"))
    [one] = reconcile(books.access, month=OCTOBER).open
    assert (one.kind, one.attempt_id) == (Finding.UNKNOWN_BILLED, attempt.pk)


def test_given_up_as_billed_by_hand_is_the_strange_line(books):
    from generation import decisions

    attempt = books.doubt()
    with time_machine.travel(datetime(2026, 10, 11, tzinfo=UTC), tick=False):
        assert decisions.resolve_unknown(attempt, billed=True, by="ann")
    books.bill(billed("ghost", attempt.max_micros, model=attempt.model))
    found = reconcile(books.access, month=OCTOBER)
    assert found.open == () and found.accounts[0].billed == found.accounts[0].booked
