"""The ledger: in pages, with its sums, and whole as a file."""

from collections.abc import Iterable, Iterator
from typing import ClassVar

from django.http import StreamingHttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api.answers.ledger import BookedLine, line_answer
from generation.api.answers.pages import Listed
from generation.api.bodies.ledger import LedgerQuery, LineQuery, line_filter
from generation.api.bodies.queries import read_query
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import errors
from generation.models import LedgerLine
from generation.money import exports, ledger_lists
from generation.money.reports_ledger import lines_of

CSV_TYPE = "text/csv; charset=utf-8"
XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


class LedgerPage(Listed):
    """Movements of money, newest first."""

    results: list[BookedLine]


class Ledger(Door):
    permissions_needed = {"GET": "costs:read"}

    @extend_schema(
        operation_id="ledger",
        summary="List ledger lines",
        parameters=[LedgerQuery],
        responses={200: LedgerPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Every hold, release, charge and adjustment, newest first. Follow `next` until null."""
        given = read_query(LedgerQuery, request.query_params)
        lines = ledger_lists.newest_first(self.access, line_filter(given))
        found = page(lines, cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: LedgerPage = {
            "results": [line_answer(line) for line in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)


class LedgerFile(Door):
    permissions_needed = {"GET": "costs:read"}
    content_type: ClassVar[str]
    ending: ClassVar[str]

    def answer(self, request: Request) -> StreamingHttpResponse:
        given = read_query(LineQuery, request.query_params)
        lines = lines_of(self.access, line_filter(given))
        pieces = self.written(ledger_lists.in_order(lines))
        response = StreamingHttpResponse(pieces, content_type=self.content_type)
        month = f"-{given['month']:%Y-%m}" if given["month"] else ""
        name = f"ledger-{self.access.mode}{month}.{self.ending}"
        response["Content-Disposition"] = f'attachment; filename="{name}"'
        response["Cache-Control"] = "private, no-store"
        return response

    def written(self, lines: Iterable[LedgerLine]) -> Iterator[bytes]:
        raise NotImplementedError


class LedgerCsv(LedgerFile):
    content_type, ending = CSV_TYPE, "csv"

    def written(self, lines: Iterable[LedgerLine]) -> Iterator[bytes]:
        return exports.as_csv(lines)

    @extend_schema(
        operation_id="ledger_csv",
        summary="Export the ledger as CSV",
        parameters=[LineQuery],
        responses={(200, "text/csv"): OpenApiTypes.BINARY, **errors(400)},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """All lines that fit, oldest first, streamed. Amounts have six places."""
        return self.answer(request)


class LedgerXlsx(LedgerFile):
    content_type, ending = XLSX_TYPE, "xlsx"

    def written(self, lines: Iterable[LedgerLine]) -> Iterator[bytes]:
        return exports.as_xlsx(lines)

    @extend_schema(
        operation_id="ledger_xlsx",
        summary="Export the ledger as a workbook",
        parameters=[LineQuery],
        responses={(200, XLSX_TYPE): OpenApiTypes.BINARY, **errors(400)},
    )
    def get(self, request: Request) -> StreamingHttpResponse:
        """The same lines and columns as the CSV, as one sheet."""
        return self.answer(request)
