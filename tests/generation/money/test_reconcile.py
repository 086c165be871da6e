"""Bills against the ledger: every planted fault is found, and nothing else."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.core.management import call_command

from accounts.access import Access
from accounts.models import AuditEntry, Workspace
from generation.asks import Refused
from generation.choices import AttemptState
from generation.models import (
    Attempt,
    Grain,
    Job,
    LedgerLine,
    Statement,
    StatementDecision,
    StatementLine,
    StatementSource,
)
from generation.money import rollups
from generation.money.bill_csv import read_csv
from generation.money.bills import BadBill, BillLine
from generation.money.corrections import accept, dispute
from generation.money.differences import Finding
from generation.money.invariants import breaches
from generation.money.reconcile import reconcile
from providers.types import Tier

from .booked import NOVEMBER, OCTOBER, billed, books_fixture  # noqa: F401


def kinds(access) -> list[tuple[Finding, str, int, int]]:
    found = reconcile(access, month=OCTOBER)
    return sorted((one.kind, one.task_id, one.billed, one.booked) for one in found.open)


def settle_all(access) -> None:
    while found := reconcile(access, month=OCTOBER).open:
        accept(access, month=OCTOBER, subject=found[0].subject, reason="as billed", by="ann")


def total(task: str) -> int:
    return sum(row.spent_delta for row in LedgerLine.objects.filter(task_id=task))


def calm_books() -> list[str]:
    return [str(one) for one in breaches()] + [str(one) for one in rollups.differences()]


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


# --- Importing


def test_a_bill_taken_in_twice_adds_nothing(books):
    books.buy("t1")
    assert books.bill(billed("t1")).added == 1
    again = books.bill(billed("t1"), billed("t2"))
    assert (again.added, again.known, again.elsewhere) == (1, 1, 0)
    with pytest.raises(BadBill, match="another amount"):
        books.bill(replace(billed("t1"), micros=5))
    assert StatementLine.objects.count() == 2 and Statement.objects.count() == 2


def test_other_workspaces_lines_are_left_out(books):
    books.buy("t1")
    other = Workspace.objects.create(slug="other", name="Other")
    stranger = replace(books.access, workspace_id=other.pk)
    mine = replace(books, access=stranger)
    done = mine.bill(billed("t1"), billed("x", client_ref=books.made[0].client_ref))
    assert (done.added, done.elsewhere) == (0, 2)
    assert reconcile(stranger, month=OCTOBER).accounts == ()
    assert StatementLine.objects.count() == 0


def test_statements_cannot_be_changed(books):
    from django.db import IntegrityError, transaction

    books.bill(billed("t1"))
    for rows in (StatementLine.objects, Statement.objects):
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.update(mode="live")
        with pytest.raises(IntegrityError), transaction.atomic():
            rows.get()._meta.default_manager.all()._raw_delete("default")


def test_a_csv(books):
    content = (
        "\ufefftask_id;date;amount_usd;line_id;seconds\r\n"
        "t1;2026-10-10T23:30:00-02:00;0.10;L1;5\r\n"
        "t1;2026-10-12;-0.10;L2;\r\n"
        ";;;;\r\n"
    ).encode()
    bill = read_csv(content, provider="pika", month=OCTOBER, today=date(2026, 11, 9))
    assert [(line.key, line.day, line.micros, line.seconds) for line in bill.lines] == [
        ("csv:L1", date(2026, 10, 11), 100_000, 5),
        ("csv:L2", date(2026, 10, 12), -100_000, None),
    ]
    assert (bill.starts_on, bill.ends_on) == (OCTOBER, NOVEMBER)
    running = read_csv(content, provider="pika", month=OCTOBER, today=date(2026, 10, 20))
    assert running.ends_on == date(2026, 10, 13)


def test_equal_lines_without_ids_stay_two_lines(books):
    content = b"task_id,date,amount_usd\nt1,2026-10-10,0.10\nt1,2026-10-10,0.10\n"
    one, two = read_csv(content, provider="pika", month=OCTOBER, today=NOVEMBER).lines
    assert one.key != two.key
    again = read_csv(content, provider="pika", month=OCTOBER, today=NOVEMBER)
    assert [line.key for line in again.lines] == [one.key, two.key]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "column task_id is missing"),
        (b"task_id,date,amount_usd\n", "no lines"),
        (b"task_id,date,amount_usd,colour\nt,2026-10-01,1,red\n", "“colour” is not known"),
        (b"task_id,date,amount_usd\nt,1 October,1\n", "Row 2: date “1 October” is none"),
        (b"task_id,date,amount_usd\nt,2026-10-01,cheap\n", "Row 2: amount_usd “cheap”"),
        (b"task_id,date,amount_usd\nt,2026-10-01,NaN\n", "out of bounds"),
        (b"task_id,date,amount_usd\n,2026-10-01,1\n", "task_id is empty"),
        (b"task_id,date,amount_usd\nt,2026-10-01\n", "more or fewer fields"),
        (b"task_id,date,amount_usd\n\xff,2026-10-01,1\n", "not UTF-8"),
        (b"task_id,date,amount_usd,line_id\na,2026-10-01,1,L\nb,2026-10-01,1,L\n", "2 times"),
        (b"task_id,date,amount_usd,seconds\na,2026-10-01,1,five\n", "no whole number"),
    ],
)
def test_a_bad_csv_says_where_and_what(content, said):
    with pytest.raises(BadBill, match=said):
        read_csv(content, provider="pika", month=OCTOBER, today=NOVEMBER)


# --- One sum a day


def day_line(day: int, micros: int, model: str) -> BillLine:
    at = date(2026, 10, day)
    return BillLine(key=f"usage:{at}:{model}", day=at, micros=micros, model=model)


@pytest.fixture
def runway(books):
    """A function that takes in Runway's sums of October."""

    def sums(*lines: BillLine):
        more = {"source": StatementSource.RUNWAY, "grain": Grain.DAY}
        return books.bill(*lines, provider="runway", **more)

    return sums


