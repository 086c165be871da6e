"""The brief of a campaign."""

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns import briefs
from campaigns.api.answers.campaigns import BriefAnswer, brief_answer
from campaigns.api.bodies.briefs import BriefBody, BriefChangeBody, changed_brief, whole_brief
from campaigns.api.lookup import campaign_by
from campaigns.briefs import BriefFields, Outdated
from campaigns.models import Campaign
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import errors


class VersionConflict(APIException):
    status_code = 409
    default_code = "version_conflict"


class BriefRecord(Door):
    permissions_needed = {
        "GET": "campaigns:read",
        "PUT": "campaigns:write",
        "PATCH": "campaigns:write",
    }

    @extend_schema(
        operation_id="brief",
        summary="Read a brief",
        responses={200: BriefAnswer, **errors(404)},
    )
    def get(self, request: Request, campaign_id: str) -> Response:
        """What the client wants, as far as it has been said, and what is missing."""
        campaign = campaign_by(self.access, campaign_id)
        return Response(brief_answer(campaign.brief, campaign=campaign))

    @extend_schema(
        operation_id="replace_brief",
        summary="Replace a brief",
        request=BriefBody,
        responses={200: BriefAnswer, **errors(400, 404, 409)},
    )
    def put(self, request: Request, campaign_id: str) -> Response:
        """What is left out becomes empty. Needs the `version` that was read: where somebody was
        faster, 409 `version_conflict` says who, and nothing is changed."""
        campaign = campaign_by(self.access, campaign_id)
        given = read(BriefBody, request.data)
        return self._change(campaign, whole_brief(given), version=given["version"])

    @extend_schema(
        operation_id="change_brief",
        summary="Change a brief",
        request=BriefChangeBody,
        responses={200: BriefAnswer, **errors(400, 404, 409)},
    )
    def patch(self, request: Request, campaign_id: str) -> Response:
        """What is left out stays. What was made from the old brief is marked, never made anew."""
        campaign = campaign_by(self.access, campaign_id)
        given = read(BriefChangeBody, request.data)
        fields = changed_brief(briefs.fields_of(campaign.brief), given)
        return self._change(campaign, fields, version=given["version"])

    def _change(self, campaign: Campaign, fields: BriefFields, *, version: int) -> Response:
        try:
            brief = briefs.change(self.access, campaign, fields, version=version)
        except Outdated as outdated:
            words = (
                f"{outdated.by} has changed the brief since you read it. It stands at version"
                f" {outdated.version}: read it again, then send your change with that version."
            )
            raise VersionConflict(words) from outdated
        return Response(brief_answer(brief, campaign=campaign))
