"""The transport: sends one call with `requests` and says what is certain about it.

A fault becomes NotSent only where it is proven that no byte of the request left; on a call
that creates, everything else is OutcomeUnknown, on any other call Unavailable. A call is sent
once: nothing here tries again. Free of Django.
"""

import json
import logging
import ssl
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from http.cookiejar import DefaultCookiePolicy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.structures import CaseInsensitiveDict
from urllib3.exceptions import (
    ConnectTimeoutError,
    EmptyPoolError,
    HTTPError,
    NameResolutionError,
    NewConnectionError,
)
from urllib3.exceptions import TimeoutError as WireTimeout

from providers.connections import OnceAdapter, Stage, answer_by, stage
from providers.downloads import Downloaded, Limits, fetch
from providers.errors import NotSent, OutcomeUnknown, ProviderError, Unavailable
from providers.types import Call, Reply

USER_AGENT = "Dailies/1.0"
MAX_ANSWER_BYTES = 4 * 1024 * 1024
CHUNK = 64 * 1024

OnCall = Callable[[Call, int, float], None]
_PROVEN_UNSENT = (NewConnectionError, ConnectTimeoutError, EmptyPoolError)
_NEVER_BUILT = (
    requests.exceptions.InvalidURL,
    requests.exceptions.InvalidSchema,
    requests.exceptions.MissingSchema,
    requests.exceptions.InvalidHeader,
)
_log = logging.getLogger(__name__)


