"""Clients with their brand kits."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import clients, opening
from campaigns.api.answers.clients import ClientAnswer, client_answer
from campaigns.api.bodies.clients import ClientBody, ClientChangeBody, kit_of, profile_of
from campaigns.api.bodies.lists import ArchivedQuery
from campaigns.api.listing import paged
from campaigns.api.lookup import client_by
from campaigns.models import Client
from generation.api.answers.pages import Listed
from generation.api.bodies.queries import read_query
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer


class ClientsPage(Listed):
    """Clients, newest first."""

    results: list[ClientAnswer]


class Clients(Door):
    permissions_needed = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="clients",
        summary="List clients",
        parameters=[ArchivedQuery],
        responses={200: ClientsPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """With profile and brand kit. Follow `next` until it is null."""
        given = read_query(ArchivedQuery, request.query_params)
        opening.adopt(self.access)
        rows = Client.objects.within(self.access).select_related("centre", "brand_kit")
        rows = rows.filter(archived_at__isnull=given["archived"] == "false")
        found, links = paged(request, rows, given)
        return Response({"results": [client_answer(client) for client in found], **links})

    @extend_schema(
        operation_id="open_client",
        summary="Open a client",
        request=ClientBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ClientAnswer, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """A name is taken once in the workspace. Profile and brand kit may follow later."""
        given = read(ClientBody, request.data)
        return self.replayed() or self.once(lambda: self._opened(given))

    def _opened(self, given: dict[str, Any]) -> Answer:
        # `once` runs this in a transaction: a refused profile opens no client either.
        client = opening.open_client(self.access, name=given["name"])
        client = clients.change(self.access, client, profile=profile_of(given), kit=kit_of(given))
        return Answer(status=201, body=dict(client_answer(client)))


class ClientRecord(Door):
    permissions_needed = {"GET": "campaigns:read", "PATCH": "campaigns:write"}

    @extend_schema(
        operation_id="client",
        summary="Read a client",
        responses={200: ClientAnswer, **errors(404)},
    )
    def get(self, request: Request, client_id: str) -> Response:
        """Its profile and brand kit, and what an empty part of the kit makes weaker."""
        return Response(client_answer(client_by(self.access, client_id)))

    @extend_schema(
        operation_id="change_client",
        summary="Change a client",
        request=ClientChangeBody,
        responses={200: ClientAnswer, **errors(400, 404)},
    )
    def patch(self, request: Request, client_id: str) -> Response:
        """What is left out stays. The kit's version goes up where the kit differs; what was made
        from the old one is marked and stays as it is. The name stays: money is booked on it."""
        client = client_by(self.access, client_id)
        given = read(ClientChangeBody, request.data)
        changed = clients.change(self.access, client, profile=profile_of(given), kit=kit_of(given))
        return Response(client_answer(changed))
