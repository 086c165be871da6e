"""A campaign's rows as the planner wants them told."""

from collections.abc import Sequence
from zlib import crc32

from campaigns.briefs import products_of
from campaigns.models import BrandKit, Brief, Campaign, Product, ProductPhoto
from campaigns.planning.contradictions import Lasting, contradictions
from campaigns.planning.facts import (
    BriefFacts,
    Contradiction,
    KitFacts,
    Plan,
    ProductFacts,
)
from campaigns.planning.planner import plan
from generation import clock
from generation.choices import AssetState
from providers.types import Tier


def facts_of(campaign: Campaign) -> BriefFacts:
    """The brief with its products, their photos and the client's kit. Four queries."""
    brief = Brief.objects.get(campaign=campaign)
    products = [product for product in products_of(brief) if product.archived_at is None]
    photos = _photos(products)
    return BriefFacts(
        seed=crc32(campaign.uid.encode()),
        goal=brief.goal,
        audience=brief.audience,
        message=brief.message,
        must=tuple(brief.must),
        never=tuple(brief.never),
        benefits=tuple(claim["text"] for claim in brief.claims),
        products=tuple(
            ProductFacts(
                uid=product.uid,
                name=product.name,
                audience=product.audience,
                benefits=tuple(product.benefits),
                photos=tuple(photos.get(product.pk, ())),
            )
            for product in products
        ),
        placements=tuple(brief.placements),
        scenes=tuple(brief.scenes),
        b_roll_count=brief.b_roll_count,
        transition_count=brief.transition_count,
        with_hook=brief.with_hook,
        with_end_card=brief.with_end_card,
        total_seconds=brief.total_seconds,
        ratio=brief.ratio,
        tier=Tier(brief.tier),
        style=brief.style,
        deadline=brief.deadline,
        budget_micros=brief.budget_micros,
        kit=_kit(campaign),
    )


def plan_of(campaign: Campaign) -> Plan:
    """The storyboard that the brief asks for today. Writes nothing."""
    return plan(facts_of(campaign), today=clock.now().date())


def contradictions_of(
    campaign: Campaign, *, shots: Sequence[Lasting] | None = None
) -> tuple[Contradiction, ...]:
    """What in the brief cannot all hold, beside the shots that stand or else its own plan."""
    facts = facts_of(campaign)
    lasting = plan(facts).shots if shots is None else shots
    return contradictions(facts, lasting, today=clock.now().date())


def _photos(products: list[Product]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    rows = ProductPhoto.objects.filter(product__in=products, asset__state=AssetState.STORED)
    for product, asset in rows.values_list("product_id", "asset__uid"):
        found.setdefault(product, []).append(asset)
    return found


def _kit(campaign: Campaign) -> KitFacts:
    kit = BrandKit.objects.filter(client=campaign.client_id).first() if campaign.client_id else None
    if kit is None:
        return KitFacts()
    names = (str(colour.get("name", "")).strip() for colour in kit.colours)
    return KitFacts(
        voice=kit.voice,
        colours=tuple(name for name in names if name),
        locked_phrases=tuple(kit.locked_phrases),
        avoid=tuple(kit.avoid),
    )
