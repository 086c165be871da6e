"""The price book: what every offer costs, since when, and by whose word."""

from datetime import UTC

from django.conf import settings
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from generation import clock, price_changes
from generation.api.answers.prices import (
    PriceBookAnswer,
    ProposalAnswer,
    offer_answer,
    proposal_answer,
)
from generation.api.bodies.prices import PriceBody, ReasonBody
from generation.api.bodies.queries import Nothing, read_query
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer
from generation.money.pricing import micros_from_decimal
from providers.catalogue import catalogue_of
from providers.price_book import NewPrice
from providers.price_history import book, waiting


class Prices(Door):
    permissions_needed = {"GET": "costs:read", "POST": "prices:write"}

    @extend_schema(
        operation_id="prices",
        summary="Read the price book",
        responses={200: PriceBookAnswer, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """Every offer of this mode with all its prices, those of the past and the future too."""
        read_query(Nothing, request.query_params)
        name = catalogue_of(self.access.mode)
        body: PriceBookAnswer = {
            "catalogue": name,
            "two_persons": settings.PRICES_NEED_TWO_PERSONS,
            "offers": [
                offer_answer(one) for one in book(name, on=clock.now().astimezone(UTC).date())
            ],
            "proposals": [proposal_answer(one) for one in waiting(name)],
        }
        return Response(body)

    @extend_schema(
        operation_id="propose_price",
        summary="Change a price",
        request=PriceBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ProposalAnswer, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """From today or a later day on; the past is never rewritten. An API key never may.

        Where two persons are asked for, it waits for the second one.
        """
        given = read(PriceBody, request.data)
        new = NewPrice(
            offer_id=given["offer"],
            micros_per_second=micros_from_decimal(given["price_per_second"]),
            valid_from=given["valid_from"],
            source=given["source"],
        )
        return self.replayed() or self.once(
            lambda: Answer(
                status=201, body=dict(proposal_answer(price_changes.propose(self.access, new)))
            )
        )


class PriceApproval(Door):
    permissions_needed = {"POST": "prices:write"}

    @extend_schema(
        operation_id="approve_price",
        summary="Approve a price",
        request=ReasonBody,
        responses={200: ProposalAnswer, **errors(400)},
    )
    def post(self, request: Request, proposal_id: str) -> Response:
        """Puts a waiting price into the book, by somebody else than who proposed it."""
        given = read(ReasonBody, request.data)
        done = price_changes.approve(
            self.access, waiting_by(self, proposal_id), reason=given["reason"]
        )
        return Response(proposal_answer(done))


class PriceRefusal(Door):
    permissions_needed = {"POST": "prices:write"}

    @extend_schema(
        operation_id="refuse_price",
        summary="Refuse a price",
        request=ReasonBody,
        responses={200: ProposalAnswer, **errors(400)},
    )
    def post(self, request: Request, proposal_id: str) -> Response:
        """Leaves the book as it is. Needs a `reason`; the proposer may withdraw this way."""
        given = read(ReasonBody, request.data)
        done = price_changes.refuse(
            self.access, waiting_by(self, proposal_id), reason=given["reason"]
        )
        return Response(proposal_answer(done))


def waiting_by(door: Door, number: str) -> int:
    """The proposal's id. Raises NotFound for none of this mode's price book."""
    if not (number.isdecimal() and number.isascii() and len(number) < 19):
        raise NotFound(f"There is no proposal {number}.")
    if not price_changes.is_proposal(door.access, int(number)):
        raise NotFound(f"There is no proposal {number}.")
    return int(number)
