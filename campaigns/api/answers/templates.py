"""Prompt templates as the API tells them. Money is in dollars."""

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.prompts.library.figures import NONE, Figures, Row
from campaigns.prompts.library.sunset import Sunset
from campaigns.prompts.library.using import Preview
from campaigns.prompts.library.versions import content_of
from generation.api.answers.plain import moment, money
from generation.money.pricing import as_json_number


class FiguresAnswer(TypedDict):
    """`takes` of all `uses` were shots' takes; `accepted` of these were picked. `refused` by a
    provider's moderation, `failed` for another reason. `cost_per_accepted` is null before the
    first pick."""

    uses: int
    takes: int
    accepted: int
    refused: int
    failed: int
    cost: float
    cost_per_accepted: float | None


class SunsetAnswer(TypedDict):
    """A provider that the template names and that is `gone`, or going."""

    provider: str
    gone: bool
    message: str


class TemplateAnswer(TypedDict):
    """`published` is the number of the version in use, `draft` that of the open draft.
    `starter` came with the product."""

    id: str
    name: str
    kind: str
    description: str
    starter: bool
    forked_from: str | None
    published: int | None
    draft: int | None
    figures: FiguresAnswer
    archived: bool
    created_at: str | None


class VariableAnswer(TypedDict):
    name: str
    type: str
    label: str
    default: str
    choices: list[str]
    required: bool


class SettingsAnswer(TypedDict):
    seconds: int
    tier: str
    ratio: str
    style: str
    negative_prompt: str
    provider: str


class VersionAnswer(TypedDict):
    """Once `published_at` is set it never changes."""

    number: int
    body: str
    variables: list[VariableAnswer]
    renderings: dict[str, str]
    settings: SettingsAnswer
    change_note: str
    published_at: str | None
    created_at: str | None


class FiguresRow(FiguresAnswer):
    """The figures of one version or provider, by its name."""

    name: str


class TemplateDetail(TemplateAnswer):
    """Versions newest first, what came of each, and what a named provider's end means."""

    versions: list[VersionAnswer]
    by_version: list[FiguresRow]
    by_provider: list[FiguresRow]
    warnings: list[SunsetAnswer]


class AtProviderAnswer(TypedDict):
    """`source` is own (a rendering by hand), optimised or as_written. `price` is null where the
    provider cannot make it; `reason` then says why. `verdict` is the review's."""

    provider: str
    prompt: str
    negative_prompt: str
    source: str
    length: int
    longest: int
    verdict: str
    price: float | None
    reason: str


class RenderAnswer(TypedDict):
    """`prompt` is what would be sent first; `max_cost` is the dearest provider of the route.
    `values` are those that filled the gaps, defaults included."""

    template: str
    version: int
    values: dict[str, str]
    provider: str | None
    prompt: str
    negative_prompt: str
    duration: int
    quality: str
    aspect_ratio: str
    estimated_cost: float | None
    max_cost: float | None
    providers: list[AtProviderAnswer]


class TemplateShotAnswer(TypedDict):
    """The shot with the version that it is pinned to."""

    shot: str
    campaign: str
    template: str
    version: int
    values: dict[str, str]
    prompt: str


class TemplateFileAnswer(TypedDict):
    """A template as a file."""

    format: str
    version: int
    template: dict[str, str]
    versions: list[dict[str, Any]]


def template_answer(template: PromptTemplate, *, figures: Mapping[int, Figures]) -> TemplateAnswer:
    """A row of `templates.mine`."""
    origin = template.forked_from
    return {
        "id": template.uid,
        "name": template.name,
        "kind": template.kind,
        "description": template.description,
        "starter": bool(template.starter),
        "forked_from": origin.template.uid if origin else None,
        "published": getattr(template, "published", None),
        "draft": getattr(template, "draft", None),
        "figures": figures_answer(figures.get(template.pk, NONE)),
        "archived": template.archived_at is not None,
        "created_at": moment(template.created_at),
    }


def template_detail(
    template: PromptTemplate,
    *,
    figures: Mapping[int, Figures],
    versions: Sequence[TemplateVersion],
    by_version: Sequence[Row],
    by_provider: Sequence[Row],
    warnings: Sequence[Sunset],
) -> TemplateDetail:
    return {
        **template_answer(template, figures=figures),
        "versions": [version_answer(version) for version in versions],
        "by_version": [_row(row) for row in by_version],
        "by_provider": [_row(row) for row in by_provider],
        "warnings": [
            {"provider": one.provider, "gone": one.gone, "message": one.words} for one in warnings
        ],
    }


def version_answer(version: TemplateVersion) -> VersionAnswer:
    told = content_of(version).as_json()
    return {
        "number": version.number,
        "body": told["body"],
        "variables": told["variables"],
        "renderings": told["renderings"],
        "settings": told["settings"],
        "change_note": told["change_note"],
        "published_at": moment(version.published_at),
        "created_at": moment(version.created_at),
    }


def render_answer(version: TemplateVersion, told: Preview) -> RenderAnswer:
    route = told.route
    return {
        "template": version.template.uid,
        "version": version.number,
        "values": dict(told.values.by_name),
        "provider": route.legs[0].provider if route else None,
        "prompt": told.ask.prompt,
        "negative_prompt": told.ask.negative_prompt,
        "duration": told.ask.seconds,
        "quality": told.ask.tier.value,
        "aspect_ratio": told.ask.ratio,
        "estimated_cost": money(route.likely_micros) if route else None,
        "max_cost": money(route.worst_micros) if route else None,
        "providers": [
            {
                "provider": one.rendered.provider,
                "prompt": one.rendered.prompt,
                "negative_prompt": one.rendered.negative_prompt,
                "source": one.rendered.source,
                "length": one.rendered.length,
                "longest": one.rendered.longest,
                "verdict": one.rendered.review.verdict.value,
                "price": money(one.price_micros),
                "reason": one.reason,
            }
            for one in told.providers
        ],
    }


def figures_answer(figures: Figures) -> FiguresAnswer:
    return {
        "uses": figures.uses,
        "takes": figures.takes,
        "accepted": figures.accepted,
        "refused": figures.refused,
        "failed": figures.failed,
        "cost": as_json_number(figures.spent_micros),
        "cost_per_accepted": money(figures.per_accepted_micros),
    }


def _row(row: Row) -> FiguresRow:
    return {"name": row.name, **figures_answer(row.figures)}
