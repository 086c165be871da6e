"""Templates put to use: filled and priced, made into a clip, or into a shot."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from campaigns.api.answers.templates import RenderAnswer, TemplateShotAnswer, render_answer
from campaigns.api.bodies.templates import (
    FillBody,
    TemplateGenerateBody,
    TemplateShotBody,
    filling_from,
)
from campaigns.api.lookup import campaign_by, shot_by
from campaigns.api.views.templates import TemplateDoor
from campaigns.models import PromptTemplate
from campaigns.prompts.library import into_shots, using, versions
from generation import uploads
from generation.api.answers.jobs import Queued, queued
from generation.api.bodies.strict import read
from generation.api.limits import CreateLimit
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import Refused
from generation.idempotency import Answer


class PromptTemplateRender(TemplateDoor):
    permissions_needed = {"POST": "campaigns:read"}

    @extend_schema(
        operation_id="render_prompt_template",
        summary="Fill a prompt template",
        request=FillBody,
        responses={200: RenderAnswer, **errors(400, 404)},
    )
    def post(self, request: Request, template_id: str) -> Response:
        """The text and the price at every provider. Nothing is kept, held or made.

        Values that were not given come from the client's brand kit, then from the variable's own
        default. A draft can be filled by naming its `version`.
        """
        template = self.template(template_id)
        given = read(FillBody, request.data)
        number = given["version"]
        version = (
            versions.in_use(template) if number is None else versions.by_number(template, number)
        )
        return Response(
            render_answer(version, using.preview(self.access, version, filling_from(given)))
        )


class PromptTemplateGenerate(TemplateDoor):
    permissions_needed = {"POST": "campaigns:read"}
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="generate_from_template",
        summary="Generate a video from a prompt template",
        request=TemplateGenerateBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={202: Queued, **errors(400, 402, 404, 409, 422, 429)},
    )
    def post(self, request: Request, template_id: str) -> Response:
        """One clip as of generate. The version and the values are noted with the job, for good."""
        require(self.access, "jobs:write")
        template = self.template(template_id)
        given = read(TemplateGenerateBody, request.data)
        if again := self.replayed():
            return again
        path = given["image_path"]
        picture = uploads.resolve(self.access, path).uid if path else ""
        return self.once(lambda: self._made(template, given, picture))

    def _made(self, template: PromptTemplate, given: dict[str, Any], picture: str) -> Answer:
        version = versions.in_use(template, given["version"])
        filling = filling_from(given, picture_uid=picture)
        job = using.generate(self.access, version, filling, quote_uid=given["quote_id"])
        return Answer(status=202, body=dict(queued(job)))


class PromptTemplateShots(TemplateDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="shot_from_template",
        summary="Write a shot from a prompt template",
        request=TemplateShotBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TemplateShotAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, template_id: str) -> Response:
        """With `shot` its words are replaced and its seconds, tier and shape stay; with
        `campaign` a new shot stands at the end. It is pinned to the version; nothing is spent."""
        template = self.template(template_id)
        given = read(TemplateShotBody, request.data)
        if bool(given["shot"]) == bool(given["campaign"]):
            words = "Send one of shot (its words are replaced) and campaign (a new shot)."
            raise Refused(words, field="shot", code="required")
        return self.replayed() or self.once(lambda: self._written(template, given))

    def _written(self, template: PromptTemplate, given: dict[str, Any]) -> Answer:
        version = versions.in_use(template, given["version"])
        filling = filling_from(given)
        if given["shot"]:
            old = shot_by(self.access, given["shot"])
            shot = into_shots.put_into(self.access, old, version, filling)
        else:
            campaign = campaign_by(self.access, given["campaign"])
            shot = into_shots.add_shot(self.access, campaign, version, filling)
        told: TemplateShotAnswer = {
            "shot": shot.uid,
            "campaign": shot.campaign.uid,
            "template": template.uid,
            "version": version.number,
            "values": shot.template_values,
            "prompt": shot.prompt,
        }
        return Answer(status=201, body=dict(told))
