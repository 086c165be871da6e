"""Bills with one sum a day and model, as Runway has them."""

from dataclasses import replace
from datetime import date

import pytest

from accounts.access import Access
from accounts.models import Workspace
from generation.models import (
    Grain,
    LedgerLine,
    StatementSource,
)
from generation.money.bills import BadBill, BillLine
from generation.money.corrections import accept
from generation.money.differences import Finding
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
