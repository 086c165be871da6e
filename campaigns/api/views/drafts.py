"""Quoting the storyboard and making its drafts."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from campaigns import drafting, storyboard
from campaigns.api.answers.takes import TakesMade, takes_made
from campaigns.api.bodies.storyboard import DraftsBody, ShotsQuoteBody
from campaigns.api.lookup import campaign_by
from campaigns.models import Campaign
from generation.api.answers.quotes import QuoteAnswer, quote_answer
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer


class StoryboardQuote(Door):
    permissions_needed = {"POST": "campaigns:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="quote_storyboard",
        summary="Quote a storyboard",
        request=ShotsQuoteBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: QuoteAnswer, **errors(400, 404, 409, 422, 429)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Likely and worst for each shot; `label` is the shot's id. Nothing is held. Until
        `valid_until` drafts take the `quote_id` and are made at these prices."""
        campaign = campaign_by(self.access, campaign_id)
        given = read(ShotsQuoteBody, request.data)
        return self.replayed() or self.once(lambda: self._quoted(campaign, given))

    def _quoted(self, campaign: Campaign, given: dict[str, Any]) -> Answer:
        named = given["shots"]
        shots = storyboard.named(campaign, named) if named else storyboard.shots_of(campaign)
        quote = drafting.quote(self.access, campaign, list(shots), takes_each=given["takes_each"])
        return Answer(status=201, body=dict(quote_answer(quote, made=0)))


class Drafts(Door):
    permissions_needed = {"POST": "campaigns:write"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="drafts",
        summary="Make drafts of shots",
        request=DraftsBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: TakesMade, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, campaign_id: str) -> Response:
        """Takes of the named shots, each in its own tier, as one batch under one hold: all are
        admitted or none."""
        require(self.access, "jobs:write")
        campaign = campaign_by(self.access, campaign_id)
        given = read(DraftsBody, request.data)
        return self.replayed() or self.once(lambda: self._made(campaign, given))

    def _made(self, campaign: Campaign, given: dict[str, Any]) -> Answer:
        made = drafting.make_drafts(
            self.access,
            campaign,
            given["shots"],
            takes_each=given["takes_each"],
            quote_uid=given["quote_id"],
        )
        shots = [take.shot.uid for take in made.takes]
        told = takes_made(made, campaign_id=campaign.uid, shots=shots)
        return Answer(status=202, body=dict(told))
