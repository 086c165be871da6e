"""The form that fills a template: what was typed, and what it means."""

from dataclasses import dataclass, field

from django.http import QueryDict

from campaigns.prompts.library.using import Filling
from providers.catalogue_file import PROVIDERS
from providers.types import Tier

PREFIX = "v-"
LONGEST = 500


@dataclass(frozen=True, kw_only=True)
class Typed:
    """The form's fields as text; `values` by the variable's name. `number` is the version's."""

    values: dict[str, str] = field(default_factory=dict)
    client: str = ""
    campaign: str = ""
    shot: str = ""
    provider: str = ""
    tier: str = ""
    number: int | None = None


def typed_from(data: QueryDict) -> Typed:
    """What a browser sent. A provider or tier that nobody knows is none."""
    told = {name: data.get(name, "")[:64] for name in ("client", "campaign", "shot")}
    number = data.get("version", "")
    provider, tier = data.get("provider", ""), data.get("tier", "")
    return Typed(
        values={
            name.removeprefix(PREFIX)[:40]: data.get(name, "")[:LONGEST]
            for name in data
            if name.startswith(PREFIX)
        },
        provider=provider if provider in PROVIDERS else "",
        tier=tier if tier in set(Tier) else "",
        number=int(number) if number.isascii() and number.isdigit() and len(number) < 6 else None,
        **told,
    )


def filling_of(typed: Typed, *, campaign: str | None = None) -> Filling:
    return Filling(
        values=typed.values,
        client=typed.client,
        campaign=typed.campaign if campaign is None else campaign,
        provider=typed.provider or None,
        tier=Tier(typed.tier) if typed.tier else None,
    )
