"""Budgets and the ledger, for reading."""

from typing import TypedDict

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api.answers.money import BudgetAnswer, LineAnswer, budget_answer, line_answer
from generation.api.answers.pages import Listed
from generation.api.bodies.queries import LedgerQuery, Nothing, read_query
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import errors
from generation.models import Budget, LedgerLine


class BudgetsAnswer(TypedDict):
    """Every budget of the workspace in this mode."""

    results: list[BudgetAnswer]


class LedgerPage(Listed):
    """Movements of money, newest first."""

    results: list[LineAnswer]


class Budgets(Door):
    permissions_needed = {"GET": "budgets:read"}

    @extend_schema(
        operation_id="budgets",
        summary="List budgets",
        responses={200: BudgetsAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """What may be spent, what is held for running work, and what is spent."""
        read_query(Nothing, request.query_params)
        budgets = Budget.objects.within(self.access).select_related("cost_centre", "api_key")
        body: BudgetsAnswer = {"results": [budget_answer(one) for one in budgets.order_by("pk")]}
        return Response(body)


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
