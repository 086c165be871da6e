"""Statements of the golden month, to the cent, and the terms that they rest on."""

import csv
import io
import itertools
from datetime import UTC, date, datetime
from fractions import Fraction

import pytest
from django.db import DatabaseError, transaction

from accounts.models import AuditEntry
from generation.asks import Refused
from generation.models import CardKind, Job, RateCard
from generation.money import rate_cards
from generation.money.cents import half_up, money_in, price_of_second, shares
from generation.money.rate_cards import CardTerms
from generation.money.statement_files import Letterhead, as_csv, safe
from generation.money.statement_pdf import as_pdf
from generation.money.statement_work import ClientWork
from generation.money.statements_issued import current
from generation.money.statements_out import statement
from tests.generation.money.golden import (
    AFTERWARDS,
    FROM,
    OCTOBER,
    TO,
    by_sql,
)

pytestmark = pytest.mark.django_db
HEAD = Letterhead(agency="Acme Agency", mode="test")


def lines(told):
    return [(line.what, line.clips, line.seconds, line.rate, line.cents) for line in told.lines]


def test_terms_that_change_within_the_month(books):
    """To the 14th cost plus 12.5 %: 0.60 and 1.00; then 5 s and 3 s at 0.40. 0.675 and 1.125
    share the one rounding of 5.00."""
    told = statement(ClientWork(books.clients["Acme"]), month=OCTOBER)
    assert lines(told) == [
        ("Autumn (01 Oct to 14 Oct)", 2, 15, "", 68),
        ("Winter (01 Oct to 14 Oct)", 1, 4, "", 112),
        ("Autumn (15 Oct to 31 Oct)", 1, 5, "$0.40 per second", 200),
        ("Without a campaign (15 Oct to 31 Oct)", 1, 3, "$0.40 per second", 120),
    ]
    assert (told.total_cents, told.currency, told.clips, told.seconds) == (500, "USD", 5, 27)
    assert sum(line.cents for line in told.lines) == told.total_cents
    assert (told.unpriced_clips, told.preliminary) == (0, ())


def test_margin_by_the_ledger(books):
    told, margin = current(books.clients["Acme"], month=OCTOBER, staff=True)
    [(cost,)] = by_sql(
        "SELECT SUM(l.spent_delta) FROM generation_ledgerline l"
        " JOIN generation_costcentre c ON c.id = l.cost_centre_id"
        " WHERE c.path LIKE %s AND l.created_at >= %s AND l.created_at < %s",
        f"{books.clients['Acme'].path}%",
        FROM,
        TO,
    )
    assert margin.cost_micros == cost == 2_110_000
    assert (margin.cost_cents, margin.billed_cents, margin.margin_cents) == (211, 500, 289)
    assert margin.share_bp == 5780
    assert told == statement(ClientWork(books.clients["Acme"]), month=OCTOBER)


def test_retainer_with_overage_in_another_currency(books):
    """15 s delivered, 10 included, 5 at EUR 1.25; the cost is $2.55 at 0.92."""
    told, margin = current(books.clients["Bolt"], month=OCTOBER, staff=True)
    assert lines(told) == [
        ("Retainer for October 2026", 0, 0, "", 100_000),
        ("Launch", 2, 15, "included", 0),
        ("5 s over the 10 s included", 0, 0, "EUR\u00a01.25 per second", 625),
    ]
    assert (told.total_cents, told.currency) == (100_625, "EUR")
    assert (margin.cost_micros, margin.cost_cents) == (2_550_000, 235)
    assert margin.margin_cents == 100_390


def test_a_month_without_work_and_one_before_any_terms(books):
    november = statement(ClientWork(books.clients["Acme"]), month=date(2026, 11, 1))
    assert [line.what for line in november.lines] == ["Winter"]  # A6, past midnight in Berlin
    assert november.total_cents == 200
    assert november.preliminary == ("The month is not over.",)
    september = statement(ClientWork(books.clients["Bolt"]), month=date(2026, 9, 30))
    assert (september.lines, september.total_cents) == ((), 0)


def test_work_before_the_first_card_is_told(books):
    client = rate_cards_of_nobody(books)
    books.clip("N", "2026-10-09T09:00", client, "draft", "pika")
    rate_cards.add(
        books.access,
        client,
        CardTerms(kind=CardKind.PER_SECOND, valid_from=date(2026, 10, 20), second_micros=1),
    )
    told, margin = current(client, month=OCTOBER, staff=True)
    assert (told.unpriced_clips, told.clips, told.lines) == (1, 0, ())
    assert margin.cost_micros == 100_000


def test_what_still_runs_makes_it_preliminary(books):
    Job.objects.filter(pk=books.jobs["A2"].pk).update(state="processing", ended_at=None)
    told = statement(ClientWork(books.clients["Acme"]), month=OCTOBER)
    assert told.preliminary == ("1 clip is still being made.",)


