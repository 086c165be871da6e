"""What came of templates: how often each was used, what was picked or refused, and the cost."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery, Sum

from campaigns.models import PromptTemplate, TemplateUse, Verdict
from generation import media
from generation.choices import AssetKind, AssetState, JobState
from generation.models import Asset, Attempt
from generation.wording import provider_name

MODERATION = "moderation"
PICKED = Q(job__take__verdict=Verdict.PICKED)
REFUSED = Q(job__state=JobState.FAILED, job__error_class=MODERATION)
FAILED = Q(job__state=JobState.FAILED) & ~Q(job__error_class=MODERATION)
COUNTS = {
    "uses": Count("pk"),
    "takes": Count("job__take"),
    "accepted": Count("pk", filter=PICKED),
    "refused": Count("pk", filter=REFUSED),
    "failed": Count("pk", filter=FAILED),
    "spent": Sum("job__cost_micros"),
    "spent_on_takes": Sum("job__cost_micros", filter=Q(job__take__isnull=False)),
}


@dataclass(frozen=True, kw_only=True)
class Figures:
    """Clips made, those that were takes, and of these the picked ones. Money is micro-dollars:
    what all clips cost, and what the takes did."""

    uses: int = 0
    takes: int = 0
    accepted: int = 0
    refused: int = 0
    failed: int = 0
    spent_micros: int = 0
    take_micros: int = 0

    @property
    def per_accepted_micros(self) -> int | None:
        """What the takes cost for each that was picked; None before the first."""
        return round(self.take_micros / self.accepted) if self.accepted else None

    @property
    def accept_share(self) -> int | None:
        """Picked of all takes, in per cent."""
        return round(100 * self.accepted / self.takes) if self.takes else None


NONE = Figures()


@dataclass(frozen=True, kw_only=True)
class Row:
    """The figures of one version or provider."""

    name: str
    figures: Figures


def of_templates(templates: Iterable[PromptTemplate]) -> dict[int, Figures]:
    """By primary key; a template without uses is not in it. One query."""
    uses = TemplateUse.objects.filter(version__template__in=[one.pk for one in templates])
    rows = uses.values("version__template_id").annotate(**COUNTS).order_by()
    return {row["version__template_id"]: _figures(row) for row in rows}


def by_version(template: PromptTemplate) -> tuple[Row, ...]:
    """Newest first. One query."""
    rows = _uses(template).values("version__number").annotate(**COUNTS)
    return tuple(
        Row(name=f"Version {row['version__number']}", figures=_figures(row))
        for row in rows.order_by("-version__number")
    )


def by_provider(template: PromptTemplate) -> tuple[Row, ...]:
    """By the provider that was asked last for each clip. One query."""
    last = Attempt.objects.filter(job=OuterRef("job")).order_by("-seq").values("provider")[:1]
    rows = _uses(template).annotate(provider=Subquery(last)).values("provider").annotate(**COUNTS)
    return tuple(
        Row(name=provider_name(row["provider"]), figures=_figures(row))
        for row in rows.order_by("provider")
        if row["provider"]
    )


def examples(templates: Iterable[PromptTemplate]) -> dict[int, str]:
    """The address of one frame for each template: of a picked clip, else of the newest. Two
    queries."""
    shown = Asset.objects.filter(kind=AssetKind.CLIP, state=AssetState.STORED)
    mine = shown.filter(job__template_use__version__template=OuterRef("pk"))
    clips = mine.exclude(job__take__verdict=Verdict.REJECTED).order_by(
        F("job__take__verdict").desc(nulls_last=True), "-pk"
    )
    ids = [one.pk for one in templates]
    chosen = PromptTemplate.objects.filter(pk__in=ids).annotate(
        clip=Subquery(clips.values("pk")[:1])
    )
    wanted: dict[int, int] = dict(chosen.exclude(clip=None).values_list("pk", "clip"))
    assets = Asset.objects.in_bulk(list(wanted.values()))
    return {pk: media.signed_path(assets[clip], thumbnail=True) for pk, clip in wanted.items()}


def _uses(template: PromptTemplate) -> QuerySet[TemplateUse]:
    return TemplateUse.objects.filter(version__template=template)


def _figures(row: Mapping[str, Any]) -> Figures:
    counted = {name: row[name] for name in ("uses", "takes", "accepted", "refused", "failed")}
    return Figures(
        **counted, spent_micros=row["spent"] or 0, take_micros=row["spent_on_takes"] or 0
    )
