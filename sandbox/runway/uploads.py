"""Runway's two-step uploads: a placeholder, then a form post to the storage address."""

from typing import Any

from aiohttp import BodyPartReader, web

from sandbox.admission import origin_of
from sandbox.desk import Desk
from sandbox.pictures import PictureRefused
from sandbox.runway import issues

LIVES = 24 * 3600.0
SMALLEST, LARGEST = 512, 200 * 1024 * 1024
SCHEME = "runway://"


class Uploads:
    """Placeholders live in the core's upload table; the token is the URI's own part."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    async def create(self, request: web.Request) -> web.Response:
        body: dict[str, Any] = await request.json()
        filename = body.get("filename")
        if not isinstance(filename, str) or "." not in filename:
            return issues.validation_failed(
                [issues.custom(["filename"], message="A file name with an extension is needed")]
            )
        if body.get("type", "ephemeral") != "ephemeral":
            return issues.validation_failed([issues.not_listed(["type"], values=["ephemeral"])])
        token = self.desk.pictures.open_upload("runway", filename=filename)
        return web.json_response(
            {
                "uploadUrl": f"{origin_of(request)}/runway/storage/bucket",
                "fields": {"key": f"ephemeral/{token}", "policy": "sandbox"},
                "runwayUri": f"{SCHEME}{token}",
            }
        )

    async def store(self, request: web.Request) -> web.Response:
        """The storage host: no Runway headers, the part `file` last, once per placeholder."""
        token, content = "", b""
        async for part in await request.multipart():
            if not isinstance(part, BodyPartReader):
                continue
            if part.name == "key":
                token = (await part.text()).removeprefix("ephemeral/")
            elif part.name == "file":
                content = bytes(await part.read())
        upload = self.desk.pictures.upload(token)
        if upload is None or upload.content:
            return web.Response(status=403, text="<Error><Code>AccessDenied</Code></Error>")
        if not SMALLEST <= len(content) <= LARGEST:
            return web.Response(status=400, text="<Error><Code>EntityTooSmall</Code></Error>")
        self.desk.pictures.fill_upload(token, content=content)
        return web.Response(status=204)

    def read(self, uri: str) -> str:
        """A picture URI of a request as a kept picture. Raises PictureRefused."""
        if not uri.startswith(SCHEME):
            return self.desk.pictures.from_text(uri)
        return self.desk.pictures.checked(self._content(uri))

    def read_clip(self, uri: object) -> bytes:
        """The bytes of an uploaded MP4. Raises PictureRefused."""
        if not isinstance(uri, str) or not uri.startswith(SCHEME):
            raise PictureRefused("The sandbox takes clips through /v1/uploads only.")
        content = self.desk.pictures.read(self._content(uri))
        if content[4:8] != b"ftyp":
            raise PictureRefused("The file is not an MP4 clip.")
        return content

    def _content(self, uri: str) -> str:
        upload = self.desk.pictures.upload(uri.removeprefix(SCHEME))
        if upload is None or not upload.content or self._expired(upload.created_at):
            raise PictureRefused("Upload not found or expired")
        return upload.content

    def _expired(self, created_at: float) -> bool:
        return self.desk.clock.now() > created_at + LIVES
