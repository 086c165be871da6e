"""The prompt library: templates, their versions, and templates as files."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from campaigns.api.answers.templates import (
    TemplateAnswer,
    TemplateDetail,
    TemplateFileAnswer,
    VersionAnswer,
    template_answer,
    template_detail,
    version_answer,
)
from campaigns.api.bodies.templates import (
    ForkBody,
    TemplateBody,
    TemplateChangeBody,
    TemplateFileBody,
    TemplatesQuery,
    VersionBody,
    change_from,
    content_from,
)
from campaigns.api.listing import paged
from campaigns.models import PromptTemplate
from campaigns.prompts.library import exchange, figures, templates, versions
from campaigns.prompts.library.starters import bring
from campaigns.prompts.library.sunset import sunsets_of
from generation.api.answers.pages import Listed
from generation.api.bodies.queries import Nothing, read_query
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.idempotency import Answer


class TemplatesPage(Listed):
    """Templates, newest first."""

    results: list[TemplateAnswer]


class TemplateDoor(Door):
    """What the doors of templates share."""

    def template(self, uid: str) -> PromptTemplate:
        template = templates.template_by(self.access, uid)
        if template is None:
            raise NotFound(f"There is no prompt template {uid} in this workspace.")
        return template

    def told(self, uid: str) -> TemplateDetail:
        template = self.template(uid)
        rows = list(template.versions.order_by("-number"))
        return template_detail(
            template,
            figures=figures.of_templates([template]),
            versions=rows,
            by_version=figures.by_version(template),
            by_provider=figures.by_provider(template),
            warnings=sunsets_of(self.access, rows),
        )


class PromptTemplates(TemplateDoor):
    permissions_needed = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="prompt_templates",
        summary="List prompt templates",
        parameters=[TemplatesQuery],
        responses={200: TemplatesPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """The library, those that came with the product included, with what came of each.
        Follow `next` until it is null."""
        given = read_query(TemplatesQuery, request.query_params)
        bring(self.access)
        rows = templates.mine(self.access)
        rows = rows.filter(archived_at__isnull=given["archived"] == "false")
        rows = templates.found(rows, kind=given["kind"] or "", words=given["q"])
        found, links = paged(request, rows, given)
        known = figures.of_templates(found)
        return Response({"results": [template_answer(t, figures=known) for t in found], **links})

    @extend_schema(
        operation_id="make_prompt_template",
        summary="Make a prompt template",
        request=TemplateBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TemplateDetail, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """With its first version, a draft unless `publish` says otherwise. Every gap of a body
        needs a variable, and every variable a gap."""
        given = read(TemplateBody, request.data)
        return self.replayed() or self.once(lambda: self._made(given))

    def _made(self, given: dict[str, Any]) -> Answer:
        template = templates.create(
            self.access,
            name=given["name"],
            kind=given["kind"],
            description=given["description"],
            content=content_from(given),
        )
        if given["publish"]:
            versions.publish(self.access, versions.by_number(template, 1))
        return Answer(status=201, body=dict(self.told(template.uid)))


class PromptTemplateRecord(TemplateDoor):
    permissions_needed = {"GET": "campaigns:read", "PATCH": "campaigns:write"}

    @extend_schema(
        operation_id="prompt_template",
        summary="Read a prompt template",
        responses={200: TemplateDetail, **errors(404)},
    )
    def get(self, request: Request, template_id: str) -> Response:
        """All that it ever said, with what came of each version at each provider."""
        return Response(self.told(template_id))

    @extend_schema(
        operation_id="change_prompt_template",
        summary="Change a prompt template",
        request=TemplateChangeBody,
        responses={200: TemplateDetail, **errors(400, 404)},
    )
    def patch(self, request: Request, template_id: str) -> Response:
        """Name, kind, description, and whether it is put away. What it says changes by a new
        version alone."""
        template = self.template(template_id)
        given = read(TemplateChangeBody, request.data)
        templates.change(self.access, template, change_from(given))
        return Response(self.told(template_id))


class PromptTemplateVersions(TemplateDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="draft_template_version",
        summary="Draft a version of a prompt template",
        request=VersionBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: VersionAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, template_id: str) -> Response:
        """There is one draft at a time: while it is open it is written anew. Nothing uses it
        before it is published."""
        template = self.template(template_id)
        given = read(VersionBody, request.data)
        return self.replayed() or self.once(lambda: self._saved(template, given))

    def _saved(self, template: PromptTemplate, given: dict[str, Any]) -> Answer:
        draft = versions.save_draft(self.access, template, content_from(given))
        return Answer(status=201, body=dict(version_answer(draft)))


class PromptTemplatePublish(TemplateDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="publish_template_version",
        summary="Publish a version of a prompt template",
        request=Nothing,
        responses={200: VersionAnswer, **errors(400, 404)},
    )
    def post(self, request: Request, template_id: str, number: str) -> Response:
        """From now on it is used and never changes. Twice is harmless."""
        template = self.template(template_id)
        read(Nothing, request.data)
        known = {str(version.number): version for version in template.versions.all()}
        if number not in known:
            raise NotFound(f"There is no version {number} of {template.name}.")
        version = versions.by_number(template, known[number].number)
        return Response(version_answer(versions.publish(self.access, version)))


class PromptTemplateFork(TemplateDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="fork_prompt_template",
        summary="Fork a prompt template",
        request=ForkBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TemplateDetail, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, template_id: str) -> Response:
        """One's own template that says what this version says, as a draft."""
        template = self.template(template_id)
        given = read(ForkBody, request.data)
        return self.replayed() or self.once(lambda: self._forked(template, given))

    def _forked(self, template: PromptTemplate, given: dict[str, Any]) -> Answer:
        version = versions.in_use(template, given["version"])
        made = templates.fork(self.access, version, name=given["name"])
        return Answer(status=201, body=dict(self.told(made.uid)))


class PromptTemplateExport(TemplateDoor):
    permissions_needed = {"GET": "campaigns:read"}

    @extend_schema(
        operation_id="export_prompt_template",
        summary="Export a prompt template",
        responses={200: TemplateFileAnswer, **errors(404)},
    )
    def get(self, request: Request, template_id: str) -> Response:
        """The whole of it as a file that import takes, here or elsewhere."""
        return Response(exchange.exported(self.template(template_id)))


class PromptTemplateImport(TemplateDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="import_prompt_template",
        summary="Import a prompt template",
        request=TemplateFileBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: TemplateDetail, **errors(400, 409, 413, 422)},
    )
    def post(self, request: Request) -> Response:
        """What export gave, as a new template. A file at fault is refused by the field's path."""
        given = read(TemplateFileBody, request.data)
        return self.replayed() or self.once(lambda: self._imported(given))

    def _imported(self, given: dict[str, Any]) -> Answer:
        template = exchange.imported(self.access, given)
        return Answer(status=201, body=dict(self.told(template.uid)))