def test_csv(books):
    told = statement(ClientWork(books.clients["Bolt"]), month=OCTOBER)
    rows = list(csv.DictReader(io.StringIO(as_csv(told, HEAD))))
    assert [(row["work"], row["amount"]) for row in rows] == [
        ("Retainer for October 2026", "1000.00"),
        ("Launch", "0.00"),
        ("5 s over the 10 s included", "6.25"),
        ("Total", "1006.25"),
    ]
    assert {(row["client"], row["month"], row["mode"], row["currency"]) for row in rows} == {
        ("Bolt", "2026-10", "test", "EUR")
    }


def test_files_tell_no_cost_and_no_margin(books):
    told = statement(ClientWork(books.clients["Acme"]), month=OCTOBER)
    text = as_csv(told, HEAD)
    assert "2.11" not in text
    assert "2.89" not in text
    assert "12.5" not in text
    pdf = as_pdf(told, HEAD)
    assert pdf.startswith(b"%PDF-")
    assert pdf == as_pdf(told, HEAD)


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx"])
def test_no_cell_runs_as_a_formula(text):
    assert safe(text) == f"'{text}"
    assert safe("Autumn = new") == "Autumn = new"


@pytest.mark.parametrize(
    ("micros", "cents"), [(5_000, 1), (4_999, 0), (-5_000, 0), (-5_001, -1), (15_000, 2)]
)
def test_half_up(micros, cents):
    assert half_up(Fraction(micros)) == cents


def test_shares_add_up_whatever_the_parts():
    parts = [Fraction(n, 3) for n in (0, 1, 5_000, 9_999, 10_001, -7_777, 29_999)]
    for few in itertools.combinations_with_replacement(parts, 4):
        total = half_up(sum(few, Fraction(0)))
        given = shares(few, total=total)
        assert sum(given) == total
        assert all(abs(Fraction(c * 10_000) - x) < 10_000 for c, x in zip(given, few, strict=True))


def test_money_as_people_read_it():
    assert money_in("USD", 120_450) == "$1,204.50"
    assert money_in("EUR", -5) == "-EUR\u00a00.05"
    assert price_of_second("USD", 375_000) == "$0.375 per second"


# --- The terms


def rate_cards_of_nobody(books):
    from generation import centres

    return centres.open_client(books.access, name="Nobody")


@pytest.mark.parametrize(
    ("field", "terms"),
    [
        ("kind", {"kind": "barter"}),
        ("currency", {"currency": "ZZZ"}),
        ("rate", {"micros_per_dollar": 920_000}),
        ("markup_percent", {"markup_bp": 100_001}),
        ("markup_percent", {"kind": "per_second", "second_micros": 1, "markup_bp": 1}),
        ("price_per_second", {"kind": "per_second"}),
        ("price_per_second", {"second_micros": 1}),
        ("monthly_fee", {"fee_micros": 1}),
        ("monthly_fee", {"kind": "retainer"}),
        ("valid_from", {"kind": "retainer", "fee_micros": 1, "valid_from": date(2026, 12, 2)}),
        ("valid_from", {"valid_from": date(2026, 10, 31)}),  # past months keep their terms
        (
            "valid_from",
            {"valid_from": date(2026, 12, 2), "currency": "EUR", "micros_per_dollar": 920_000},
        ),
    ],
)
def test_refused_terms_write_nothing(books, field, terms):
    before = (RateCard.objects.count(), AuditEntry.objects.count())
    asked = CardTerms(**{"kind": "cost_plus", "valid_from": date(2026, 12, 1), **terms})
    with pytest.raises(Refused) as refused:
        rate_cards.add(books.access, books.clients["Acme"], asked)
    assert refused.value.field == field
    assert (RateCard.objects.count(), AuditEntry.objects.count()) == before


def test_a_retainer_ends_on_the_first_of_a_month(books):
    bolt = books.clients["Bolt"]
    mid = CardTerms(
        kind="cost_plus", valid_from=date(2026, 11, 20), currency="EUR", micros_per_dollar=920_000
    )
    with pytest.raises(Refused, match="first of a month"):
        rate_cards.add(books.access, bolt, mid)


def test_a_card_cannot_slip_in_before_one_that_would_not_fit(books):
    acme = books.clients["Acme"]
    rate_cards.add(books.access, acme, CardTerms(kind="cost_plus", valid_from=date(2026, 12, 10)))
    retainer = CardTerms(kind="retainer", valid_from=date(2026, 12, 1), fee_micros=1)
    with pytest.raises(Refused, match="cannot follow"):
        rate_cards.add(books.access, acme, retainer)


def test_of_one_day_the_later_made_card_holds_and_none_can_be_changed(books):
    acme = books.clients["Acme"]
    day = date(2026, 11, 23)
    for bp in (100, 200):
        card = rate_cards.add(
            books.access, acme, CardTerms(kind="cost_plus", valid_from=day, markup_bp=bp)
        )
    cards = rate_cards.cards_of(acme)
    assert rate_cards.in_force(cards, on=day).markup_bp == 200
    assert AuditEntry.objects.filter(subject=f"rate_card:{card.uid}").count() == 1
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        RateCard.objects.filter(pk=card.pk).update(markup_bp=0)
    assert datetime.now(UTC) == AFTERWARDS
