"""What of our campaigns leans on a provider whose models are gone, or are going."""

from dataclasses import dataclass

from django.db.models import Count

from accounts.access import Access
from campaigns.models import PromptTemplate, Shot, TemplateVersion
from campaigns.prompts.library.content import Content
from campaigns.prompts.library.sunset import sunsets
from campaigns.prompts.library.versions import content_of
from generation.wording import provider_name
from providers.market import Market

MOST_SHOWN = 30
# The newest of the library; an older template says the same on its own page.
MOST_TEMPLATES = 300


@dataclass(frozen=True, kw_only=True)
class Leaning:
    """A campaign or a template that names a going provider; `shots` is 0 for a template."""

    uid: str
    name: str
    provider: str
    shots: int


@dataclass(frozen=True, kw_only=True)
class Radar:
    """`providers` maps those that are gone or going to why, in words."""

    providers: dict[str, str]
    campaigns: list[Leaning]
    templates: list[Leaning]


def radar(access: Access, *, trade: Market) -> Radar:
    """Two queries, and none where nothing is going."""
    going = _going(trade)
    if not going:
        return Radar(providers={}, campaigns=[], templates=[])
    shots = (
        Shot.objects.within(access)
        .filter(provider__in=going, removed_at=None, final=None)
        .values("campaign__centre__uid", "campaign__centre__name", "provider")
        .annotate(shots=Count("pk"))
        .order_by("-campaign_id", "provider")[:MOST_SHOWN]
    )
    campaigns = [
        Leaning(
            uid=row["campaign__centre__uid"],
            name=row["campaign__centre__name"],
            provider=provider_name(row["provider"]),
            shots=row["shots"],
        )
        for row in shots
    ]
    return Radar(
        providers={provider_name(name): words for name, words in going.items()},
        campaigns=campaigns,
        templates=_templates(access, trade=trade),
    )


def _going(trade: Market) -> dict[str, str]:
    """Providers that the catalogue names and whose offers have ended, or will."""
    providers = dict.fromkeys(offer.provider for offer in trade.catalogue.offers)
    probe = Content(body="", renderings=dict.fromkeys(providers, ""))
    # The first sentence says what happens; the rest is advice for a template.
    found = sunsets(probe, trade=trade)
    return {one.provider: one.words.partition(". ")[0].rstrip(".") for one in found}


def _templates(access: Access, *, trade: Market) -> list[Leaning]:
    newest = TemplateVersion.objects.within(access).filter(
        published_at__isnull=False, template__archived_at=None
    )
    rows = newest.select_related("template").order_by("-template_id", "-number")[:MOST_TEMPLATES]
    seen: set[int] = set()
    found = []
    for version in rows:
        if version.template_id in seen:
            continue
        seen.add(version.template_id)
        for one in sunsets(content_of(version), trade=trade):
            found.append(_leaning(version.template, one.provider))
    return found[:MOST_SHOWN]


def _leaning(template: PromptTemplate, provider: str) -> Leaning:
    return Leaning(uid=template.uid, name=template.name, provider=provider_name(provider), shots=0)
