"""Original photos as a contact sheet, and new ones as they come in."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from accounts.access import Access
from campaigns import products
from campaigns.models import Product, ProductPhoto
from footage.picture import MOST_BYTES
from generation import media, uploads
from generation.asks import Refused
from generation.models import Asset

if TYPE_CHECKING:
    from django.core.files.uploadedfile import UploadedFile

MOST_AT_ONCE = 10


@dataclass(frozen=True, kw_only=True)
class Print:
    """One photo on the sheet; addresses hold for some minutes. `before` and `after` are the
    whole order with this one moved, as ids with blanks between; empty at the ends."""

    asset: Asset
    caption: str
    thumbnail: str
    address: str
    before: str
    after: str


def sheet_of(product: Product) -> list[Print]:
    """In their order. The product has its photos at hand."""
    photos = list(product.photos.all())
    uids = [photo.asset.uid for photo in photos]
    return [
        Print(
            asset=photo.asset,
            caption=photo.caption,
            thumbnail=media.signed_path(photo.asset, thumbnail=True),
            address=media.signed_path(photo.asset),
            before=_moved(uids, place, place - 1),
            after=_moved(uids, place, place + 1),
        )
        for place, photo in enumerate(photos)
    ]


def take_in(access: Access, product: Product, files: Iterable["UploadedFile[bytes]"]) -> int:
    """Put uploaded pictures on a product; how many there are now more.

    Raises Refused for the first that cannot be taken; those before it stay.
    """
    # Counted in the database: the product may have brought its photos along from before.
    kept = ProductPhoto.objects.filter(product=product)
    before = kept.count()
    for number, file in enumerate(files):
        if number >= MOST_AT_ONCE:
            words = f"{MOST_AT_ONCE} photos at a time are the most. The first ones are kept."
            raise Refused(words, field="file")
        size = file.size or 0
        if size > MOST_BYTES:
            words = f"{file.name} has {size / 1_000_000:.1f} MB; 20 MB are the most."
            raise Refused(f"{words} Save it smaller.", field="file")
        try:
            asset = uploads.receive(access, content=file.read(), name=file.name or "")
        except Refused as refused:
            words = f"{file.name}: {refused.message}"
            raise Refused(words, field="file", code=refused.code) from refused
        products.add_photo(access, product, asset)
    return kept.count() - before


def _moved(uids: list[str], place: int, to: int) -> str:
    if not 0 <= to < len(uids):
        return ""
    turned = list(uids)
    turned[place], turned[to] = turned[to], turned[place]
    return " ".join(turned)
