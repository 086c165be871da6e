"""What a shot or a take was made of, and whether that has changed since.

A changed brief, product, brand kit or template spends nothing by itself: it only marks what was
made from the old one.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.db.models import Max

from campaigns.models import BrandKit, Brief, Campaign, Product, Shot, TemplateVersion

BRIEF = "brief"
BRAND_KIT = "brand_kit"


@dataclass(frozen=True, kw_only=True)
class Stale:
    """One source that has moved on: its key in `made_of`, its name, and both versions."""

    source: str
    name: str
    was: int
    now: int

    @property
    def words(self) -> str:
        return f"{self.name} has changed since (version {self.was}, now {self.now})."


def versions(campaign: Campaign) -> dict[str, tuple[str, int]]:
    """Every source of the campaign by its key: its name and its version now. Four queries."""
    found = {BRIEF: ("The brief", Brief.objects.get(campaign=campaign).version)}
    kit = BrandKit.objects.filter(client__campaigns=campaign).first()
    if kit is not None:
        found[BRAND_KIT] = ("The brand kit", kit.version)
    shots = Shot.objects.filter(campaign=campaign)
    products = Product.objects.filter(pk__in=shots.exclude(product=None).values("product_id"))
    briefed = Product.objects.filter(briefs__campaign=campaign)
    for product in (products | briefed).distinct():
        found[product_key(product)] = (f"The product {product.name}", product.version)
    used = TemplateVersion.objects.filter(
        template__versions__shots__campaign=campaign, published_at__isnull=False
    )
    newest = used.values_list("template__uid", "template__name").annotate(now=Max("number"))
    for uid, name, now in newest.order_by():
        found[f"template:{uid}"] = (f"The template {name}", now)
    return found


def product_key(product: Product) -> str:
    return f"product:{product.uid}"


def made_of_now(
    shot: Shot, *, current: Mapping[str, tuple[str, int]], from_brief: bool
) -> dict[str, int]:
    """The versions that a shot written now depends on; hand-written ones need no brief."""
    keys = [BRIEF, BRAND_KIT] if from_brief else [BRAND_KIT]
    if shot.product is not None:
        keys.append(product_key(shot.product))
    told = {key: current[key][1] for key in keys if key in current}
    if shot.template_version is not None:
        told[f"template:{shot.template_version.template.uid}"] = shot.template_version.number
    return told


def stale(
    made_of: Mapping[str, int], *, current: Mapping[str, tuple[str, int]]
) -> tuple[Stale, ...]:
    """What has moved on since; a source that is gone is not news."""
    return tuple(_moved(made_of, current=current))


def _moved(
    made_of: Mapping[str, int], *, current: Mapping[str, tuple[str, int]]
) -> Iterable[Stale]:
    for source, was in made_of.items():
        name, now = current.get(source, ("", was))
        if now != was:
            yield Stale(source=source, name=name, was=was, now=now)
