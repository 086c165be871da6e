"""Products and their original photos."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.access import require
from campaigns import opening, products
from campaigns.api.answers.clients import ProductAnswer, product_answer
from campaigns.api.bodies.lists import OfClientQuery
from campaigns.api.bodies.products import (
    PhotoBody,
    ProductBody,
    ProductChangeBody,
    product_change,
)
from campaigns.api.listing import paged
from campaigns.api.lookup import product_by
from campaigns.models import Client, Product
from generation import uploads
from generation.api.answers.pages import Listed
from generation.api.bodies.queries import read_query
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.schema import IDEMPOTENCY_KEY, errors
from generation.asks import Refused
from generation.idempotency import Answer
from generation.models import Asset


class ProductsPage(Listed):
    """Products, newest first."""

    results: list[ProductAnswer]


class ProductDoor(Door):
    """What the doors of products share."""

    def told(self, product: Product) -> dict[str, Any]:
        return dict(product_answer(product_by(self.access, product.uid), access=self.access))

    def picture(self, named: str, *, field: str) -> Asset:
        """May fetch from outside: call it in no transaction. Raises Refused."""
        if named[:8].lower() == "https://":
            require(self.access, "jobs:write")  # it becomes an upload of the workspace
        try:
            return uploads.resolve(self.access, named)
        except Refused as refused:
            raise Refused(refused.message, field=field, code=refused.code) from refused


class Products(ProductDoor):
    permissions_needed = {"GET": "campaigns:read", "POST": "campaigns:write"}

    @extend_schema(
        operation_id="products",
        summary="List products",
        parameters=[OfClientQuery],
        responses={200: ProductsPage, **errors(400)},
    )
    def get(self, request: Request) -> Response:
        """With their photos in order. Follow `next` until it is null."""
        given = read_query(OfClientQuery, request.query_params)
        rows = products.mine(self.access)
        rows = rows.filter(archived_at__isnull=given["archived"] == "false")
        if given["client"]:
            rows = rows.filter(client__centre__uid=given["client"])
        found, links = paged(request, rows, given)
        told = [product_answer(product, access=self.access) for product in found]
        return Response({"results": told, **links})

    @extend_schema(
        operation_id="make_product",
        summary="Make a product",
        request=ProductBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ProductAnswer, **errors(400, 409, 422)},
    )
    def post(self, request: Request) -> Response:
        """Of a client, or of the workspace itself. A client's products have different names."""
        given = read(ProductBody, request.data)
        if again := self.replayed():
            return again
        client = self._client(given["client"])
        photos = [self.picture(named, field="photos") for named in given.pop("photos")]
        return self.once(lambda: self._made(given, client=client, photos=photos))

    def _client(self, uid: str) -> Client | None:
        client = opening.client_by(self.access, uid) if uid else None
        if uid and client is None:
            raise Refused("There is no such client here.", field="client", code="not_found")
        return client

    def _made(self, given: dict[str, Any], *, client: Client | None, photos: list[Asset]) -> Answer:
        asked = product_change(given)
        product = products.create(self.access, asked, client=client, photos=photos)
        return Answer(status=201, body=self.told(product))


class ProductRecord(ProductDoor):
    permissions_needed = {"GET": "campaigns:read", "PATCH": "campaigns:write"}

    @extend_schema(
        operation_id="product",
        summary="Read a product",
        responses={200: ProductAnswer, **errors(404)},
    )
    def get(self, request: Request, product_id: str) -> Response:
        """What is advertised, with fresh links to its photos."""
        return Response(self.told(product_by(self.access, product_id)))

    @extend_schema(
        operation_id="change_product",
        summary="Change a product",
        request=ProductChangeBody,
        responses={200: ProductAnswer, **errors(400, 404)},
    )
    def patch(self, request: Request, product_id: str) -> Response:
        """What is left out stays. `photos` puts those that it has into another order."""
        product = product_by(self.access, product_id)
        given = read(ProductChangeBody, request.data)
        return Response(self.told(products.change(self.access, product, product_change(given))))


class ProductPhotos(ProductDoor):
    permissions_needed = {"POST": "campaigns:write"}

    @extend_schema(
        operation_id="add_product_photo",
        summary="Add a photo to a product",
        request=PhotoBody,
        parameters=[IDEMPOTENCY_KEY],
        responses={201: ProductAnswer, **errors(400, 404, 409, 422)},
    )
    def post(self, request: Request, product_id: str) -> Response:
        """Behind those that are there. The same picture again changes nothing."""
        product = product_by(self.access, product_id)
        given = read(PhotoBody, request.data)
        if again := self.replayed():
            return again
        asset = self.picture(given["photo"], field="photo")
        return self.once(lambda: self._added(product, asset, caption=given["caption"]))

    def _added(self, product: Product, asset: Asset, *, caption: str) -> Answer:
        products.add_photo(self.access, product, asset, caption=caption)
        return Answer(status=201, body=self.told(product))


class ProductPhotoRecord(ProductDoor):
    permissions_needed = {"DELETE": "campaigns:write"}

    @extend_schema(
        operation_id="remove_product_photo",
        summary="Remove a photo from a product",
        responses={200: ProductAnswer, **errors(404)},
    )
    def delete(self, request: Request, product_id: str, asset_id: str) -> Response:
        """The picture itself stays an asset, and so does what was made from it."""
        product = product_by(self.access, product_id)
        if not products.remove_photo(self.access, product, asset_uid=asset_id):
            raise NotFound(f"The product {product_id} has no photo {asset_id}.")
        return Response(self.told(product))
