"""What one client has cost, what is not known of it yet, and what it pays."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api.answers.client_costs import ClientCostsAnswer, client_costs_answer
from generation.api.bodies.queries import read_query
from generation.api.bodies.terms import ClientCostsQuery
from generation.api.door import Door
from generation.api.schema import errors
from generation.api.views.statements import client_by
from generation.money.client_costs import client_costs, days_from


class ClientCostsRecord(Door):
    permissions_needed = {"GET": "costs:read"}

    @extend_schema(
        operation_id="client_costs",
        summary="Read what a client has cost",
        parameters=[ClientCostsQuery],
        responses={200: ClientCostsAnswer, **errors(400, 404)},
    )
    def get(self, request: Request, client_id: str) -> Response:
        """Spent, held, forecast against the budget, the funnel, and what is not known yet.

        What the client pays and the margin stand in it only with campaigns:read as well.
        """
        client = client_by(self, client_id)
        given = read_query(ClientCostsQuery, request.query_params)
        span = days_from(self.access, first=given["first"], last=given["last"])
        return Response(client_costs_answer(client_costs(self.access, client, span=span)))
