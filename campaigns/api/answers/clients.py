"""Clients and products as the API tells them."""

from typing import TypedDict

from accounts.access import Access
from campaigns.clients import weaknesses
from campaigns.models import Client, Product
from generation.api.answers.assets import AssetAnswer, asset_answer
from generation.api.answers.plain import moment


class ColourAnswer(TypedDict):
    name: str
    hex: str


class KitAnswer(TypedDict):
    """`version` counts the changes; `missing` names what is empty and what that makes weaker."""

    voice: str
    colours: list[ColourAnswer]
    locked_phrases: list[str]
    avoid: list[str]
    defaults: dict[str, str]
    version: int
    updated_at: str | None
    missing: list["MissingAnswer"]


class MissingAnswer(TypedDict):
    field: str
    words: str


class ClientAnswer(TypedDict):
    """A client's profile and brand kit."""

    id: str
    name: str
    about: str
    contact_name: str
    contact_email: str
    markets: list[str]
    placements: list[str]
    disclosure: str
    brand_kit: KitAnswer
    archived: bool
    created_at: str | None


class PhotoAnswer(AssetAnswer):
    """An original photo, with its caption."""

    caption: str


class ProductAnswer(TypedDict):
    """`client` is null for a product of the workspace itself; photos stand in their order."""

    id: str
    client: str | None
    name: str
    description: str
    audience: str
    benefits: list[str]
    photos: list[PhotoAnswer]
    version: int
    archived: bool
    created_at: str | None


def client_answer(client: Client) -> ClientAnswer:
    """With its cost centre and brand kit at hand."""
    kit = client.brand_kit
    return {
        "id": client.uid,
        "name": client.name,
        "about": client.about,
        "contact_name": client.contact_name,
        "contact_email": client.contact_email,
        "markets": client.markets,
        "placements": client.placements,
        "disclosure": client.disclosure,
        "brand_kit": {
            "voice": kit.voice,
            "colours": kit.colours,
            "locked_phrases": kit.locked_phrases,
            "avoid": kit.avoid,
            "defaults": kit.defaults,
            "version": kit.version,
            "updated_at": moment(kit.updated_at),
            "missing": [{"field": weak.field, "words": weak.words} for weak in weaknesses(kit)],
        },
        "archived": client.archived_at is not None,
        "created_at": moment(client.created_at),
    }


def product_answer(product: Product, *, access: Access) -> ProductAnswer:
    """With its client and photos at hand."""
    return {
        "id": product.uid,
        "client": product.client.uid if product.client else None,
        "name": product.name,
        "description": product.description,
        "audience": product.audience,
        "benefits": product.benefits,
        "photos": [
            {**asset_answer(photo.asset, access=access), "caption": photo.caption}
            for photo in product.photos.all()
        ],
        "version": product.version,
        "archived": product.archived_at is not None,
        "created_at": moment(product.created_at),
    }
