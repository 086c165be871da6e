"""Clients and campaigns, what clients pay, and what they owe for a month."""

from typing import Any

from django.http import HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from generation import centres
from generation.api.answers.pages import Listed
from generation.api.answers.statements import StatementAnswer, statement_answer
from generation.api.answers.terms import (
    CentreAnswer,
    RateCardAnswer,
    card_answer,
    centre_answer,
)
from generation.api.bodies.queries import PageQuery, read_query
from generation.api.bodies.strict import read
from generation.api.bodies.terms import (
    CENTRE_KINDS,
    CentreBody,
    CentresQuery,
    MonthQuery,
    RateCardBody,
    card_terms,
)
from generation.api.cursors import next_address, page
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import Refused
from generation.idempotency import Answer
from generation.models import CostCentre, RateCard
from generation.money import rate_cards
from generation.money.asked import month_from
from generation.money.statement_files import CONTENT_TYPES, file_name
from generation.money.statements_issued import current, month_file
from generation.money.statements_out import ClientStatement


class CentresPage(Listed):
    """Clients and campaigns, newest first."""

    results: list[CentreAnswer]


class RateCardsPage(Listed):
    """A client's rate cards, the last made first."""

    results: list[RateCardAnswer]


class CostCentres(Door):
    permissions_needed = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="cost_centres",
        summary="List clients and campaigns",
        parameters=[CentresQuery],
        responses={200: CentresPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """What money is spent for. Follow `next` until it is null."""
        given = read_query(CentresQuery, request.query_params)
        rows = CostCentre.objects.within(self.access).filter(kind__in=CENTRE_KINDS)
        if given["kind"]:
            rows = rows.filter(kind=given["kind"])
        if given["client"]:
            rows = rows.filter(parent__uid=given["client"])
        found = page(rows.select_related("parent"), cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: CentresPage = {
            "results": [centre_answer(centre) for centre in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="open_cost_centre",
        summary="Open a client or a campaign",
        request=CentreBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: CentreAnswer, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """A name is taken once in the workspace. Jobs name their campaign by it or by its id."""
        given = read(CentreBody, request.data)
        return self.replayed() or self.once(lambda: self._opened(given))

    def _opened(self, given: dict[str, Any]) -> Answer:
        client = None
        if given["client"]:
            client = centres.client_by(self.access, given["client"])
            if given["kind"] == "client":
                raise Refused("A client belongs to no client. Leave it out.", field="client")
            if client is None:
                raise Refused("There is no such client here.", field="client", code="not_found")
        if given["kind"] == "client":
            centre = centres.open_client(self.access, name=given["name"])
        else:
            centre = centres.open_campaign(self.access, name=given["name"], client=client)
        return Answer(status=201, body=dict(centre_answer(centre)))


class RateCards(Door):
    permissions_needed = {"GET": "costs:read", "POST": "rates:write"}

    @extend_schema(
        operation_id="rate_cards",
        summary="List a client's rate cards",
        parameters=[PageQuery],
        responses={200: RateCardsPage, **errors(400, 404)},
    )
    def get(self, request: Request, client_id: str) -> Response:
        """All that ever held. Of two cards of one day the later made one counts."""
        client = client_by(self, client_id)
        given = read_query(PageQuery, request.query_params)
        rows = RateCard.objects.within(self.access).filter(client=client)
        found = page(rows, cursor=given["cursor"], limit=given["limit"])
        query = dict(request.query_params.items())
        body: RateCardsPage = {
            "results": [card_answer(card) for card in found.rows],
            "next": next_address(request.path, query=query, cursor=found.cursor),
            "next_cursor": found.cursor or None,
        }
        return Response(body)

    @extend_schema(
        operation_id="add_rate_card",
        summary="Add a rate card",
        request=RateCardBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: RateCardAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, client_id: str) -> Response:
        """Holds from its day on; past months keep their terms. An API key never may."""
        client = client_by(self, client_id)
        given = read(RateCardBody, request.data)
        terms = card_terms(given)
        return self.replayed() or self.once(
            lambda: Answer(
                status=201, body=dict(card_answer(rate_cards.add(self.access, client, terms)))
            )
        )


class Statement(Door):
    permissions_needed = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="client_statement",
        summary="Read a client's statement",
        parameters=[MonthQuery],
        responses={200: StatementAnswer, **errors(400, 404)},
    )
    def get(self, request: Request, client_id: str) -> Response:
        """As it was issued; else as a draft: the ledger times the rate cards, rounded once, with
        the corrections of issued months that would stand on it."""
        client = client_by(self, client_id)
        given = read_query(MonthQuery, request.query_params)
        month = month_from(self.access, given["month"])
        staff = self.access.may("costs:read")
        told, margin = current(client, month=month, staff=staff)
        return Response(statement_answer(told, mode=self.access.mode, margin=margin))


class StatementCsv(Door):
    permissions_needed = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="client_statement_csv",
        summary="Export a client's statement as CSV",
        parameters=[MonthQuery],
        responses={(200, "text/csv"): OpenApiTypes.BINARY, **errors(400, 404)},
    )
    def get(self, request: Request, client_id: str) -> HttpResponse:
        """For the client's eyes: no cost and no margin."""
        return statement_file(self, request, client_id, ending="csv")


class StatementPdf(Door):
    permissions_needed = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="client_statement_pdf",
        summary="Export a client's statement as PDF",
        parameters=[MonthQuery],
        responses={(200, "application/pdf"): OpenApiTypes.BINARY, **errors(400, 404)},
    )
    def get(self, request: Request, client_id: str) -> HttpResponse:
        """For the client's eyes: no cost and no margin."""
        return statement_file(self, request, client_id, ending="pdf")


def statement_file(door: Door, request: Request, client_id: str, *, ending: str) -> HttpResponse:
    client = client_by(door, client_id)
    given = read_query(MonthQuery, request.query_params)
    told, content = month_file(
        door.access, client, month=month_from(door.access, given["month"]), ending=ending
    )
    return attached(told, content, ending=ending)


def attached(told: ClientStatement, content: bytes, *, ending: str) -> HttpResponse:
    """A file to save, named after the client, the month and the number if it has one."""
    response = HttpResponse(content, content_type=CONTENT_TYPES[ending])
    response["Content-Disposition"] = f'attachment; filename="{file_name(told, ending=ending)}"'
    response["Cache-Control"] = "private, no-store"
    return response


def client_by(door: Door, uid: str) -> CostCentre:
    """Raises NotFound, also for another workspace's or mode's client."""
    client = centres.client_by(door.access, uid)
    if client is None:
        raise NotFound(f"There is no client {uid} in this workspace.")
    return client
