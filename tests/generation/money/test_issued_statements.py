"""Issued statements: numbered, frozen to the byte, and corrected by later ones, never by edits."""

import csv
import hashlib
import io
from dataclasses import replace
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry, Mode, Workspace
from generation import centres
from generation.asks import Refused
from generation.models import (
    IssuedFile,
    IssuedLine,
    IssuedStatement,
    Job,
)
from generation.money import ledger
from generation.money.cents import half_up
from generation.money.closing import close
from generation.money.rate_cards import CardTerms, add
from generation.money.statement_issue import issue, issue_correction, obstacle
from generation.money.statement_work import ClientWork
from generation.money.statements_issued import by_number, current, file_of, first_of, frozen
from generation.money.statements_out import statement
from tests.generation.money.golden import OCTOBER, Books, at_time, by_sql, golden_month

pytestmark = pytest.mark.django_db
SEPTEMBER, NOVEMBER, DECEMBER = date(2026, 9, 1), date(2026, 11, 1), date(2026, 12, 1)
DECEMBER_2 = datetime(2026, 12, 2, 9, tzinfo=UTC)
JANUARY_2 = datetime(2027, 1, 2, 9, tzinfo=UTC)
NOVEMBER_20 = datetime(2026, 11, 20, 9, tzinfo=UTC)
REASON = "the bills are a matter of another test"


@pytest.fixture
def books(access, shop) -> Books:
    """October of the golden month, closed, on 20 November."""
    with at_time(NOVEMBER_20):
        made = golden_month(access)
        close(access, month=OCTOBER, override_reason=REASON)
        yield made


def adjust(books: Books, name: str, micros: int, *, at: datetime) -> None:
    """A person accepts another cost of one clip, on some later day."""
    with at_time(at), transaction.atomic():
        job = Job.objects.get(pk=books.jobs[name].pk)
        ledger.adjust(
            job.attempts.order_by("-seq")[0],
            job,
            micros=micros,
            statement_line=f"line-{name}-{at}-{micros}",
            task_id="",
            reason="as billed",
            for_month=OCTOBER,
        )


def told_of(client) -> int:
    return sum(paper.total_cents for paper in IssuedStatement.objects.filter(client=client))


def written() -> tuple[int, ...]:
    tables = (IssuedStatement, IssuedLine, IssuedFile, AuditEntry)
    return tuple(table.objects.count() for table in tables)


def test_issuing_keeps_number_rows_terms_letterhead_and_hashes(books):
    acme = books.clients["Acme"]
    draft = statement(ClientWork(acme), month=OCTOBER)
    paper = issue(books.access, acme, month=OCTOBER)
    assert (paper.number, paper.kind, paper.total_cents, paper.currency) == (
        *("2026-0001", "statement", 500, "USD"),
    )
    assert paper.rate_cards == list(draft.rate_cards)
    assert len(paper.rate_cards) == 2
    assert paper.letterhead == {"agency": "Acme Agency", "mode": "test"}
    assert (paper.month_close.month, paper.time_zone) == (OCTOBER, "Europe/Berlin")
    kept = frozen(paper)
    assert [(a.what, a.cents) for a in kept.lines] == [(b.what, b.cents) for b in draft.lines]
    for ending in ("csv", "pdf"):
        content = file_of(paper, ending=ending)
        row = IssuedFile.objects.get(statement=paper, ending=ending)
        assert row.sha256 == hashlib.sha256(content).hexdigest()
    rows = list(csv.DictReader(io.StringIO(file_of(paper, ending="csv").decode())))
    assert {(row["number"], row["issued_on"]) for row in rows} == {("2026-0001", "2026-11-20")}
    entry = AuditEntry.objects.get(action="client_statement.issue")
    assert entry.subject == "client_statement:2026-0001"
    assert entry.after["total_cents"] == 500


def test_numbers_follow_each_other_by_workspace_mode_and_year(books):
    assert issue(books.access, books.clients["Acme"], month=OCTOBER).number == "2026-0001"
    with pytest.raises(Refused):
        issue(books.access, books.clients["Acme"], month=OCTOBER)
    assert issue(books.access, books.clients["Bolt"], month=OCTOBER).number == "2026-0002"
    adjust(books, "A2", 1_000_000, at=NOVEMBER_20)
    with at_time(datetime(2026, 12, 31, 23, 30, tzinfo=UTC)):  # 2027 in Berlin
        late = issue_correction(books.access, books.clients["Acme"], month=OCTOBER)
    assert late.number == "2027-0001"


