"""Products and the original photos that clips are animated from."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, fields
from typing import Any

from django.db import transaction
from django.db.models import Max, Q, QuerySet

from accounts.access import Access
from accounts.audit import record
from accounts.models import Workspace
from campaigns import said
from campaigns.history import note_change
from campaigns.models import Client, Product, ProductPhoto
from generation import clock
from generation.asks import Refused
from generation.models import Asset

LONGEST_NAME = 120
MOST_BENEFITS = 20
MOST_PHOTOS = 30
LONGEST_CAPTION = 200


@dataclass(frozen=True, kw_only=True)
class ProductChange:
    """What of a product becomes what; None stays as it is. `photos` are ids of assets that it
    has already, in their new order."""

    name: str | None = None
    description: str | None = None
    audience: str | None = None
    benefits: tuple[str, ...] | None = None
    photos: tuple[str, ...] | None = None
    archived: bool | None = None


def mine(access: Access) -> QuerySet[Product]:
    """The workspace's products with client and photos at hand."""
    rows = Product.objects.within(access).select_related("client__centre")
    return rows.prefetch_related("photos__asset")


def product_by(access: Access, uid: str) -> Product | None:
    """The product of that id; another workspace's or mode's is none."""
    return mine(access).filter(uid=uid).first()


def create(
    access: Access, asked: ProductChange, *, client: Client | None, photos: Sequence[Asset] = ()
) -> Product:
    """A new product of a client, or of the workspace itself. Raises Refused."""
    given = {"name": "", **_checked(asked)}
    given["name"] = said.name(given["name"], field="name", most=LONGEST_NAME)
    given.pop("archived", None)
    with transaction.atomic():
        _free_name(access, given["name"], client=client)
        product = Product.objects.create(
            workspace_id=access.workspace_id, mode=access.mode, client=client, **given
        )
        told = {**given, "client": client.uid if client else None}
        record(access, "product.create", subject_of(product), after=told)
        for position, asset in enumerate(dict.fromkeys(photos)):
            _attach(product, asset, position=position, caption="")
    return product


def change(access: Access, product: Product, asked: ProductChange) -> Product:
    """Change its words, the order of its photos, or archive it. Raises Refused.

    The version goes up by one where something that footage is made from differs.
    """
    new = _checked(asked)
    with transaction.atomic():
        found = _locked(product)
        if "name" in new and new["name"] != found.name:
            _free_name(access, new["name"], client=found.client, beside=found)
        before: dict[str, Any] = {name: getattr(found, name) for name in new if name != "archived"}
        after = {**new}
        if asked.photos is not None:
            before["photos"], after["photos"] = _uids(found), list(asked.photos)
            _same_photos(before["photos"], after["photos"])
        if "archived" in new:
            before["archived"] = found.archived_at is not None
        if note_change(access, "product.change", subject_of(found), before=before, after=after):
            _write(found, before=before, after=after)
    return found


def add_photo(access: Access, product: Product, asset: Asset, *, caption: str = "") -> ProductPhoto:
    """Put an uploaded picture behind the others; one that is there already stays where it is.

    Raises Refused.
    """
    caption = said.line(caption, field="caption", most=LONGEST_CAPTION)
    with transaction.atomic():
        found = _locked(product)
        there = found.photos.filter(asset=asset).first()
        if there is not None:
            return there
        if found.photos.count() >= MOST_PHOTOS:
            words = f"A product has at most {MOST_PHOTOS} photos. Remove one first."
            raise Refused(words, field="photo")
        last = found.photos.aggregate(last=Max("position"))["last"]
        photo = _attach(found, asset, position=0 if last is None else last + 1, caption=caption)
        _count_up(found)
        told = {"asset": asset.uid, "caption": caption}
        record(access, "product.photo.add", subject_of(found), after=told)
    return photo


def remove_photo(access: Access, product: Product, *, asset_uid: str) -> bool:
    """Take a picture off the product; the asset itself stays. False where it has no such."""
    with transaction.atomic():
        found = _locked(product)
        photo = found.photos.select_related("asset").filter(asset__uid=asset_uid).first()
        if photo is None:
            return False
        record(access, "product.photo.remove", subject_of(found), before={"asset": asset_uid})
        photo.delete()
        _count_up(found)
    return True


def subject_of(product: Product) -> str:
    return f"product:{product.uid}"


def _checked(asked: ProductChange) -> dict[str, Any]:
    """Everything but the photos, which need the product itself."""
    values = {field.name: getattr(asked, field.name) for field in fields(asked)}
    given = {k: v for k, v in values.items() if v is not None and k != "photos"}
    if "name" in given:
        given["name"] = said.name(given["name"], field="name", most=LONGEST_NAME)
    if "description" in given:
        given["description"] = said.text(given["description"], field="description", most=4000)
    if "audience" in given:
        given["audience"] = said.line(given["audience"], field="audience", most=300)
    if "benefits" in given:
        given["benefits"] = said.lines(
            given["benefits"], field="benefits", most=MOST_BENEFITS, longest=200
        )
    return given


def _free_name(
    access: Access, name: str, *, client: Client | None, beside: Product | None = None
) -> None:
    """Raises Refused where the client has another product of that name. Needs a transaction."""
    # One at a time in a workspace, so that two at once do not both find the name free.
    Workspace.objects.select_for_update(no_key=True).get(pk=access.workspace_id)
    same = Product.objects.within(access).filter(client=client, name__iexact=name)
    if same.filter(~Q(pk=beside.pk) if beside else Q()).exists():
        raise Refused(f"There is a product “{name}” already. Choose another name.", field="name")


def _locked(product: Product) -> Product:
    rows = Product.objects.select_for_update(of=("self",), no_key=True)
    return rows.select_related("client__centre").get(pk=product.pk)


def _uids(product: Product) -> list[str]:
    return list(product.photos.values_list("asset__uid", flat=True))


def _same_photos(there: Iterable[str], asked: Sequence[str]) -> None:
    if sorted(asked) != sorted(there):
        words = "Name each photo that the product has once, in the order that you want."
        raise Refused(words, field="photos")


def _write(product: Product, *, before: dict[str, Any], after: dict[str, Any]) -> None:
    words = {name: after[name] for name in after if name not in ("archived", "photos")}
    for name, value in words.items():
        setattr(product, name, value)
    if after.get("archived", before.get("archived")) != before.get("archived"):
        product.archived_at = clock.now() if after["archived"] else None
    product.save(update_fields=[*words, "archived_at"])
    for position, uid in enumerate(after.get("photos", ())):
        product.photos.filter(asset__uid=uid).update(position=position)
    if any(before[name] != after[name] for name in after if name != "archived"):
        _count_up(product)


def _attach(product: Product, asset: Asset, *, position: int, caption: str) -> ProductPhoto:
    return ProductPhoto.objects.create(
        workspace_id=product.workspace_id,
        mode=product.mode,
        product=product,
        asset=asset,
        position=position,
        caption=caption,
    )


def _count_up(product: Product) -> None:
    product.version += 1
    product.save(update_fields=["version"])
