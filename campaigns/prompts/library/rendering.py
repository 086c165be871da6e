"""From a version and values to what each provider is sent, and what that would cost."""

from collections.abc import Mapping
from dataclasses import dataclass

from accounts.access import Access
from campaigns.models import BrandKit, Client, Product, TemplateVersion
from campaigns.prompts.library.content import Content, Terms
from campaigns.prompts.library.filling import Unfilled, Values, filled, values_for
from campaigns.prompts.library.variables import Kind
from campaigns.prompts.library.versions import content_of
from campaigns.prompts.limits import OfferLimits, limits_of
from campaigns.prompts.optimise import Brand, optimise
from campaigns.prompts.review import Review, review
from generation.asks import Refused
from generation.requests import worded
from generation.routing import Leg
from generation.wording import provider_name
from providers.types import GenerationMode

OWN, OPTIMISED, AS_WRITTEN = "own", "optimised", "as_written"


class ValuesRefused(Refused):
    """Values that cannot fill a template; `errors` are words by the variable's name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        name, words = next(iter(errors.items()))
        super().__init__(words, field=f"values.{name}", code="variable")
        self.errors = dict(errors)


@dataclass(frozen=True, kw_only=True)
class Setting:
    """For whom a template is filled: the brand kit that gives defaults and binds words."""

    defaults: Mapping[str, str]
    brand: Brand
    locked: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rendered:
    """One provider's prompt. `source` is own (a rendering by hand), optimised or as_written."""

    provider: str
    name: str
    prompt: str
    negative_prompt: str
    source: str
    longest: int
    counts: str
    length: int
    review: Review

    @property
    def fits(self) -> bool:
        return self.length <= self.longest


def setting_of(access: Access, client: Client | None) -> Setting:
    """One query where there is a client, none else."""
    kit = BrandKit.objects.within(access).filter(client=client).first() if client else None
    if kit is None:
        return Setting(defaults={}, brand=Brand())
    colours = [one["name"] or one["hex"] for one in kit.colours]
    return Setting(
        defaults={**({"brand_colour": colours[0]} if colours else {}), **kit.defaults},
        brand=Brand(voice=kit.voice, avoid=tuple(kit.avoid)),
        locked=tuple(kit.locked_phrases),
    )


def values_of(
    access: Access,
    version: TemplateVersion,
    given: Mapping[str, str],
    *,
    setting: Setting,
    partial: bool = False,
) -> Values:
    """Clean values of all variables; a product's id becomes its name. Raises ValuesRefused."""
    variables = content_of(version).variables
    try:
        named = {**given, **_product_names(access, version, given)}
        return values_for(variables, named, brand=setting.defaults, partial=partial)
    except Unfilled as wrong:
        raise ValuesRefused(wrong.errors) from wrong


def rendered(
    version: TemplateVersion,
    values: Mapping[str, str],
    *,
    provider: str,
    leg: Leg | None,
    setting: Setting,
    terms: Terms | None = None,
    mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO,
) -> Rendered:
    """The prompt for a provider: its own rendering, else the optimiser's of the common body."""
    content = content_of(version)
    terms = terms or content.terms
    offer = _limits(provider, leg, terms)
    own = content.renderings.get(provider, "")
    text = filled(own or content.body, values)
    source, avoid = (OWN if own else AS_WRITTEN), terms.negative_prompt
    locked = (*setting.locked, *_names(content, values))
    if not own:
        better = optimise(
            text,
            offer_limits=(offer,),
            seconds=terms.seconds,
            generation_mode=mode,
            negative_prompt=avoid,
            style=terms.style,
            locked=locked,
            brand=setting.brand,
        )
        source = OPTIMISED if better.rewritten != text else AS_WRITTEN
        text, avoid = better.rewritten, better.negative_prompt
    return Rendered(
        provider=provider,
        name=provider_name(provider),
        prompt=text,
        negative_prompt=avoid,
        source=source,
        longest=offer.room,
        counts=offer.counts,
        length=offer.length_of(text),
        review=review(
            text,
            seconds=terms.seconds,
            generation_mode=mode,
            offer_limits=(offer,),
            locked=locked,
            avoid=setting.brand.avoid,
        ),
    )


def _limits(provider: str, leg: Leg | None, terms: Terms) -> OfferLimits:
    abilities = leg.abilities if leg else ()
    added, _ = worded(
        "", style=terms.style, negative_prompt=terms.negative_prompt, abilities=abilities
    )
    return limits_of(
        provider,
        name=provider_name(provider),
        negative_prompt="negative_prompt" in abilities,
        added=added,
    )


def _names(content: Content, values: Mapping[str, str]) -> tuple[str, ...]:
    """Names of products come out as they are."""
    products = (one.name for one in content.variables if one.type is Kind.PRODUCT)
    return tuple(values[name] for name in products if values.get(name))


def _product_names(
    access: Access, version: TemplateVersion, given: Mapping[str, str]
) -> dict[str, str]:
    """Names in place of ids of products. Raises Unfilled for an id that is not here."""
    wanted = {
        one.name: given[one.name].strip()
        for one in content_of(version).variables
        if one.type is Kind.PRODUCT and given.get(one.name, "").strip().startswith("prod_")
    }
    if not wanted:
        return {}
    rows = Product.objects.within(access).filter(uid__in=wanted.values())
    names = dict(rows.values_list("uid", "name"))
    if gone := {name: uid for name, uid in wanted.items() if uid not in names}:
        raise Unfilled(
            {name: f"There is no product {uid[:40]} here." for name, uid in gone.items()}
        )
    return {name: names[uid] for name, uid in wanted.items()}
