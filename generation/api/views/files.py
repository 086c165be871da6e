"""Pictures in, and files by their id."""

import hashlib
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from drf_spectacular.utils import extend_schema
from rest_framework.parsers import MultiPartParser
from rest_framework.request import Request
from rest_framework.response import Response

from generation import uploads
from generation.api.answers.assets import AssetAnswer, asset_answer
from generation.api.bodies.queries import UrlBody
from generation.api.bodies.strict import read
from generation.api.door import Door
from generation.api.json_body import JsonBody
from generation.api.limits import CreateLimit
from generation.api.lookup import asset_by
from generation.api.refusals import TooLarge
from generation.api.schema import IDEMPOTENCY_KEY, UPLOAD_FORM, errors
from generation.asks import Refused
from generation.idempotency import Answer
from generation.models import Asset

MOST_UPLOADED = 20_000_000
ENVELOPE = 64 * 1024  # what multipart puts around a file
CHUNK = 256 * 1024


class OneFile(MultiPartParser):
    """A form that says it is too large is not read at all."""

    def parse(self, stream: Any, media_type: str | None = None, parser_context: Any = None) -> Any:
        length = parser_context["request"].META.get("CONTENT_LENGTH") or "0"
        if int(length) > MOST_UPLOADED + ENVELOPE:
            raise TooLarge(f"Send a picture of at most {MOST_UPLOADED // 1_000_000} MB.")
        return super().parse(stream, media_type, parser_context)


class Uploads(Door):
    permissions_needed = {"POST": "jobs:write"}
    parser_classes = (JsonBody, OneFile)
    throttle_classes = (CreateLimit,)

    @extend_schema(
        operation_id="upload",
        summary="Upload a picture",
        request={"multipart/form-data": UPLOAD_FORM, "application/json": UrlBody},
        parameters=[IDEMPOTENCY_KEY],
        responses={201: AssetAnswer, **errors(400, 409, 413, 415, 422, 429)},
    )
    def post(self, request: Request) -> Response:
        """Takes a JPEG, PNG or WebP as the form field `file`, or the https address of one.

        The answer's `asset_id` or `path` is what `image_path` takes. The same picture again
        gives the asset that is there already.
        """
        sent = request.FILES.get("file")
        if sent is None and request.FILES:
            raise Refused("Send the picture as the field file.", field="file", code="required")
        given = {} if sent else read(UrlBody, request.data)
        if again := self.replayed():
            return again
        asset = self._receive(sent) if sent else self._fetch(given["url"])
        body = dict(asset_answer(asset, access=self.access))
        return self.once(lambda: Answer(status=201, body=body))

    def what_was_sent(self) -> Any:
        """A file stands for itself by its hash and name."""
        sent = self.request.FILES.get("file")
        if sent is None:
            return self.request.data
        digest = hashlib.sha256()
        for chunk in sent.chunks(CHUNK):
            digest.update(chunk)
        sent.seek(0)
        return {"file": digest.hexdigest(), "name": sent.name}

    def _receive(self, sent: "UploadedFile[bytes]") -> Asset:
        if (sent.size or 0) > MOST_UPLOADED:
            raise TooLarge(f"Send a picture of at most {MOST_UPLOADED // 1_000_000} MB.")
        return uploads.receive(self.access, content=sent.read(), name=sent.name or "")

    def _fetch(self, url: str) -> Asset:
        try:
            return uploads.fetch(self.access, url)
        except Refused as refused:
            raise Refused(refused.message, field="url", code=refused.code) from refused


class AssetRecord(Door):
    permissions_needed = {"GET": "media:read"}

    @extend_schema(
        operation_id="asset",
        summary="Read an asset",
        responses={200: AssetAnswer, **errors(404)},
    )
    def get(self, request: Request, asset_id: str) -> Response:
        """A picture or a clip, with fresh links to it."""
        asset = asset_by(self.access, asset_id)
        return Response(asset_answer(asset, access=self.access))
