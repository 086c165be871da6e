"""fal's file storage: the two-step upload, and the token that the Python client uploads with."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

from aiohttp import web

from sandbox.admission import origin_of
from sandbox.desk import Desk
from sandbox.invoice import moment
from sandbox.pika.fal.gate import json_object, keyed, told
from sandbox.pika.fal.inputs import BadInput
from sandbox.pika.fal.records import PROVIDER
from sandbox.pika.fal.signing import jwks
from sandbox.pika.fal.submitting import base_of

TOKEN_LIVES = timedelta(hours=1)
TOKENS = "fal-cdn-token"


class Storage:
    """What hangs under `rest.fal.ai` and the file host at the vendor."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def routes(self) -> list[web.RouteDef]:
        return [
            web.post("/storage/upload/initiate", keyed(self.initiate)),
            web.put("/storage/put/{token}", self.put),
            web.post("/storage/auth/token", keyed(self.token)),
            web.post("/files/upload", self.upload),
            web.get("/.well-known/jwks.json", self.keys),
        ]

    async def initiate(self, request: web.Request) -> web.StreamResponse:
        """Step one: an address to put the bytes to, and the one they will be read from."""
        try:
            body = await json_object(request)
        except BadInput as refused:
            return told(422, refused.detail)
        name, kind = str(body.get("file_name") or "file"), str(body.get("content_type") or "")
        token = self.desk.pictures.open_upload(PROVIDER, filename=name, media_type=kind)
        upload_url = f"{base_of(request)}/storage/put/{token}"
        file_url = _file_url(request, token=token, name=name)
        return web.json_response({"upload_url": upload_url, "file_url": file_url})

    async def put(self, request: web.Request) -> web.StreamResponse:
        """Step two, at a signed address: it asks for no key."""
        content = await request.read()
        token = request.match_info["token"]
        kind = request.headers.get("Content-Type", "")
        if not self.desk.pictures.fill_upload(token, content=content, media_type=kind):
            return told(404, "Not Found")
        return web.Response(status=200)

    async def token(self, request: web.Request) -> web.StreamResponse:
        """A short-lived token for the file host."""
        token = secrets.token_urlsafe(24)
        expires = datetime.fromtimestamp(self.desk.clock.now(), UTC) + TOKEN_LIVES
        self.desk.database.set_record(TOKENS, key=token, value=expires.timestamp())
        return web.json_response(
            {
                "token": token,
                "token_type": "Bearer",
                "base_url": base_of(request),
                "expires_at": moment(expires.timestamp()),
            }
        )

    async def upload(self, request: web.Request) -> web.StreamResponse:
        """One step with that token; the name comes in a header."""
        scheme, _, token = request.headers.get("Authorization", "").partition(" ")
        expires = self.desk.database.record(TOKENS, key=token, default=0)
        if scheme != "Bearer" or expires <= self.desk.clock.now():
            return told(401, "Invalid or expired token")
        name = request.headers.get("X-Fal-File-Name", "file")
        kind = request.headers.get("Content-Type", "")
        slot = self.desk.pictures.open_upload(PROVIDER, filename=name, media_type=kind)
        self.desk.pictures.fill_upload(slot, content=await request.read())
        return web.json_response({"access_url": _file_url(request, token=slot, name=name)})

    async def keys(self, request: web.Request) -> web.StreamResponse:
        """The public keys of the webhook signature."""
        return web.json_response(jwks())


def _file_url(request: web.Request, *, token: str, name: str) -> str:
    return f"{origin_of(request)}/uploads/{token}/{quote(name, safe='')}"
