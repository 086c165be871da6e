"""What a live campaign needs of a rehearsed one: its client, products and pictures, made once.

A copy that is there already is taken as it stands: live rows are changed by people alone.
"""

from accounts.access import Access
from accounts.models import Workspace
from campaigns import opening, products
from campaigns.models import BrandKit, Client, Product
from campaigns.products import ProductChange
from generation import clock
from generation.choices import AssetState
from generation.models import Asset, CentreKind, CostCentre

_PROFILE = ("about", "contact_name", "contact_email", "markets", "placements", "disclosure")
_KIT = ("voice", "colours", "locked_phrases", "avoid", "defaults", "version")
_FILE = (
    *("kind", "original_name", "storage_key", "thumbnail_key", "media_type"),
    *("bytes", "sha256", "width", "height", "seconds"),
)


def live_client(live: Access, source: Client) -> Client:
    """The client's live copy, the live client of its name, or a new one with profile and kit."""
    copied = Client.objects.within(live).filter(made_from=source).select_related("centre").first()
    if copied is not None:
        return copied
    named = CostCentre.objects.within(live).filter(kind=CentreKind.CLIENT, name__iexact=source.name)
    centre = named.first()
    known = opening.client_by(live, centre.uid) if centre else None
    if known is not None:
        return known
    client = opening.open_client(live, name=source.name)
    for name in _PROFILE:
        setattr(client, name, getattr(source, name))
    client.made_from = source
    client.save(update_fields=[*_PROFILE, "made_from"])
    kit = BrandKit.objects.get(client=client)
    for name in _KIT:
        setattr(kit, name, getattr(source.brand_kit, name))
    kit.save()
    client.brand_kit = kit
    return client


def live_product(live: Access, source: Product, *, client: Client | None) -> Product:
    """The product's live copy, the live client's product of that name, or a new one.

    Needs a transaction. A new one comes with its photos in their order.
    """
    mine = Product.objects.within(live)
    known = mine.filter(made_from=source).first()
    known = known or mine.filter(client=client, name__iexact=source.name).first()
    if known is not None:
        return known
    photos = list(source.photos.select_related("asset"))
    asked = ProductChange(
        name=source.name,
        description=source.description,
        audience=source.audience,
        benefits=tuple(source.benefits),
    )
    assets = [live_picture(live, photo.asset) for photo in photos]
    product = products.create(live, asked, client=client, photos=assets)
    for photo, asset in zip(photos, assets, strict=True):
        product.photos.filter(asset=asset).update(caption=photo.caption)
    product.made_from, product.version = source, source.version
    product.save(update_fields=["made_from", "version"])
    return product


def live_picture(live: Access, source: Asset) -> Asset:
    """The same picture as an asset of live mode; the stored file is shared, not copied.

    Needs a transaction.
    """
    # One at a time in a workspace, so that two at once do not both find nothing.
    Workspace.objects.select_for_update(no_key=True).get(pk=live.workspace_id)
    mine = Asset.objects.within(live).filter(kind=source.kind, state=AssetState.STORED)
    known = mine.filter(sha256=source.sha256).order_by("pk").first()
    return known or Asset.objects.create(
        workspace_id=live.workspace_id,
        mode=live.mode,
        state=AssetState.STORED,
        created_by_id=live.user_id,
        stored_at=clock.now(),
        **{name: getattr(source, name) for name in _FILE},
    )