def test_nothing_moves_an_issued_statement(books):
    acme = books.clients["Acme"]
    paper = issue(books.access, acme, month=OCTOBER)
    before = (frozen(paper), file_of(paper, ending="pdf"), file_of(paper, ending="csv"))
    adjust(books, "A2", 1_000_000, at=NOVEMBER_20)
    Workspace.objects.update(name="Renamed")
    again = first_of(acme, month=OCTOBER)
    assert (frozen(again), file_of(again, ending="pdf"), file_of(again, ending="csv")) == before
    assert current(acme, month=OCTOBER, staff=False)[0] == before[0]
    assert statement(ClientWork(acme), month=OCTOBER).total_cents == 613  # 6.125, rounded once


@pytest.mark.parametrize("table", [IssuedStatement, IssuedLine, IssuedFile])
def test_the_database_refuses_to_change_or_remove(books, table):
    issue(books.access, books.clients["Acme"], month=OCTOBER)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        table.objects.update(workspace_id=books.access.workspace_id)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        table.objects.all()._raw_delete("default")


def test_later_lines_stand_on_the_next_statement_as_corrections(books):
    acme = books.clients["Acme"]
    issue(books.access, acme, month=OCTOBER)
    adjust(books, "A2", -300_000, at=datetime(2026, 11, 21, 9, tzinfo=UTC))
    with at_time(DECEMBER_2):
        close(books.access, month=NOVEMBER, override_reason=REASON)
        second = issue(books.access, acme, month=NOVEMBER)
    lines = [(line.what, line.cents, line.corrects) for line in frozen(second).lines]
    assert lines == [
        ("Winter", 200, ""),
        ("Correction of 2026-0001, October 2026: Autumn", -34, "2026-0001"),
    ]
    assert (second.number, second.total_cents) == ("2026-0002", 166)
    # At October's own terms: what was told for it is its ledger times its cards, to the cent.
    assert told_of(acme) == (
        statement(ClientWork(acme), month=OCTOBER).total_cents
        + statement(ClientWork(acme), month=NOVEMBER).total_cents
    )


def test_a_correction_names_the_first_and_is_told_once(books):
    acme = books.clients["Acme"]
    first = issue(books.access, acme, month=OCTOBER)
    with pytest.raises(Refused) as refused:
        issue_correction(books.access, acme, month=OCTOBER)
    assert (refused.value.field, refused.value.code) == ("month", "empty")
    adjust(books, "A5", -1_000_000, at=NOVEMBER_20)
    second = issue_correction(books.access, acme, month=OCTOBER)
    assert (second.number, second.kind, second.corrects, second.total_cents) == (
        *("2026-0002", "correction", first, -112),
    )
    assert b"%PDF-" in file_of(second, ending="pdf")
    with at_time(DECEMBER_2):
        close(books.access, month=NOVEMBER, override_reason=REASON)
        third = issue(books.access, acme, month=NOVEMBER)
    assert [line.what for line in frozen(third).lines] == ["Winter"]
    assert told_of(acme) == 500 - 112 + 200


