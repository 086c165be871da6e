"""Which templates lean on a provider whose models are gone, or are going."""

from collections.abc import Sequence
from dataclasses import dataclass

from accounts.access import Access
from campaigns.models import TemplateVersion
from campaigns.prompts.library.content import Content
from campaigns.prompts.library.versions import content_of
from generation import clock
from generation.wording import provider_name
from providers.market import Market, market

GOING = ("limited", "deprecated")


@dataclass(frozen=True, kw_only=True)
class Sunset:
    """One provider that a template names: `gone` when nothing of it is on sale."""

    provider: str
    gone: bool
    words: str


def sunsets_of(access: Access, versions: Sequence[TemplateVersion]) -> tuple[Sunset, ...]:
    """For the newest published of a template's versions, given newest first."""
    public = [version for version in versions if version.published_at is not None]
    if not public:
        return ()
    return sunsets(content_of(public[0]), trade=market(access.mode, now=clock.now()))


def sunsets(content: Content, *, trade: Market) -> tuple[Sunset, ...]:
    """For the provider of the terms and those with a rendering of their own."""
    named = dict.fromkeys(
        [*([content.terms.provider] if content.terms.provider else []), *content.renderings]
    )
    found = (_of(provider, trade) for provider in named)
    return tuple(one for one in found if one is not None)


def _of(provider: str, trade: Market) -> Sunset | None:
    offers = trade.catalogue.named(provider)
    name = provider_name(provider)
    left = [offer for offer in offers if not offer.retired(on=trade.on)]
    if not left:
        days = [offer.terms.retired_on for offer in offers if offer.terms.retired_on]
        since = f" since {max(days)}" if days else ""
        words = f"{name} is retired{since}. Its rendering is not used; name another provider."
        return Sunset(provider=provider, gone=True, words=words)
    ends = [offer.terms.retired_on for offer in left]
    if all(day is not None for day in ends):
        words = f"{name} ends on {max(day for day in ends if day)}. Plan with another provider."
        return Sunset(provider=provider, gone=False, words=words)
    if all(offer.lifecycle in GOING for offer in left):
        words = f"{name} is {left[0].lifecycle}: it may end soon or refuse new work."
        return Sunset(provider=provider, gone=False, words=words)
    return None