STANDARD = {"tier": Tier.STANDARD, "provider": "runway", "micros": 250_000}


def test_days_that_agree(books, runway):
    model = books.buy("t1", day=3, **STANDARD).model
    books.buy("t2", day=3, **STANDARD)
    runway(day_line(3, 500_000, model))
    assert kinds(books.access) == []


def test_days_that_differ(books, runway):
    model = books.buy("t1", day=3, **STANDARD).model
    books.buy("t2", day=5, **STANDARD)
    runway(day_line(3, 260_000, model), day_line(8, 40_000, model))
    assert kinds(books.access) == [
        (Finding.DAY_DIFFERS, "", 40_000, 0),
        (Finding.DAY_DIFFERS, "", 260_000, 250_000),
        (Finding.NOT_BILLED, "", 0, 250_000),
    ]
    settle_all(books.access)
    assert kinds(books.access) == []
    assert sum(line.spent_delta for line in LedgerLine.objects.all()) == 300_000
    assert calm_books() == []


def test_a_clip_around_midnight_is_no_difference(books, runway):
    model = books.buy("t1", day=4, hour=0, **STANDARD).model
    runway(day_line(3, 250_000, model))
    assert kinds(books.access) == []


def test_a_sum_that_shrinks_later_is_a_line_of_the_difference(books, runway):
    model = books.buy("t1", day=3, **STANDARD).model
    runway(day_line(3, 250_000, model))
    again = runway(day_line(3, 250_000, model))
    assert (again.added, again.known) == (0, 1)
    runway(day_line(3, 0, model))
    assert kinds(books.access) == [(Finding.DAY_DIFFERS, "", 0, 250_000)]


@pytest.mark.parametrize("charged", [True, False])
def test_sums_settle_a_doubt(books, runway, charged):
    """The bill alone tells: equal sums mean never made, a clip's price more means lost."""
    doubt = books.doubt(day=3, tier=Tier.STANDARD, provider="runway")
    books.buy("t1", day=3, **STANDARD)
    runway(day_line(3, 250_000 + (doubt.max_micros if charged else 0), doubt.model))
    [one] = reconcile(books.access, month=OCTOBER).open
    kind = Finding.UNKNOWN_BILLED if charged else Finding.UNKNOWN_NOT_BILLED
    assert (one.kind, one.attempt_id) == (kind, doubt.pk)
    accept(books.access, month=OCTOBER, subject=one.subject, reason="by the bill", by="ann")
    assert kinds(books.access) == []
    doubt.refresh_from_db()
    assert doubt.state == ("lost_billed" if charged else "not_accepted")


def test_both_forms_for_one_day_are_refused(books, runway):
    books.buy("t1", day=3, **STANDARD)
    runway()
    with pytest.raises(BadBill, match="other form"):
        books.bill(billed("t1", 250_000, day=3), provider="runway")


def test_sums_of_a_shared_account_are_refused(books, runway):
    books.buy("t1", day=3, **STANDARD)
    other = Workspace.objects.create(slug="other", name="Other")
    stranger = Access(
        workspace_id=other.pk, mode=books.access.mode, role=books.access.role,
        user_id=books.access.user_id,
    )  # fmt: skip
    with pytest.raises(BadBill, match="Another workspace"):
        replace(books, access=stranger).bill(
            provider="runway", grain=Grain.DAY, source=StatementSource.RUNWAY
        )


# --- With the sandbox


def test_the_sandboxs_invoice_agrees_with_real_work(engine, capsys):
    engine.run("a quiet lake")
    engine.run("a dune", tier=Tier.STANDARD)
    engine.run("[[sandbox: fail=moderation]] a dune", tier=Tier.STANDARD)
    call_command("import_usage", "sandbox", workspace="acme")
    today = datetime.now(UTC).date().replace(day=1)
    found = reconcile(engine.access, month=today)
    assert found.open == ()
    assert {side.provider for side in found.accounts} >= {"pika", "runway"}
    assert sum(side.billed for side in found.accounts) == sum(engine.invoiced().values())
    assert all(side.billed == side.booked for side in found.accounts)
    call_command("import_usage", "sandbox", workspace="acme")
    assert "0 lines added" in capsys.readouterr().out.splitlines()[-1]


def test_runways_usage_report(engine):
    from generation.money.bill_fetching import from_runway

    engine.run("a dune", tier=Tier.STANDARD, provider="runway")
    today = datetime.now(UTC).date()
    if today.day == 1:
        with pytest.raises(BadBill, match="No day"):
            from_runway(engine.access.mode, month=today, today=today)
        return
    from datetime import timedelta

    month = today.replace(day=1)
    bill = from_runway(engine.access.mode, month=month, today=today + timedelta(days=1))
    assert [(line.day, line.micros, line.native_unit) for line in bill.lines] == [
        (today, 250_000, "credit")
    ]
