"""Fetching an output: whole, bounded, and from nowhere inside.

Codes of the errors: "expired" (the address no longer answers; ask the vendor for a fresh
one), "forbidden_address", "too_many_redirects", "too_big", "truncated", "empty",
"not_a_video", "too_slow", and those of the transport.
"""

import hashlib
import os
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, NamedTuple, Protocol
from urllib.parse import urljoin, urlsplit

import requests
from urllib3.exceptions import ProtocolError

from providers.answers import refusal
from providers.connections import answer_by
from providers.errors import OutputBad, ProviderError, Unavailable
from providers.types import Call, Reply

MAX_REDIRECTS = 3
CHUNK = 256 * 1024
# A rate means something only after a while; the first seconds are handshakes.
RATE_AFTER_SECONDS = 10.0
_PAGES = ("text/html", "application/json", "application/xml", "text/xml")


class Downloaded(NamedTuple):
    """Size in bytes and the hex digest of what was stored."""

    size: int
    sha256: str


@dataclass(frozen=True, kw_only=True)
class Limits:
    """Bytes, seconds, bytes a second."""

    max_bytes: int
    deadline: float
    min_rate: float


class SessionMaker(Protocol):
    def __call__(self, *, guarded: bool) -> requests.Session: ...


def fetch(
    call: Call,
    target: Path,
    *,
    limits: Limits,
    own_hosts: frozenset[str],
    session: SessionMaker,
) -> tuple[Downloaded, int]:
    """Stream an output to `target`, which appears only when it is whole; also gives the
    HTTP status.

    Redirects are followed up to three times, without any of the call's headers. Raises
    OutputBad or Unavailable with one of this module's codes.
    """
    started = time.monotonic()
    answer_by.set(started + limits.deadline)
    url, headers = call.url, dict(call.headers)
    for _ in range(MAX_REDIRECTS + 1):
        guarded = _must_be_public(url, own_hosts=own_hosts)
        with session(guarded=guarded) as once, _get(once, url, headers, call) as response:
            if response.is_redirect:
                url, headers = urljoin(url, response.headers["location"]), {}
                continue
            _refuse_non_video(response, limits=limits)
            return _store(response, target, limits=limits, started=started), response.status_code
    raise OutputBad("The output's address keeps redirecting.", code="too_many_redirects")


def _must_be_public(url: str, *, own_hosts: frozenset[str]) -> bool:
    """Whether the guard is needed; raises OutputBad for an address that may not be asked."""
    place = urlsplit(url)
    if place.netloc.lower() in own_hosts:
        return False
    if place.scheme != "https" or place.username is not None:
        raise OutputBad("The output's address is not an https one.", code="forbidden_address")
    return True


def _get(
    session: requests.Session, url: str, headers: Mapping[str, str], call: Call
) -> requests.Response:
    plain = {**headers, "Accept-Encoding": "identity"}
    request = session.prepare_request(
        requests.Request("GET", url, headers=plain, params=dict(call.params) if headers else {})
    )
    timeout = (call.connect_timeout, call.read_timeout)
    return session.send(request, timeout=timeout, stream=True, allow_redirects=False)


def _refuse_non_video(response: requests.Response, *, limits: Limits) -> None:
    status = response.status_code
    if status in (401, 403, 404, 410):
        raise Unavailable("The output's address has expired.", code="expired", status=status)
    if status != 200:
        names = {name.lower(): value for name, value in response.headers.items()}
        reply = Reply(status=status, headers=names, body=b"")
        raise refusal(reply, provider="", creates=False)
    kind = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if kind in _PAGES:
        raise OutputBad("The output is a page, not a video.", code="not_a_video", billed=True)
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) > limits.max_bytes:
        raise _too_big()


def _store(
    response: requests.Response, target: Path, *, limits: Limits, started: float
) -> Downloaded:
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as file:
            done = _copy(response, file, limits=limits, started=started)
            file.flush()
            os.fsync(file.fileno())
        part.replace(target)
    finally:
        part.unlink(missing_ok=True)
    return done


def _copy(
    response: requests.Response, file: IO[bytes], *, limits: Limits, started: float
) -> Downloaded:
    size, digest = 0, hashlib.sha256()
    while chunk := _read(response.raw):
        size += len(chunk)
        if size > limits.max_bytes:
            raise _too_big()
        _refuse_slow(size, time.monotonic() - started, limits=limits)
        digest.update(chunk)
        file.write(chunk)
    length = response.headers.get("content-length", "")
    if length.isdecimal() and int(length) != size:
        raise _truncated()
    if size == 0:
        raise OutputBad("The output is empty.", code="empty", billed=True)
    return Downloaded(size, digest.hexdigest())


def _read(raw: Any) -> bytes:
    try:
        chunk: bytes = raw.read1(CHUNK, decode_content=False)
    except ProtocolError as fault:
        # The headers were good and the file then ended early.
        raise _truncated() from fault
    return chunk


def _refuse_slow(size: int, seconds: float, *, limits: Limits) -> None:
    too_slow = seconds > RATE_AFTER_SECONDS and size / seconds < limits.min_rate
    if too_slow or seconds > limits.deadline:
        raise Unavailable("The output arrives too slowly.", code="too_slow")


def _too_big() -> ProviderError:
    return OutputBad("The output is larger than we accept.", code="too_big", billed=True)


def _truncated() -> ProviderError:
    return OutputBad("The output ended early.", code="truncated", billed=True)
