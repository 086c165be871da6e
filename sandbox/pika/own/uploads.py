"""Uploads to Pika's own API: a grant first, then the bytes with exactly the granted headers."""

from __future__ import annotations

import json
from collections.abc import Callable

from aiohttp import web
from aiohttp.typedefs import Handler

from sandbox.admission import origin_of
from sandbox.desk import Desk
from sandbox.pika.fal.records import PROVIDER
from sandbox.pika.own.inputs import OwnRefusal

LARGEST = {"image": 20 * 1024 * 1024, "audio": 20 * 1024 * 1024, "video": 50 * 1024 * 1024}
GRANT = "X-Upload-Grant"
PUT_PATH = "/v1/media/uploads/"


class OwnUploads:
    """`POST /v1/media/uploads` and the address that it grants."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self, *, keyed: Callable[[Handler], Handler]) -> list[web.RouteDef]:
        return [
            web.post("/v1/media/uploads", keyed(self.grant)),
            web.put(PUT_PATH + "{token}", self.put),
        ]

    async def grant(self, request: web.Request) -> web.StreamResponse:
        """`{content_type, size_bytes}` to an upload address, its headers and the file's own."""
        kind, size = _wanted(await request.text())
        largest = LARGEST.get(kind.partition("/")[0])
        if largest is None:
            raise OwnRefusal(415, "This kind of file is not accepted.")
        if size > largest:
            raise OwnRefusal(413, "The file is too large.")
        token = self.desk.pictures.open_upload(PROVIDER, filename="upload", media_type=kind)
        origin = origin_of(request)
        return web.json_response(
            {
                "upload_url": f"{origin}/pika{PUT_PATH}{token}",
                "headers": {"Content-Type": kind, GRANT: token[:12]},
                "url": f"{origin}/uploads/{token}/upload",
            }
        )

    async def put(self, request: web.Request) -> web.StreamResponse:
        """Refused with 403 when a granted header is missing or an API key comes along."""
        token = request.match_info["token"]
        upload = self.desk.pictures.upload(token)
        granted = {"Content-Type": upload.media_type if upload else "", GRANT: token[:12]}
        exact = all(request.headers.get(name) == value for name, value in granted.items())
        if upload is None or not exact or "X-API-Key" in request.headers:
            return web.Response(status=403)
        self.desk.pictures.fill_upload(token, content=await request.read())
        return web.Response(status=200)


def _wanted(text: str) -> tuple[str, int]:
    try:
        body = json.loads(text)
        return str(body["content_type"]), int(body["size_bytes"])
    except (ValueError, KeyError, TypeError) as error:
        raise OwnRefusal(422, "content_type and size_bytes are required") from error
