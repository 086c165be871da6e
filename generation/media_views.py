"""Files leave here: by signed link only, whole or in parts, and never as a page."""

from collections.abc import Iterator
from typing import IO, Any

from django.core.files.storage import default_storage
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseBase,
    HttpResponseRedirect,
    StreamingHttpResponse,
)
from django.utils.cache import patch_cache_control
from django.utils.http import content_disposition_header, http_date, parse_http_date_safe
from django.views.decorators.http import require_safe

from generation.byte_ranges import Part, Unsatisfiable, read_range
from generation.media import BadLink, ExpiredLink, StoredFile, opened

CHUNK = 256 * 1024
# The document that a browser wraps around a file opened by itself needs its own style and the
# file; nothing else is allowed to it, least of all a script. It asks for a video's parts as
# itself, so a video keeps its origin.
POLICY = "default-src 'none'; img-src 'self'; media-src 'self'; style-src 'unsafe-inline'"
SANDBOX = {"video/mp4": "sandbox allow-same-origin"}
EXPIRED = "This link has expired. Open the page or ask the API again for a fresh one.\n"
MISSING = "There is no such file.\n"


@require_safe
def media(request: HttpRequest, token: str, name: str) -> HttpResponseBase:
    """GET or HEAD of one stored file: 200, 206, 304, 404, 410 or 416."""
    try:
        stored = opened(token, name)
        return _answer(request, stored)
    except ExpiredLink:
        return _said(EXPIRED, status=410)
    except (BadLink, FileNotFoundError):
        return _said(MISSING, status=404)


def _answer(request: HttpRequest, stored: StoredFile) -> HttpResponseBase:
    try:
        default_storage.path(stored.key)
    except NotImplementedError:
        return _elsewhere(stored)
    size = default_storage.size(stored.key)
    if _is_known(request, stored):
        return _marked(HttpResponse(status=304), stored)
    if request.method == "HEAD":
        response: HttpResponseBase = HttpResponse()
        response["Content-Length"] = str(size)
        return _marked(response, stored)
    try:
        part = _part(request, stored, size=size)
    except Unsatisfiable:
        response = HttpResponse(status=416)
        response["Content-Range"] = f"bytes */{size}"
        return _marked(response, stored)
    return _marked(_streamed(stored, part, size=size), stored)


def _is_known(request: HttpRequest, stored: StoredFile) -> bool:
    """Whether the caller holds this very file already."""
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        given = {tag.strip().removeprefix("W/") for tag in tags.split(",")}
        return "*" in given or f'"{stored.etag}"' in given
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    return since is not None and stored.modified <= since


def _part(request: HttpRequest, stored: StoredFile, *, size: int) -> Part | None:
    """The asked part; None for the whole file. Raises Unsatisfiable."""
    asked = request.headers.get("Range", "")
    condition = request.headers.get("If-Range")
    if condition is not None and condition.strip() not in (
        f'"{stored.etag}"',
        http_date(stored.modified),
    ):
        return None
    return read_range(asked, size=size)


def _streamed(stored: StoredFile, part: Part | None, *, size: int) -> StreamingHttpResponse:
    file = default_storage.open(stored.key, "rb")
    whole = Part(start=0, length=size)
    response = StreamingHttpResponse(_Pieces(file, part or whole), status=206 if part else 200)
    response["Content-Length"] = str((part or whole).length)
    if part is not None:
        last = part.start + part.length - 1
        response["Content-Range"] = f"bytes {part.start}-{last}/{size}"
    return response


class _Pieces:
    """A part of a file, piece by piece; the server closes it, begun or not."""

    def __init__(self, file: IO[Any], part: Part) -> None:
        self._file = file
        self._part = part

    def __iter__(self) -> Iterator[bytes]:
        self._file.seek(self._part.start)
        left = self._part.length
        while left and (piece := self._file.read(min(CHUNK, left))):
            left -= len(piece)
            yield piece

    def close(self) -> None:
        self._file.close()


def _marked(response: HttpResponseBase, stored: StoredFile) -> HttpResponseBase:
    response["Content-Type"] = stored.media_type
    response["Content-Disposition"] = _disposition(stored)
    response["ETag"] = f'"{stored.etag}"'
    response["Last-Modified"] = http_date(stored.modified)
    response["Accept-Ranges"] = "bytes"
    response["X-Content-Type-Options"] = "nosniff"
    sandbox = SANDBOX.get(stored.media_type, "sandbox")
    response["Content-Security-Policy"] = f"{sandbox}; {POLICY}"
    # The content at one link never changes; how long the link holds is our only limit.
    patch_cache_control(response, private=True, max_age=stored.seconds_left, immutable=True)
    return response


def _disposition(stored: StoredFile) -> str:
    return content_disposition_header(stored.download, stored.name) or "inline"


def _elsewhere(stored: StoredFile) -> HttpResponseBase:
    """An object store hands the file out itself, by a short link of its own."""
    said = {
        "ResponseContentType": stored.media_type,
        "ResponseContentDisposition": _disposition(stored),
    }
    # `url` of an object store takes more than Django's own storages do.
    storage: Any = default_storage
    link = storage.url(stored.key, parameters=said, expire=stored.seconds_left)
    response = HttpResponseRedirect(link)
    patch_cache_control(response, private=True, no_store=True)
    return response


def _said(text: str, *, status: int) -> HttpResponse:
    response = HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
    response["X-Content-Type-Options"] = "nosniff"
    patch_cache_control(response, private=True, no_store=True)
    return response
