"""A template in words and figures: its gaps, its texts at every provider, its versions."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.urls import reverse

from accounts.access import Access
from campaigns.models import Client, Shot, TemplateVersion
from campaigns.pages.filling_form import PREFIX, Typed, filling_of
from campaigns.prompts.library.content import Content
from campaigns.prompts.library.rendering import (
    AS_WRITTEN,
    OPTIMISED,
    OWN,
    Setting,
    ValuesRefused,
    setting_of,
)
from campaigns.prompts.library.using import AtProvider, Preview, preview
from campaigns.prompts.library.variables import Variable
from campaigns.prompts.library.versions import content_of
from campaigns.prompts.optimise.proposal import Piece, difference
from campaigns.prompts.review import Severity
from generation.asks import Refused
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS
from providers.types import Tier

LONGEST_ADDRESS = 3500
SOURCES = {
    OWN: "Written for it",
    OPTIMISED: "Laid out for it",
    AS_WRITTEN: "As written",
}


@dataclass(frozen=True, kw_only=True)
class Gap:
    """One variable as a field of the form. `hint` says where an empty one comes from."""

    variable: Variable
    field: str
    value: str
    placeholder: str
    wrong: str = ""
    from_brand: bool = False


@dataclass(frozen=True, kw_only=True)
class Text:
    """One provider's text as the page shows it."""

    told: AtProvider
    source: str
    weak: str
    first: bool


@dataclass(frozen=True, kw_only=True)
class Said:
    """One version in the list, with what it changed against the one before."""

    version: TemplateVersion
    pieces: tuple[Piece, ...]
    other: tuple[str, ...]


def told_of(
    access: Access,
    version: TemplateVersion,
    typed: Typed,
    *,
    client: Client | None,
    shot: Shot | None,
    errors: dict[str, str],
) -> dict[str, Any]:
    """The gaps, the texts, the price, and what is wrong, as far as it can be told."""
    content = content_of(version)
    known = {one.name for one in content.variables}
    values = {name: value for name, value in typed.values.items() if name in known}
    filling = replace(filling_of(typed), values=values, client=client.uid if client else "")
    if shot is not None:
        filling = replace(filling, tier=Tier(shot.tier), seconds=shot.seconds, ratio=shot.ratio)
        filling = replace(filling, campaign="")
    errors = dict(errors)
    told: Preview | None = None
    try:
        told = preview(access, version, filling, partial=True)
    except ValuesRefused as wrong:
        errors = {**wrong.errors, **errors}
    except Refused as refused:
        errors.setdefault("form", refused.message)
    setting = setting_of(access, client)
    return {
        "gaps": [_gap(one, values, setting, errors) for one in content.variables],
        "told": told,
        "texts": _texts(told),
        "errors": errors,
        "terms": content.terms,
        "missing": _missing(content, told),
        "open_in_generate": _address(told),
        "providers": [(name, provider_name(name)) for name in PROVIDERS],
        "tiers": [(tier.value, tier.value.capitalize()) for tier in Tier],
        "brand_colours": list(client.brand_kit.colours) if client else [],
    }


def about_versions(rows: Sequence[TemplateVersion]) -> list[Said]:
    """Newest first, each against the one before it."""
    older: list[TemplateVersion | None] = [*rows[1:], None]
    return [_said(row, before) for row, before in zip(rows, older, strict=True)]


def _said(version: TemplateVersion, before: TemplateVersion | None) -> Said:
    if before is None:
        return Said(version=version, pieces=(), other=())
    now, then = content_of(version), content_of(before)
    pieces = difference(then.body, now.body) if now.body != then.body else ()
    return Said(version=version, pieces=pieces, other=tuple(_other(now, then)))


def _other(now: Content, then: Content) -> list[str]:
    """What else differs, in words."""
    words = []
    names, before = ({one.name for one in content.variables} for content in (now, then))
    if added := sorted(names - before):
        words.append(f"New gaps: {', '.join(added)}.")
    if gone := sorted(before - names):
        words.append(f"Gaps taken out: {', '.join(gone)}.")
    if names == before and now.variables != then.variables:
        words.append("Defaults or choices of the gaps.")
    changed = {
        name
        for name in {*now.renderings, *then.renderings}
        if now.renderings.get(name) != then.renderings.get(name)
    }
    if changed:
        words.append(f"The text for {', '.join(map(provider_name, sorted(changed)))}.")
    if now.terms != then.terms:
        words.append("Seconds, tier, shape, style or what to avoid.")
    return words


def _gap(
    variable: Variable, values: dict[str, str], setting: Setting, errors: dict[str, str]
) -> Gap:
    branded = setting.defaults.get(variable.name, "")
    return Gap(
        variable=variable,
        field=f"{PREFIX}{variable.name}",
        value=values.get(variable.name, ""),
        placeholder=branded or variable.default,
        wrong=errors.get(variable.name, ""),
        from_brand=bool(branded),
    )


def _texts(told: Preview | None) -> list[Text]:
    if told is None:
        return []
    first = told.route.legs[0].provider if told.route else ""
    texts = [
        Text(
            told=one,
            source=SOURCES[one.rendered.source],
            weak=_weak(one),
            first=one.rendered.provider == first,
        )
        for one in told.providers
    ]
    return sorted(texts, key=lambda one: not one.first)


def _weak(one: AtProvider) -> str:
    """The heaviest finding that is more than a hint."""
    heavy = [f for f in one.rendered.review.findings if f.severity is not Severity.HINTS]
    return heavy[0].message if heavy else ""


def _missing(content: Content, told: Preview | None) -> list[str]:
    if told is None:
        return []
    return [
        one.label
        for one in content.variables
        if one.required and not told.values.by_name.get(one.name)
    ]


def _address(told: Preview | None) -> str:
    """The generate form with all of it; empty where an address cannot carry so much."""
    if told is None:
        return ""
    ask = told.ask
    query = {
        "client": ask.client,
        "campaign": ask.campaign,
        "prompt": ask.prompt,
        "tier": ask.tier.value,
        "ratio": ask.ratio,
        "seconds": ask.seconds,
        "provider": ask.provider,
        "style": ask.style,
        "negative_prompt": ask.negative_prompt,
    }
    given = urlencode({name: value for name, value in query.items() if value})
    address = f"{reverse('generation:generate')}?{given}"
    return address if len(address) <= LONGEST_ADDRESS else ""
