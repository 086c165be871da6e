"""Clients' statements that were issued: as they were, with the very files."""

from datetime import date
from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api.answers.pages import Listed
from generation.api.answers.statements import (
    IssuedAnswer,
    PaperAnswer,
    issued_answer,
    paper_answer,
)
from generation.api.bodies.queries import PageQuery, read_query
from generation.api.bodies.strict import read
from generation.api.bodies.terms import IssueBody
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.api.views.statements import attached, client_by
from generation.asks import Refused
from generation.idempotency import Answer
from generation.models import CostCentre, IssuedStatement, IssueKind
from generation.money.asked import month_from
from generation.money.statement_issue import issue, issue_correction
from generation.money.statements_issued import by_number, file_of, frozen, papers_of


class PapersPage(Listed):
    """What was issued to a client, the latest first."""

    results: list[PaperAnswer]


class ClientStatements(Door):
    permissions_needed = {"GET": "campaigns:read", "POST": "statements:issue"}

    @extend_schema(
        operation_id="issued_statements",
        summary="List a client's issued statements",
        parameters=[PageQuery],
        responses={200: PapersPage, **errors(400, 404)},
    )
    def get(self, request: Request, client_id: str) -> Response:
        """Statements and corrections, the latest first. Follow `next` until it is null."""
        client = client_by(self, client_id)
        given = read_query(PageQuery, request.query_params)
        found = page(papers_of(client), cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: PapersPage = {
            "results": [paper_answer(paper) for paper in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="issue_statement",
        summary="Issue a client's statement",
        request=IssueBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: IssuedAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, client_id: str) -> Response:
        """Gives a closed month its number for ever. What changes afterwards stands on a later
        statement, or on a correction that names this one. An API key never may."""
        client = client_by(self, client_id)
        given = read(IssueBody, request.data)
        if not given["month"]:
            raise Refused("Send a month such as 2026-10.", field="month")
        month = month_from(self.access, given["month"])
        return self.replayed() or self.once(
            lambda: self._issued(client, month=month, kind=given["kind"])
        )

    def _issued(self, client: CostCentre, *, month: date, kind: str) -> Answer:
        act = issue_correction if kind == IssueKind.CORRECTION else issue
        made = papers_of(client).get(pk=act(self.access, client, month=month).pk)
        body: dict[str, Any] = {**issued_answer(made, frozen(made))}
        return Answer(status=201, body=body)


class IssuedRecord(Door):
    permissions_needed = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="issued_statement",
        summary="Read an issued statement",
        responses={200: IssuedAnswer, **errors(404)},
    )
    def get(self, request: Request, number: str) -> Response:
        """By its number, such as 2026-0001. It never changes."""
        paper = paper_by(self, number)
        return Response(issued_answer(paper, frozen(paper)))


class IssuedCsv(Door):
    permissions_needed = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="issued_statement_csv",
        summary="Download an issued statement as CSV",
        responses={(200, "text/csv"): OpenApiTypes.BINARY, **errors(404)},
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        """The very bytes that were issued."""
        paper = paper_by(self, number)
        return attached(frozen(paper), file_of(paper, ending="csv"), ending="csv")


class IssuedPdf(Door):
    permissions_needed = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="issued_statement_pdf",
        summary="Download an issued statement as PDF",
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, **errors(404)},
    )
    def get(self, request: Request, number: str) -> HttpResponse:
        """The very bytes that were issued."""
        paper = paper_by(self, number)
        return attached(frozen(paper), file_of(paper, ending="pdf"), ending="pdf")


def paper_by(door: Door, number: str) -> IssuedStatement:
    """Raises NotFound, also for another workspace's or mode's."""
    paper = by_number(door.access, number)
    if paper is None:
        raise NotFound(f"There is no statement {number} in this workspace.")
    return paper
