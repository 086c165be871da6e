"""The ledger, for reading."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api.answers.money import LineAnswer, line_answer
from generation.api.answers.pages import Listed
from generation.api.bodies.queries import LedgerQuery, read_query
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import errors
from generation.models import LedgerLine


class LedgerPage(Listed):
    """Movements of money, newest first."""

    results: list[LineAnswer]


class Ledger(Door):
    permissions_needed = {"GET": "costs:read"}

    @extend_schema(
        operation_id="ledger",
        summary="List ledger lines",
        parameters=[LedgerQuery],
        responses={200: LedgerPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Every hold, release and charge, newest first. Follow `next` until it is null."""
        given = read_query(LedgerQuery, request.query_params)
        lines = LedgerLine.objects.within(self.access).select_related("job", "account")
        if given["job"]:
            lines = lines.filter(job__uid=given["job"])
        if given["kind"]:
            lines = lines.filter(kind=given["kind"])
        found = page(lines, cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: LedgerPage = {
            "results": [line_answer(line) for line in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)
