"""Taking in bills: each line once, only what is ours, and every fault named."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from django.core.management import call_command

from accounts.models import Workspace
from generation.models import (
    Statement,
    StatementLine,
)
from generation.money.bill_csv import read_csv
from generation.money.bills import BadBill
from generation.money.reconcile import reconcile
from providers.types import Tier

from .booked import (  # noqa: F401
    NOVEMBER,
    OCTOBER,
    billed,
    books_fixture,
    calm_books,
    kinds,
    settle_all,
)


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
