"""Campaigns: where each stands, and putting one away."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import archiving, opening
from campaigns.api.answers.campaigns import CampaignAnswer, campaign_answer
from campaigns.api.bodies.briefs import CampaignBody, CampaignChangeBody
from campaigns.api.bodies.lists import OfClientQuery
from campaigns.api.listing import paged
from campaigns.api.lookup import campaign_by
from campaigns.briefs import fields_by_campaign
from campaigns.figures import figures
from campaigns.models import Campaign
from generation.api.answers.pages import Listed
from generation.api.bodies.queries import read_query
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import Refused
from generation.idempotency import Answer


class CampaignsPage(Listed):
    """Campaigns, newest first."""

    results: list[CampaignAnswer]


class CampaignDoor(Door):
    """What the doors of campaigns share."""

    def told(self, campaigns: list[Campaign]) -> list[CampaignAnswer]:
        """The answers, in the same few queries however many they are."""
        counted, briefs = figures(self.access, campaigns), fields_by_campaign(campaigns)
        return [
            campaign_answer(one, figures=counted[one.pk], fields=briefs[one.pk], access=self.access)
            for one in campaigns
        ]


class Campaigns(CampaignDoor):
    permissions_needed = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="campaigns",
        summary="List campaigns",
        parameters=[OfClientQuery],
        responses={200: CampaignsPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """With shots and takes counted, and the money. Follow `next` until it is null."""
        given = read_query(OfClientQuery, request.query_params)
        opening.adopt(self.access)
        rows = Campaign.objects.within(self.access).select_related("centre", "client__centre")
        rows = rows.filter(archived_at__isnull=given["archived"] == "false")
        if given["client"]:
            rows = rows.filter(client__centre__uid=given["client"])
        found, links = paged(request, rows, given)
        return Response({"results": self.told(found), **links})

    @extend_schema(
        operation_id="open_campaign",
        summary="Open a campaign",
        request=CampaignBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: CampaignAnswer, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """A name is taken once in the workspace: requests may name the campaign by it."""
        given = read(CampaignBody, request.data)
        return self.replayed() or self.once(lambda: self._opened(given))

    def _opened(self, given: dict[str, Any]) -> Answer:
        uid = given["client"]
        client = opening.client_by(self.access, uid) if uid else None
        if uid and client is None:
            raise Refused("There is no such client here.", field="client", code="not_found")
        campaign = opening.open_campaign(self.access, name=given["name"], client=client)
        return Answer(status=201, body=dict(self.told([campaign])[0]))


class CampaignRecord(CampaignDoor):
    permissions_needed = {"GET": "campaigns:read", "PATCH": "campaigns:write"}

    @extend_schema(
        operation_id="campaign",
        summary="Read a campaign",
        responses={200: CampaignAnswer, **errors(404)},
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """Where it stands: shots, takes, money, and how much the brief lacks."""
        return Response(self.told([campaign_by(self.access, campaign_id)])[0])

    @extend_schema(
        operation_id="change_campaign",
        summary="Archive a campaign",
        request=CampaignChangeBody,
        responses={200: CampaignAnswer, **errors(400, 404)},
    )
    def patch(self, request: Request, campaign_id: str) -> Response:
        """Puts it away or brings it back. Running jobs go on. The name stays: money is booked
        on it."""
        campaign = campaign_by(self.access, campaign_id)
        given = read(CampaignChangeBody, request.data)
        archiving.set_archived(self.access, campaign, archived=given["archived"])
        return Response(self.told([campaign])[0])
