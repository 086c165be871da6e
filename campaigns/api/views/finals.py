"""The finals of a campaign: quoted as one, then confirmed as one batch under one hold."""

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from campaigns import finals, promoting
from campaigns.api.answers.takes import TakesMade, takes_made
from campaigns.api.bodies.takes import FinalsBody, pins_of
from campaigns.api.lookup import campaign_by
from generation.api.answers.quotes import QuoteAnswer, quote_answer
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import Refused
from generation.idempotency import Answer
from providers.types import Tier


class Finals(Door):
    permissions_needed = {"POST": "campaigns:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="finals",
        summary="Quote or confirm finals",
        request=FinalsBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: QuoteAnswer, 202: TakesMade, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Without `quote_id` the finals are only priced: 201 with a quote, nothing is held.

        With the quote's id, and otherwise the same body, they are made: 202. Nothing is ever
        made here without a quote.
        """
        require(self.access, "jobs:write")
        campaign = campaign_by(self.access, campaign_id)
        given = read(FinalsBody, request.data)
        if again := self.replayed():
            return again
        tier = Tier(given["quality"]) if given["quality"] else None
        pins = pins_of(given)
        if given["takes"]:
            takes = finals.named(self.access, campaign, given["takes"])
            wanted = finals.promotions_of(campaign, takes, tier=tier, **pins)
        else:
            wanted = finals.all_waiting(campaign, tier=tier, **pins)
        if not wanted:
            words = "No picked take waits for a final. Pick one, or name takes."
            raise Refused(words, field="takes", code="required")

        def quoted() -> Answer:
            quote = promoting.quote(self.access, campaign, wanted)
            return Answer(status=201, body=dict(quote_answer(quote, made=0)))

        def confirmed() -> Answer:
            done = promoting.promote(self.access, campaign, wanted, quote_uid=given["quote_id"])
            shots = [one.take.shot.uid for one in wanted]
            told = takes_made(done, campaign_id=campaign.uid, shots=shots)
            return Answer(status=202, body=dict(told))

        return self.once(confirmed if given["quote_id"] else quoted)
