"""A rehearsed plan written down again in live mode: the brief and the shots, without takes."""

from collections.abc import Mapping

from accounts.access import Access
from campaigns import briefs, sources
from campaigns.models import Brief, Campaign, Product, Shot
from campaigns.rehearsal.live_copies import live_picture, live_product
from generation.asks import WHOLE_DIRECTIVE

_NOT_COPIED = {"id", "workspace", "mode", "campaign", "products", "updated_at"}
_BRIEF = tuple(field.name for field in Brief._meta.concrete_fields if field.name not in _NOT_COPIED)
_SHOT = (
    *("position", "role", "seconds", "tier", "ratio", "style"),
    *("seed", "provider", "note", "locked"),
)


def copy_plan(live: Access, source: Campaign, target: Campaign) -> list[Shot]:
    """Write the source's brief and shots into the new campaign. Needs a transaction.

    What is only for the sandbox is left out of the prompts. Prompts are copied as they read;
    the templates that they were written with stay in test mode.
    """
    shots = list(_shots(source))
    products = _products(live, source, shots, target=target)
    _copy_brief(source, target, products)
    made = [_copy_shot(live, shot, target, products) for shot in shots]
    _note_sources(source, target, list(zip(shots, made, strict=True)), products)
    return made


def _shots(source: Campaign) -> list[Shot]:
    rows = Shot.objects.filter(campaign=source, removed_at=None)
    return list(rows.select_related("picture", "product").order_by("position", "pk"))


def _products(
    live: Access, source: Campaign, shots: list[Shot], *, target: Campaign
) -> dict[int, Product]:
    """The live product of each that the brief or a shot names, by the source's key."""
    named = [*briefs.products_of(source.brief), *(s.product for s in shots if s.product)]
    own = {product.pk: product for product in named}
    return {
        pk: live_product(live, product, client=target.client if product.client_id else None)
        for pk, product in own.items()
    }


def _copy_brief(source: Campaign, target: Campaign, products: Mapping[int, Product]) -> None:
    brief = Brief.objects.get(campaign=target)
    for name in _BRIEF:
        setattr(brief, name, getattr(source.brief, name))
    brief.save()
    for product in briefs.products_of(source.brief):  # one by one, so that they keep their order
        brief.products.add(products[product.pk])


def _copy_shot(live: Access, shot: Shot, target: Campaign, products: Mapping[int, Product]) -> Shot:
    return Shot.objects.create(
        workspace_id=target.workspace_id,
        mode=target.mode,
        campaign=target,
        prompt=_without_directives(shot.prompt),
        negative_prompt=_without_directives(shot.negative_prompt),
        picture=live_picture(live, shot.picture) if shot.picture else None,
        product=products[shot.product_id] if shot.product_id else None,
        **{name: getattr(shot, name) for name in _SHOT},
    )


def _without_directives(text: str) -> str:
    return WHOLE_DIRECTIVE.sub("", text).strip() if WHOLE_DIRECTIVE.search(text) else text


def _note_sources(
    source: Campaign,
    target: Campaign,
    pairs: list[tuple[Shot, Shot]],
    products: Mapping[int, Product],
) -> None:
    """What was stale in the rehearsal is stale in the copy, and nothing else is."""
    before, now = sources.versions(source), sources.versions(target)
    names = {sources.BRIEF: sources.BRIEF, sources.BRAND_KIT: sources.BRAND_KIT}
    own = Product.objects.in_bulk(products)
    names |= {
        sources.product_key(own[pk]): sources.product_key(copy) for pk, copy in products.items()
    }
    for shot, copy in pairs:
        stale = {one.source for one in sources.stale(shot.made_of, current=before)}
        copy.made_of = {
            names[key]: now[names[key]][1] - (key in stale)
            for key in shot.made_of
            if names.get(key) in now
        }
    Shot.objects.bulk_update([copy for _, copy in pairs], ["made_of"])
