"""Bills against the ledger, and closed months. Only people change anything here."""

from datetime import date
from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ErrorDetail, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import User
from generation import clock
from generation.api.answers.pages import Listed
from generation.api.answers.reconciliation import (
    BillAnswer,
    DecisionAnswer,
    DifferencesPage,
    ImportAnswer,
    MonthAnswer,
    ReconciliationAnswer,
    bill_answer,
    difference_answer,
    import_answer,
    month_answer,
    reconciliation_answer,
)
from generation.api.bodies.queries import PageQuery, read_query
from generation.api.bodies.reconciliation import (
    CloseBody,
    DecisionBody,
    DifferencesQuery,
    ImportBody,
    MonthQuery,
)
from generation.api.bodies.strict import read
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer
from generation.models import PeriodClose, Statement, StatementSource
from generation.money import closing, corrections
from generation.money.bill_csv import MOST_BYTES
from generation.money.bill_sources import BillAsk, import_bill
from generation.money.bills import BadBill
from generation.money.reconcile import reconcile


class BillsPage(Listed):
    """Imported bills, the latest first."""

    results: list[BillAnswer]


class MonthsPage(Listed):
    """Closed months, the last closed first."""

    results: list[MonthAnswer]


class Reconcile(Door):
    permissions_needed = {"GET": "costs:read"}

    @extend_schema(
        operation_id="reconciliation",
        summary="Compare a month with its bills",
        parameters=[MonthQuery],
        responses={200: ReconciliationAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Each provider's sums, and what is still in the way of closing the month."""
        given = read_query(MonthQuery, request.query_params)
        found = reconcile(self.access, month=_month(given))
        ready = closing.readiness(self.access, month=found.month, found=found)
        return Response(reconciliation_answer(found, ready))


class Differences(Door):
    permissions_needed = {"GET": "costs:read", "POST": "costs:adjust"}

    @extend_schema(
        operation_id="differences",
        summary="List differences",
        parameters=[DifferencesQuery],
        responses={200: DifferencesPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """What the bills and the ledger disagree on. Follow `next` until it is null."""
        given = read_query(DifferencesQuery, request.query_params)
        found = reconcile(self.access, month=_month(given))
        rows = found.open if given["state"] == "open" else found.disputed
        wanted = [one for one in rows if given["provider"] in (None, one.provider)]
        # They are sorted by day and subject, falling; the cursor is the last one shown.
        rest = [
            one
            for one in wanted
            if not given["cursor"] or f"{one.day}|{one.subject}" < given["cursor"]
        ]
        shown = rest[: given["limit"]]
        more = len(rest) > len(shown)
        cursor = f"{shown[-1].day}|{shown[-1].subject}" if more else ""
        query = dict(request.query_params.items())
        body: DifferencesPage = {
            "results": [difference_answer(one) for one in shown],
            "next": next_address(request.path, query=query, cursor=cursor),
            "next_cursor": cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="decide_difference",
        summary="Decide a difference",
        request=DecisionBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={200: DecisionAnswer, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """`accept` books what the bill says, `dispute` leaves the ledger as it is."""
        given = read(DecisionBody, request.data)
        return self.once(lambda: self._decide(given))

    def _decide(self, given: dict[str, Any]) -> Answer:
        named = {"month": given["month"], "subject": given["subject"], "reason": given["reason"]}
        if given["decision"] == "accept":
            who = User.objects.filter(pk=self.access.user_id or 0).first()
            by = who.get_username() if who else "an API key"
            done = corrections.accept(self.access, **named, by=by)
        else:
            done = corrections.dispute(self.access, **named)
        body: DecisionAnswer = {
            "subject": given["subject"],
            "decision": given["decision"],
            "line_id": done.line.pk if done.line else None,
        }
        return Answer(status=200, body=dict(body))


class Bills(Door):
    permissions_needed = {"GET": "costs:read", "POST": "costs:adjust"}
    most_bytes = MOST_BYTES + 1024 * 1024

    @extend_schema(
        operation_id="bills",
        summary="List imported bills",
        parameters=[PageQuery],
        responses={200: BillsPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Every import, the latest first. Follow `next` until it is null."""
        given = read_query(PageQuery, request.query_params)
        rows = Statement.objects.within(self.access).select_related("account", "imported_by")
        found = page(rows, cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: BillsPage = {
            "results": [bill_answer(row) for row in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="import_bill",
        summary="Import a bill",
        request=ImportBody,
        responses={201: ImportAnswer, **errors(400, 413)},
    )
    def post(self, request: Request) -> Response:
        """Each line is taken in once, however often its bill is sent."""
        given = read(ImportBody, request.data)
        ask = BillAsk(
            source=StatementSource(given["source"]),
            month=given["month"],
            provider=given["provider"] or "",
            content=given["csv"].encode(),
            file_name=given["file_name"],
        )
        try:
            done = import_bill(self.access, ask)
        except BadBill as bad:
            attr = "csv" if given["source"] == StatementSource.CSV else "source"
            said = [ErrorDetail(fault, code="bad_bill") for fault in bad.faults]
            raise ValidationError({attr: said}) from bad
        return Response(import_answer(done), status=201)


class Months(Door):
    permissions_needed = {"GET": "costs:read", "POST": "costs:adjust"}

    @extend_schema(
        operation_id="months",
        summary="List closed months",
        parameters=[PageQuery],
        responses={200: MonthsPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Each with the report that was kept. Follow `next` until it is null."""
        given = read_query(PageQuery, request.query_params)
        rows = PeriodClose.objects.within(self.access).select_related("closed_by")
        found = page(rows, cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: MonthsPage = {
            "results": [month_answer(row) for row in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="close_month",
        summary="Close a month",
        request=CloseBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: MonthAnswer, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """There is no opening again: corrections are adjustments of the open month."""
        given = read(CloseBody, request.data)
        return self.once(lambda: self._close(given))

    def _close(self, given: dict[str, Any]) -> Answer:
        row = closing.close(
            self.access, month=given["month"], override_reason=given["override_reason"]
        )
        return Answer(status=201, body=dict(month_answer(row)))


def _month(given: dict[str, Any]) -> date:
    month: date = given["month"] or clock.now().date().replace(day=1)
    return month
