"""The ledger through the API: filters, pages, exports, and nobody else's lines."""

import csv
import io
import zipfile
from decimal import Decimal

import pytest
from django.db import transaction

from generation import centres
from generation.models import Attempt, CentreKind, Job, LedgerLine
from generation.money import exports, ledger
from generation.money.reports_ledger import LineFilter, lines_of, sums_of
from tests.generation.api.conftest import (  # noqa: F401
    SEED_GENERATE,
    access,
    caller,
    calm,
    foreign_caller,
    make_caller,
    only_error,
    owner,
    shop,
    workspace,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def sold(caller, access):  # noqa: F811
    """Two settled jobs: one of the campaign Spring of the client Oats, one of nobody."""
    root = centres.root(access.workspace_id, mode=access.mode)
    client = centres.add(root, kind=CentreKind.CLIENT, name="Oats")
    centres.add(client, kind=CentreKind.CAMPAIGN, name="Spring")
    uids = []
    for number, more in enumerate(({"campaign": "Spring"}, {"quality": "draft", "provider": None})):
        body = {**SEED_GENERATE, **more, "prompt": f"=cmd {number}"}
        made = caller.post("ai-video/generate", {k: v for k, v in body.items() if v})
        uids.append(made.json()["job_id"])
        attempt = Attempt.objects.get(job__uid=uids[-1])
        with transaction.atomic():
            ledger.settle(
                attempt,
                Job.objects.get(pk=attempt.job_id),
                micros=attempt.max_micros,
                task_id=f"task-{number}",
                reason="=HYPERLINK(1)",
            )
    return uids


@pytest.mark.parametrize(
    ("query", "which"),
    [
        ({"client": "Oats"}, {0}),
        ({"campaign": "Spring"}, {0}),
        ({"campaign": "Nothing"}, set()),
        ({"provider": "runway"}, {0}),
        ({"provider": "pika"}, {1}),
        ({"tier": "draft"}, {1}),
        ({"person": "olga"}, set()),
        ({"api_key": "Robot"}, {0, 1}),
        ({"api_key": "Other"}, set()),
        ({"month": "2020-01"}, set()),
        ({"created_after": "2020-01-01T00:00:00Z"}, {0, 1}),
        ({"created_before": "2020-01-01T00:00:00Z"}, set()),
    ],
)
def test_filters(caller, sold, query, which):  # noqa: F811
    results = caller.get("ledger", **query).json()["results"]
    assert {one["job_id"] for one in results} == {sold[n] for n in which}


def test_one_line(caller, sold):  # noqa: F811
    [one] = caller.get("ledger", kind="settle", job=sold[0]).json()["results"]
    line = LedgerLine.objects.get(kind="settle", job__uid=sold[0])
    assert {k: v for k, v in one.items() if k not in ("at", "model")} == {
        "line_id": line.pk,
        "kind": "settle",
        "provider": "runway",
        "tier": "standard",
        "job_id": sold[0],
        "cost_centre_id": line.cost_centre.uid,
        "cost_centre": "Spring",
        "person": None,
        "api_key": "Robot",
        "task_id": "task-0",
        "held": -0.25,
        "spent": 0.25,
        "currency": "USD",
        "native_amount": None,
        "native_unit": None,
        "price_row_id": line.price_row_id,
        "statement_line_id": None,
        "for_month": None,
        "provisional": False,
        "reason": "=HYPERLINK(1)",
    }


def test_refusals(caller):  # noqa: F811
    assert only_error(caller.get("ledger", month="2026-13"))[:3] == (400, "invalid", "month")
    assert only_error(caller.get("ledger.csv", clint="x"))[:3] == (400, "unknown_field", "clint")


def test_csv_is_exact_and_runs_nothing(caller, foreign_caller, sold):  # noqa: F811
    response = caller.get("ledger.csv", kind="settle")
    assert response.headers["Content-Disposition"] == 'attachment; filename="ledger-test.csv"'
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == exports.COLUMNS
    assert [row["job"] for row in rows] == sold
    assert [row["spent_usd"] for row in rows] == ["0.250000", "0.100000"]
    assert rows[0]["held_usd"] == "-0.250000"
    assert [row["prompt"] for row in rows] == ["'=cmd 0", "'=cmd 1"]
    assert rows[0]["reason"] == "'=HYPERLINK(1)"
    assert rows[0]["client_campaign_batch"] == "Oats / Spring"
    foreign = b"".join(foreign_caller.get("ledger.csv").streaming_content).decode("utf-8-sig")
    assert list(csv.DictReader(io.StringIO(foreign))) == []


def test_xlsx_holds_numbers_and_no_formula(caller, sold):  # noqa: F811
    content = b"".join(caller.get("ledger.xlsx", kind="settle").streaming_content)
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
    assert sheet.count("<row ") == 3
    assert "<f>" not in sheet
    assert "'=HYPERLINK(1)" in sheet
    assert "<v>0.25</v>" in sheet and "<v>-0.25</v>" in sheet


@pytest.mark.parametrize(
    ("text", "told"),
    [("=1+1", "'=1+1"), ("+4", "'+4"), ("-4", "'-4"), ("@a", "'@a"), ("\t=1", "'\t=1"),
     ("  =1", "'  =1"), ("plain", "plain"), ("", ""), ("a=b", "a=b")],
)  # fmt: skip
def test_harmless(text, told):
    assert exports.harmless(text) == told


def test_sums_from_days_and_from_lines_agree(access, sold):  # noqa: F811
    whole = sums_of(access, LineFilter())
    assert (whole.held, whole.spent, whole.lines) == (0, 350_000, 4)
    narrow = sums_of(access, LineFilter(centre="Oats", provider="runway"))
    assert (narrow.held, narrow.spent, narrow.lines) == (0, 250_000, 2)
    assert sums_of(access, LineFilter(kind="settle")).spent == 350_000
    assert sum(line.spent_delta for line in lines_of(access, LineFilter())) == 350_000
    assert Decimal("0.35") == exports.decimal_from_micros(350_000)


def test_a_page_asks_the_same_few_queries(caller, sold, django_assert_max_num_queries):  # noqa: F811
    with django_assert_max_num_queries(6):
        assert len(caller.get("ledger", limit=1).json()["results"]) == 1
    with django_assert_max_num_queries(6):
        assert len(caller.get("ledger", limit=50).json()["results"]) == 4
