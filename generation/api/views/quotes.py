"""What clips will cost, before anything is held: kept, so that it can be held to."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from generation import quotes
from generation.api import examples
from generation.api.answers.quotes import QuoteAnswer, quote_answer
from generation.api.bodies.quote import QuoteBody, quote_asked
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer
from generation.models import Quote


class MakeQuote(Door):
    permissions_needed = {"POST": "jobs:write"}
    throttle_classes = (CreateLimit,)
    most_bytes = 8 * 1024 * 1024

    @extend_schema(
        operation_id="quote",
        summary="Quote one clip, a batch or a plan",
        request=QuoteBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: QuoteAnswer, **errors(400, 409, 413, 422, 429)},
        examples=[examples.QUOTE],
    )
    def post(self, request: Request) -> Response:
        """Prices clips without holding or making anything.

        The quote is good for 15 minutes, but not past midnight UTC, when prices change. Within
        that time generate and batch-generate take its id as `quote_id`: the clips are then made
        at the quoted prices and never for more than `max_cost`.
        """
        given = read(QuoteBody, request.data)
        if again := self.replayed():
            return again
        asked = quote_asked(given)

        def kept() -> Answer:
            quote = quotes.keep(self.access, asked.asks, kind=asked.kind, labels=asked.labels)
            return Answer(status=201, body=dict(quote_answer(quote, made=0)))

        return self.once(kept)


class QuoteRecord(Door):
    permissions_needed = {"GET": "jobs:read"}

    @extend_schema(
        operation_id="quote_record",
        summary="Read a quote",
        responses={200: QuoteAnswer, **errors(404)},
    )
    def get(self, request: Request, quote_id: str) -> Response:
        """A quote as it was given, and how many of its lines have been made."""
        quote = Quote.objects.within(self.access).filter(uid=quote_id).first()
        if quote is None:
            raise NotFound(f"There is no quote {quote_id} in this workspace.")
        return Response(quote_answer(quote, made=quote.jobs.count()))
