"""Prices are added from today on, by two persons where asked, and never rewritten."""

from datetime import UTC, date, datetime

import pytest
from django.db import DatabaseError, connection, transaction

from accounts.models import User
from providers import catalogue, price_book
from providers.catalogue import offers_in
from providers.catalogue_loading import load_folder
from providers.models import Offer, PriceProposal, PriceRow
from providers.price_book import NewPrice, PriceRefused
from providers.price_history import book, prices_of, waiting

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
TODAY = date(2026, 11, 23)
NAME = "2025-seed"
DEEDS = ("UPDATE providers_pricerow SET micros_per_second = 1", "DELETE FROM providers_pricerow")


@pytest.fixture(autouse=True)
def loaded(db):
    load_folder()
    catalogue.forget()


@pytest.fixture
def ann():
    return User.objects.create_user("ann").pk


@pytest.fixture
def bob():
    return User.objects.create_user("bob").pk


def pika() -> Offer:
    return Offer.objects.get(catalogue=NAME, provider="pika")


def new(**more) -> NewPrice:
    plain = {"micros_per_second": 25_000, "valid_from": TODAY, "source": "Letter of 1 November"}
    return NewPrice(**{"offer_id": pika().pk, **plain, **more})


def price_on(day) -> int:
    catalogue.forget()
    return next(o.micros_per_second for o in offers_in(NAME, on=day) if o.provider == "pika")


def test_one_person_is_enough_by_default(ann, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        done = price_book.propose(new(valid_from=date(2026, 12, 1)), by=ann, now=NOW)
    assert (done.state, done.price_row.micros_per_second) == ("approved", 25_000)
    assert [price_on(day) for day in (TODAY, date(2026, 11, 30), date(2026, 12, 1))] == [
        20_000,
        20_000,
        25_000,
    ]


def test_two_persons(settings, ann, bob):
    settings.PRICES_NEED_TWO_PERSONS = True
    asked = price_book.propose(new(), by=ann, now=NOW)
    assert (asked.state, asked.price_row, price_on(TODAY)) == ("pending", None, 20_000)
    assert [one.pk for one in waiting(NAME)] == [asked.pk]
    with pytest.raises(PriceRefused, match="somebody else"):
        price_book.approve(asked.pk, by=ann, now=NOW)
    assert price_on(TODAY) == 20_000
    done = price_book.approve(asked.pk, by=bob, now=NOW, reason="Seen the letter.")
    assert (done.state, done.decided_by_id, price_on(TODAY)) == ("approved", bob, 25_000)
    with pytest.raises(PriceRefused, match="decided already"):
        price_book.approve(asked.pk, by=bob, now=NOW)
    with pytest.raises(PriceRefused, match="decided already"):
        price_book.refuse(asked.pk, by=bob, now=NOW, reason="Too late.")


def test_a_proposal_grows_old(settings, ann, bob):
    settings.PRICES_NEED_TWO_PERSONS = True
    asked = price_book.propose(new(), by=ann, now=NOW)
    tomorrow = datetime(2026, 11, 24, 0, 1, tzinfo=UTC)
    with pytest.raises(PriceRefused, match="has passed"):
        price_book.approve(asked.pk, by=bob, now=tomorrow)
    with pytest.raises(PriceRefused, match="Say why"):
        price_book.refuse(asked.pk, by=bob, now=tomorrow, reason=" ")
    assert price_book.refuse(asked.pk, by=ann, now=tomorrow, reason="Withdrawn.").state == "refused"
    assert PriceRow.objects.filter(offer=pika()).count() == 1


@pytest.mark.parametrize(
    ("field", "change"),
    [
        ("valid_from", {"valid_from": date(2026, 11, 22)}),
        ("valid_from", {"valid_from": date(2025, 1, 1)}),
        ("price_per_second", {"micros_per_second": 0}),
        ("price_per_second", {"micros_per_second": 100_000_001}),
        ("source", {"source": "  "}),
        ("source", {"source": "x" * 201}),
        ("offer", {"offer_id": 0}),
    ],
)
def test_refusals_write_nothing(ann, field, change):
    before = (PriceRow.objects.count(), PriceProposal.objects.count())
    with pytest.raises(PriceRefused) as refused:
        price_book.propose(new(**change), by=ann, now=NOW)
    assert refused.value.field == field
    assert (PriceRow.objects.count(), PriceProposal.objects.count()) == before


def test_a_day_is_taken_once(settings, ann, bob):
    price_book.propose(new(), by=ann, now=NOW)
    with pytest.raises(PriceRefused, match="Choose another day"):
        price_book.propose(new(micros_per_second=1), by=bob, now=NOW)
    settings.PRICES_NEED_TWO_PERSONS = True
    later = new(valid_from=date(2026, 12, 1))
    price_book.propose(later, by=ann, now=NOW)
    with pytest.raises(PriceRefused, match="waits already"):
        price_book.propose(later, by=bob, now=NOW)
    assert PriceRow.objects.filter(offer=pika()).count() == 2


def test_nothing_retired_is_priced(ann):
    Offer.objects.filter(pk=pika().pk).update(lifecycle="retired")
    with pytest.raises(PriceRefused, match="retired"):
        price_book.propose(new(), by=ann, now=NOW)


def test_history_is_never_rewritten(ann):
    price_book.propose(new(), by=ann, now=NOW)
    for deed in DEEDS:
        with (
            pytest.raises(DatabaseError, match="append-only"),
            transaction.atomic(),
            connection.cursor() as cursor,
        ):
            cursor.execute(deed)
    load_folder()  # and the catalogue's files leave it alone
    told = prices_of(pika(), on=TODAY)
    assert [(s.micros_per_second, s.valid_from, s.until, s.by) for s in told.spans] == [
        (25_000, TODAY, None, "ann"),
        (20_000, date(2025, 1, 1), TODAY, ""),
    ]
    assert told.now == told.spans[0]
    assert told.spans[0].source == "Letter of 1 November"


def test_the_book_in_few_queries(ann, django_assert_num_queries):
    with django_assert_num_queries(2):
        assert {one.provider for one in book(NAME, on=TODAY)} == {
            "runway",
            "sora",
            "kling",
            "pika",
        }
