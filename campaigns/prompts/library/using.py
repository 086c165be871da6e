"""Using a template: the clip that it means, its price at every provider, and making it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from django.db import transaction

from accounts.access import Access
from campaigns import opening
from campaigns.models import Client, TemplateUse, TemplateVersion
from campaigns.prompts.library.content import Terms
from campaigns.prompts.library.filling import Values
from campaigns.prompts.library.rendering import (
    Rendered,
    Setting,
    rendered,
    setting_of,
    values_of,
)
from campaigns.prompts.library.versions import content_of
from generation import clock, jobs
from generation.asks import Checker, JobAsk, Refused
from generation.models import Job
from generation.routing import Route
from providers.catalogue_file import PROVIDERS
from providers.market import market
from providers.types import GenerationMode, Tier


@dataclass(frozen=True, kw_only=True)
class Filling:
    """What fills a template and what else is asked for; None is as the template says.

    `client` and `campaign` are public ids; a campaign's client binds where none is named.
    """

    values: Mapping[str, str] = field(default_factory=dict)
    client: str = ""
    campaign: str = ""
    provider: str | None = None
    seconds: int | None = None
    tier: Tier | None = None
    ratio: str | None = None
    picture_uid: str = ""
    seed: int | None = None


@dataclass(frozen=True, kw_only=True)
class AtProvider:
    """One provider's prompt and price in micro-dollars; without a price `reason` says why."""

    rendered: Rendered
    price_micros: int | None
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class Preview:
    """`ask` is the clip that would be made; `route` is None where `problem` says why not."""

    ask: JobAsk
    values: Values
    first: Rendered
    route: Route | None
    providers: tuple[AtProvider, ...]
    problem: str = ""


def preview(
    access: Access, version: TemplateVersion, filling: Filling, *, partial: bool = False
) -> Preview:
    """Text and price at every provider, on one state of the market. Nothing is kept or held.

    Raises ValuesRefused; with `partial` what is missing stays empty. Raises Refused for a client
    or campaign that is not there.
    """
    setting = setting_of(access, _client_of(access, filling))
    values = values_of(access, version, filling.values, setting=setting, partial=partial)
    terms = terms_of(version, filling)
    checker = Checker(access, trade=market(access.mode, now=clock.now()))
    bare = _bare_ask(terms, filling)
    route, problem = _route(checker, bare)
    told = tuple(
        _at(checker, version, values, provider=provider, bare=bare, setting=setting, terms=terms)
        for provider in PROVIDERS
    )
    name = route.legs[0].provider if route else terms.provider or PROVIDERS[0]
    first = next(one.rendered for one in told if one.rendered.provider == name)
    if route:
        leg = route.legs[0]
        first = rendered(
            version, values.by_name, provider=name, leg=leg, setting=setting, terms=terms,
            mode=bare.generation_mode,
        )  # fmt: skip
    ask = replace(bare, prompt=first.prompt, negative_prompt=first.negative_prompt)
    return Preview(
        ask=ask, values=values, first=first, route=route, providers=told, problem=problem
    )


def generate(
    access: Access, version: TemplateVersion, filling: Filling, *, quote_uid: str = ""
) -> Job:
    """One clip, and the note of the version that its prompt came from, or nothing at all.

    Raises Refused, ValuesRefused or BudgetExceeded.
    """
    _published_only(version)
    told = preview(access, version, filling)
    if told.route is None:
        Checker(access).route(told.ask)  # raises, with the field to change
    with transaction.atomic():
        job = jobs.create(access, told.ask, quote_uid=quote_uid)
        TemplateUse.objects.create(
            workspace_id=job.workspace_id,
            mode=job.mode,
            job=job,
            version=version,
            values=dict(told.values.by_name),
        )
    return job


def terms_of(version: TemplateVersion, filling: Filling) -> Terms:
    """The template's terms with what was asked for otherwise."""
    own = content_of(version).terms
    return replace(
        own,
        seconds=own.seconds if filling.seconds is None else filling.seconds,
        tier=own.tier if filling.tier is None else filling.tier.value,
        ratio=own.ratio if filling.ratio is None else filling.ratio,
        provider=own.provider if filling.provider is None else filling.provider,
    )


def _bare_ask(terms: Terms, filling: Filling) -> JobAsk:
    moves = GenerationMode.IMAGE_TO_VIDEO if filling.picture_uid else GenerationMode.TEXT_TO_VIDEO
    return JobAsk(
        prompt="",
        generation_mode=moves,
        seconds=terms.seconds,
        tier=Tier(terms.tier),
        ratio=terms.ratio,
        style=terms.style,
        negative_prompt=terms.negative_prompt,
        provider=terms.provider,
        picture_uid=filling.picture_uid,
        seed=filling.seed,
        campaign=filling.campaign,
        client=filling.client,
    )


def _at(
    checker: Checker,
    version: TemplateVersion,
    values: Values,
    *,
    provider: str,
    bare: JobAsk,
    setting: Setting,
    terms: Terms,
) -> AtProvider:
    route, problem = _route(checker, replace(bare, provider=provider, enable_fallback=False))
    leg = route.legs[0] if route else None
    text = rendered(
        version, values.by_name, provider=provider, leg=leg, setting=setting, terms=terms,
        mode=bare.generation_mode,
    )  # fmt: skip
    price = leg.price_micros if leg else None
    return AtProvider(rendered=text, price_micros=price, reason=problem)


def _route(checker: Checker, ask: JobAsk) -> tuple[Route | None, str]:
    try:
        return checker.route(ask), ""
    except Refused as refused:
        return None, refused.message


def _client_of(access: Access, filling: Filling) -> Client | None:
    if filling.client:
        client = opening.client_by(access, filling.client)
        if client is None:
            words = "There is no such client in this workspace."
            raise Refused(words, field="client", code="not_found")
        return client
    campaign = opening.campaign_by(access, filling.campaign) if filling.campaign else None
    if filling.campaign and campaign is None:
        words = "There is no such campaign in this workspace."
        raise Refused(words, field="campaign", code="not_found")
    return campaign.client if campaign else None


def _published_only(version: TemplateVersion) -> None:
    """What a job was made with must never change behind it."""
    if version.published_at is None:
        words = f"Version {version.number} is a draft. Publish it first."
        raise Refused(words, field="version", code="not_published")
