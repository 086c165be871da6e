"""What can be bought, and for how much."""

from datetime import UTC, datetime

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from generation.api import examples
from generation.api.answers.market import (
    EstimateAnswer,
    ProvidersAnswer,
    estimate_answer,
    provider_answer,
)
from generation.api.bodies.queries import EstimateQuery, Nothing, read_query
from generation.api.door import Door
from generation.api.schema import errors
from generation.asks import LONGEST, SHORTEST, Refused
from generation.money.pricing import NoPrice, estimate
from providers.catalogue import catalogue_of
from providers.market import market
from providers.overview import providers_overview, recommendation
from providers.types import GenerationMode, Tier


class Providers(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="providers",
        summary="List providers",
        responses={200: ProvidersAnswer, **errors(400)},
        examples=[examples.PROVIDERS],
    )
    def get(self, request: Request) -> Response:
        """The providers with what they can do, their price, and how they are just now."""
        read_query(Nothing, request.query_params)
        mode = self.access.mode
        trade = market(mode)
        body: ProvidersAnswer = {
            "status": "success",
            "providers": [provider_answer(one) for one in providers_overview(mode, trade=trade)],
            "recommendation": recommendation(mode, trade=trade),
        }
        return Response(body)


class EstimateCost(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="estimate_cost",
        summary="Estimate a cost",
        parameters=[EstimateQuery],
        responses={200: EstimateAnswer, **errors(400)},
        examples=[examples.ESTIMATE],
    )
    def get(self, request: Request) -> Response:
        """The list price of one clip, and what the other providers would take for it."""
        given = read_query(EstimateQuery, request.query_params)
        seconds: int = given["duration"]
        if not SHORTEST <= seconds <= LONGEST:
            words = f"A clip is {SHORTEST} to {LONGEST} seconds long, not {seconds}."
            raise Refused(words, field="duration")
        try:
            priced = estimate(
                duration=seconds,
                quality=Tier(given["quality"]),
                provider=given["provider"],
                catalogue_name=catalogue_of(self.access.mode),
                on=datetime.now(UTC).date(),
                mode=GenerationMode(given["mode"]),
            )
        except NoPrice as none:
            raise Refused(str(none), field="duration", code="no_offer") from none
        return Response(estimate_answer(priced, mode=given["mode"]))