class Transport:
    """One provider account's connections.

    `on_call(call, status, seconds)` is told of every call, with status 0 where no answer came.
    `tls` replaces the usual certificates.
    """

    def __init__(
        self,
        *,
        provider: str = "",
        on_call: OnCall | None = None,
        max_answer_bytes: int = MAX_ANSWER_BYTES,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.provider = provider
        self._on_call = on_call
        self._max_answer_bytes = max_answer_bytes
        self._tls = tls
        self._session = new_session(tls=tls)

    def send(self, call: Call) -> Reply:
        """The whole answer, whatever its status; redirects are answers too.

        Raises NotSent, Unavailable or, for a call that creates, OutcomeUnknown. The answer
        must be complete within the connect and read timeouts together.
        """
        if not call.creates:
            return self._send(call, self._session)
        # A kept connection may have died unnoticed, and then nobody can tell whether the
        # vendor saw the request; a create therefore never travels on an old one.
        with new_session(tls=self._tls) as fresh:
            return self._send(call, fresh)

    def download(
        self,
        call: Call,
        target_path: Path,
        *,
        allow_hosts: Collection[str] = (),
        max_bytes: int = 512 * 1024 * 1024,
        deadline: float = 600.0,
        min_rate: float = 16 * 1024,
    ) -> Downloaded:
        """Stream an output into a file; see `providers.downloads.fetch`.

        `allow_hosts` are `host:port` parts that need be neither public nor behind TLS (the
        adapter's own, `providers.registry.own_hosts`); `deadline` is in seconds, `min_rate`
        in bytes a second.
        """
        limits = Limits(max_bytes=max_bytes, deadline=deadline, min_rate=min_rate)
        own = frozenset(host.lower() for host in allow_hosts)
        with self._watched(call) as note:
            done, status = fetch(
                call, target_path, limits=limits, own_hosts=own, session=self._download_session
            )
            note(status)
        return done

    def close(self) -> None:
        self._session.close()

    def _send(self, call: Call, session: requests.Session) -> Reply:
        with self._watched(call) as note:
            request = prepared(call, session=session)
            answer_by.set(time.monotonic() + call.connect_timeout + call.read_timeout)
            timeout = (call.connect_timeout, call.read_timeout)
            with session.send(
                request, timeout=timeout, stream=True, allow_redirects=False
            ) as response:
                body = self._body(response, call)
                note(response.status_code)
                return reply_of(response, body=body)

    def _body(self, response: requests.Response, call: Call) -> bytes:
        body = bytearray()
        while chunk := response.raw.read1(CHUNK, decode_content=True):
            body += chunk
            if len(body) > self._max_answer_bytes:
                raise _doubt(call, self.provider, "too_big", response.status_code)
        return bytes(body)

    def _download_session(self, *, guarded: bool) -> requests.Session:
        return new_session(tls=self._tls, guarded=guarded)

    @contextmanager
    def _watched(self, call: Call) -> Iterator[Callable[[int], None]]:
        """Turn network faults into our errors, and leave one log line and one figure."""
        status, started = 0, time.perf_counter()
        stage.set(Stage.UNTOUCHED)

        def note(answered: int) -> None:
            nonlocal status
            status = answered

        try:
            yield note
        except (requests.RequestException, HTTPError) as fault:
            raise network_error(fault, call=call, provider=self.provider) from fault
        except ProviderError as refused:
            refused.provider = refused.provider or self.provider
            status = refused.status or 0
            raise
        finally:
            seconds = time.perf_counter() - started
            place = urlsplit(call.url)
            # Never the query: outputs are signed in it.
            shown = (call.method, place.netloc, place.path, status, seconds * 1000)
            _log.debug("%s %s%s %d %.0f ms", *shown)
            if self._on_call is not None:
                self._on_call(call, status, seconds)


def new_session(*, tls: ssl.SSLContext | None = None, guarded: bool = False) -> requests.Session:
    """A session that adds nothing of its own: no cookies, no proxies or netrc passwords from
    the environment, no second try."""
    session = requests.Session()
    session.trust_env = False
    session.headers = CaseInsensitiveDict(
        {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "gzip, deflate"}
    )
    session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
    adapter = OnceAdapter(guarded=guarded, tls=tls)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    return session


def prepared(call: Call, *, session: requests.Session | None = None) -> requests.PreparedRequest:
    """The exact bytes of a call. Raises requests' own errors for an impossible address."""
    headers = dict(call.headers)
    if call.creates:
        headers["Connection"] = "close"
    body: Any = call.body
    if call.json is not None:
        body = json.dumps(call.json, ensure_ascii=False, separators=(",", ":")).encode()
        headers.setdefault("Content-Type", "application/json")
    parts: list[tuple[str, Any]] | None = None
    if call.files or call.multipart:
        parts = [(name, (None, value)) for name, value in (call.form or {}).items()]
        parts += list((call.files or {}).items())
    elif call.form is not None:
        body = dict(call.form)
    request = requests.Request(
        call.method, call.url, headers=headers, params=dict(call.params), data=body, files=parts
    )
    return (session or new_session()).prepare_request(request)


def reply_of(response: requests.Response, *, body: bytes) -> Reply:
    """Our form of an answer."""
    headers = {name.lower(): value for name, value in response.headers.items()}
    return Reply(status=response.status_code, headers=headers, body=body)


def network_error(fault: Exception, *, call: Call, provider: str) -> ProviderError:
    """The class of a network fault, by its innermost cause and by what was sent."""
    chain = list(_causes(fault))
    never_built = isinstance(fault, _NEVER_BUILT)
    proven = never_built or any(isinstance(cause, _PROVEN_UNSENT) for cause in chain)
    reached = stage.get()
    if reached is Stage.CONNECTING or (proven and reached is not Stage.SENT):
        code = "bad_address" if never_built else _code(chain)
        return NotSent(
            f"{provider or 'The host'} could not be reached.", provider=provider, code=code
        )
    return _doubt(call, provider, _code(chain), None)


def _doubt(call: Call, provider: str, code: str, status: int | None) -> ProviderError:
    who = provider or "the host"
    if call.creates:
        return OutcomeUnknown(
            f"No usable answer from {who}; it may have taken the request.",
            provider=provider,
            code=code,
            status=status,
            billed=None,
        )
    return Unavailable(f"No usable answer from {who}.", provider=provider, code=code, status=status)


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """A fault and what it wraps: requests keeps urllib3's error as its argument, urllib3 keeps
    the first one as its reason."""
    seen: list[BaseException] = []
    waiting: list[object] = [fault]
    while waiting:
        cause = waiting.pop()
        if isinstance(cause, BaseException) and cause not in seen:
            seen.append(cause)
            yield cause
            waiting += [*cause.args, getattr(cause, "reason", None)]


def _code(chain: list[BaseException]) -> str:
    names: tuple[tuple[str, tuple[type[BaseException], ...]], ...] = (
        ("name_not_found", (NameResolutionError,)),
        # In urllib3 a refused connection is a kind of connect timeout, so it comes first.
        ("refused", (NewConnectionError,)),
        ("connect_timeout", (ConnectTimeoutError, requests.ConnectTimeout)),
        ("tls_failed", (ssl.SSLError, requests.exceptions.SSLError)),
        ("timeout", (TimeoutError, WireTimeout, requests.Timeout)),
    )
    for name, kinds in names:
        if any(isinstance(cause, kinds) for cause in chain):
            return name
    return "dropped"