def test_all_papers_come_to_the_ledger_times_the_rules(books):
    """Cost plus 12.5 %, costs and adjustments far below a cent, told by five papers."""
    access = books.access
    corvid = centres.open_client(access, name="Corvid")
    add(access, corvid, CardTerms(kind="cost_plus", valid_from=OCTOBER, markup_bp=1250))
    for number in range(6):
        at = f"2026-11-{10 + number}T09:00"
        books.clip(f"C{number}", at, corvid, "draft", "pika", cost=103_333 + number)
    for month, now in ((NOVEMBER, DECEMBER_2), (DECEMBER, JANUARY_2)):
        books.clip(f"{month:%b}", f"{month:%Y-%m}-17T09:00", corvid, "draft", "pika", cost=44_449)
        for number in range(6):
            adjust(books, f"C{number}", 4_441 - 3_000 * number, at=now)
        with at_time(now):
            close(access, month=month, override_reason=REASON)
            issue(access, corvid, month=month)
            adjust(books, "C3", 12_001, at=now)
    with at_time(JANUARY_2):
        issue_correction(access, corvid, month=NOVEMBER)
    assert told_of(corvid) == sum(by_the_rules(corvid, month) for month in ("2026-11", "2026-12"))
    papers = IssuedStatement.objects.filter(client=corvid).order_by("pk")
    assert [paper.kind for paper in papers] == ["statement", "statement", "correction"]
    [(spent,)] = by_sql(
        "SELECT SUM(l.spent_delta) FROM generation_ledgerline l"
        " JOIN generation_costcentre c ON c.id = l.cost_centre_id WHERE c.path LIKE %s",
        f"{corvid.path}%",
    )
    assert abs(told_of(corvid) - int(spent) * 1.125 / 10_000) <= 1  # one rounding for each month


def by_the_rules(client, month: str) -> int:
    """Cents of all that was ever booked for clips of a month, without our own code."""
    [(spent,)] = by_sql(
        "SELECT SUM(l.spent_delta) FROM generation_ledgerline l"
        " JOIN generation_ledgerline s ON s.attempt_id = l.attempt_id AND s.kind = 'settle'"
        " JOIN generation_costcentre c ON c.id = l.cost_centre_id"
        " WHERE c.path LIKE %s AND CAST(s.created_at AS TEXT) LIKE %s",
        f"{client.path}%",
        f"{month}%",
    )
    return half_up(Fraction(int(spent) * 9, 8))


def test_another_time_zone_moves_clips_between_months_and_loses_none(books):
    """A6 of 1 November in Berlin is of October in New York: told once, whatever the clock."""
    acme = books.clients["Acme"]
    issue(books.access, acme, month=OCTOBER)
    Workspace.objects.update(time_zone="America/New_York")
    with at_time(DECEMBER_2):
        close(books.access, month=NOVEMBER, override_reason=REASON)
        second = issue(books.access, acme, month=NOVEMBER)
    assert [line.corrects for line in frozen(second).lines] == ["2026-0001", "2026-0001"]
    months = (SEPTEMBER, OCTOBER, NOVEMBER)
    assert told_of(acme) == sum(
        statement(ClientWork(acme), month=month).total_cents for month in months[1:]
    )


@pytest.mark.parametrize(
    ("at", "month", "code"),
    [
        (NOVEMBER_20, NOVEMBER, "open"),
        (NOVEMBER_20, SEPTEMBER, "open"),
        (datetime(2026, 11, 1, 4, 30, tzinfo=UTC), OCTOBER, "too_early"),  # 0:30 in New York
    ],
)
def test_refused_months_write_nothing_and_use_no_number(books, at, month, code):
    if code == "too_early":
        Workspace.objects.update(time_zone="America/New_York")
    before = written()
    with at_time(at), pytest.raises(Refused) as refused:
        issue(books.access, books.clients["Acme"], month=month)
    assert (refused.value.field, refused.value.code) == ("month", code)
    assert written() == before
    with at_time(at):
        assert obstacle(books.access, books.clients["Acme"], month=month) == refused.value.message


def test_nothing_owed_is_not_issued(books):
    nobody = centres.open_client(books.access, name="Nobody")
    before = written()
    with pytest.raises(Refused, match="Nothing is owed"):
        issue(books.access, nobody, month=OCTOBER)
    with pytest.raises(Refused, match="was not issued yet"):
        issue_correction(books.access, nobody, month=OCTOBER)
    assert written() == before


def test_modes_and_workspaces_number_by_themselves(books):
    issue(books.access, books.clients["Acme"], month=OCTOBER)
    live = replace(books.access, mode=Mode.LIVE)
    assert IssuedStatement.objects.within(live).count() == 0
    assert by_number(live, "2026-0001") is None
    stranger = replace(books.access, workspace_id=Workspace.objects.create(slug="s", name="S").pk)
    assert by_number(stranger, "2026-0001") is None
    assert by_number(books.access, "2026-0001").client == books.clients["Acme"]
