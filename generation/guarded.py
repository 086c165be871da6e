"""Calling addresses that came from outside: https, the public internet only, bounded, once.

Two judges look at every address, and both must agree: the AntiSSRF library before anything is
opened, and our own sockets at the very address that they connect to. Nothing follows a redirect
and nothing asks a proxy, so what was checked is what is called.
"""

import ipaddress
import re
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import SplitResult, urlsplit

import requests
from AntiSSRF import AntiSSRFError, AntiSSRFPolicy, PolicyConfigOptions
from AntiSSRF._antissrf_agent import _AntiSSRFAdapter
from urllib3.exceptions import HTTPError

from providers.connections import OnceAdapter, answer_by
from providers.errors import OutputBad
from providers.http import USER_AGENT

LONGEST_URL = 2000
CONNECT_SECONDS = 5.0
CHUNK = 64 * 1024
HEADERS = {"User-Agent": USER_AGENT, "Accept": "*/*", "Accept-Encoding": "identity"}
# What the library's list leaves open: IPv4 in IPv6 clothes. The other two are in its list
# today; that they stay denied must not hang on its next version.
OWN_DENIED = ["::/96", "fec0::/10", "168.63.129.16/32"]
# Only addresses in the usual writing may look like numbers; resolvers read 0x7f.1 or 2130706433
# as addresses too.
PLAIN_IPV4 = re.compile(r"(?:(?:0|[1-9]\d{0,2})\.){3}(?:0|[1-9]\d{0,2})")
NUMBER_LIKE = re.compile(r"(?:\d+|0x[0-9a-f]*)", re.IGNORECASE)
NOT_PUBLIC = "This address does not lie on the public internet."
UNFIT = re.compile(r"[\x00-\x20\x7f-\x9f\\]")


class Blocked(Exception):
    """This address is not called. The reason says what to give instead."""


class NoAnswer(Exception):
    """The address was called, and no usable answer came."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What a host said. `body` is empty where nobody asked for it."""

    status: int
    headers: Mapping[str, str]
    body: bytes = field(default=b"", repr=False)


class _Adapter(_AntiSSRFAdapter):  # type: ignore[misc]  # the library has no types
    """The library's checks over our own sockets, which check again and know one deadline."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        ours = OnceAdapter(guarded=True).poolmanager.pool_classes_by_scheme
        self.poolmanager.pool_classes_by_scheme = ours

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: Any, cert: Any = None
    ) -> Any:
        found = super().build_connection_pool_key_attributes(request, verify, cert)
        # The library names the host without its port, which then is another host.
        request.headers["Host"] = urlsplit(request.url or "").netloc
        return found


def check(url: str, *, ports: Collection[int] = (443,)) -> str:
    """The address as it would be called, checked as far as its text goes. Raises Blocked."""
    return _prepared("GET", url, ports=ports).url or ""


def get(url: str, *, most_bytes: int, seconds: float) -> Answer:
    """Fetch a file from port 443 of a public host; the whole of it must come within `seconds`.

    Raises Blocked or NoAnswer; their words are meant for the person who gave the address.
    """
    ends = time.monotonic() + seconds
    request = _prepared("GET", url, ports=(443,))
    with _session() as session, _send(session, request, ends=ends) as response:
        length = response.headers.get("Content-Length", "")
        if length.isdecimal() and int(length) > most_bytes:
            raise _too_big(most_bytes)
        body = _body(response, most_bytes=most_bytes, ends=ends)
        return Answer(status=response.status_code, headers=dict(response.headers), body=body)


def post(
    url: str, *, body: bytes, headers: Mapping[str, str], ports: Collection[int], seconds: float
) -> Answer:
    """Send `body` to a public host. Of the answer only status and headers are read.

    Raises Blocked or NoAnswer.
    """
    ends = time.monotonic() + seconds
    request = _prepared("POST", url, ports=ports, body=body, headers=headers)
    with _session() as session, _send(session, request, ends=ends) as response:
        return Answer(status=response.status_code, headers=dict(response.headers))


def _prepared(
    method: str,
    url: str,
    *,
    ports: Collection[int],
    body: bytes | None = None,
    headers: Mapping[str, str] | None = None,
) -> requests.PreparedRequest:
    if len(url) > LONGEST_URL:
        raise Blocked(f"This address is longer than {LONGEST_URL} characters.")
    if UNFIT.search(url):
        raise Blocked("This address holds a blank, a backslash or a control character.")
    try:
        named = {**HEADERS, **(headers or {})}
        request = requests.Request(method, url, headers=named, data=body).prepare()
        # The parser that the connection will go by has the last word.
        place = urlsplit(request.url or "")
        port = 443 if place.port is None else place.port
    except (requests.RequestException, ValueError):
        raise Blocked("This is not an address that can be called.") from None
    _check_place(place)
    if port not in ports:
        allowed = " or ".join(str(port) for port in sorted(ports))
        raise Blocked(f"Only port {allowed} may be used.")
    return request


def _check_place(place: SplitResult) -> None:
    host = (place.hostname or "").rstrip(".")
    if place.scheme != "https":
        raise Blocked("Give an address that begins with https://.")
    if place.username is not None:
        raise Blocked("Give an address without a user name or password.")
    looks_numeric = NUMBER_LIKE.fullmatch(host.rpartition(".")[2])
    if "" in host.split(".") or "%" in host or (looks_numeric and not PLAIN_IPV4.fullmatch(host)):
        raise Blocked("Give an address with the name of a public host.")
    try:
        inside = not ipaddress.ip_address(host).is_global
    except ValueError:
        return  # a name: where it leads is judged when it is called
    if inside:
        raise Blocked(NOT_PUBLIC)


@cache
def _policy() -> Any:
    policy = AntiSSRFPolicy(PolicyConfigOptions.EXTERNAL_ONLY_LATEST)
    policy.add_denied_addresses(OWN_DENIED)
    policy.add_xff_header = False
    return policy


def _session() -> requests.Session:
    """The library's session with nothing from the environment: no proxy, no netrc password."""
    session: requests.Session = _policy().get_antissrf_session()
    session.trust_env = False
    session.adapters.clear()
    session.mount("https://", _Adapter(_policy(), max_retries=0))
    return session


def _send(
    session: requests.Session, request: requests.PreparedRequest, *, ends: float
) -> requests.Response:
    answer_by.set(ends)
    left = max(ends - time.monotonic(), 0.1)
    try:
        return session.send(
            request,
            timeout=(min(CONNECT_SECONDS, left), left),
            stream=True,
            allow_redirects=False,
        )
    except (AntiSSRFError, OutputBad):
        raise Blocked(NOT_PUBLIC) from None
    except UnicodeError:
        raise Blocked("This is not an address that can be called.") from None
    except (requests.RequestException, HTTPError, OSError) as fault:
        raise NoAnswer(_why(fault)) from fault


def _body(response: requests.Response, *, most_bytes: int, ends: float) -> bytes:
    body = bytearray()
    try:
        while chunk := response.raw.read1(CHUNK, decode_content=False):
            body += chunk
            if len(body) > most_bytes:
                raise _too_big(most_bytes)
            if time.monotonic() > ends:
                raise NoAnswer("The file arrived too slowly.")
    except (HTTPError, OSError) as fault:
        raise NoAnswer(_why(fault, begun=True)) from fault
    return bytes(body)


def _why(fault: Exception, *, begun: bool = False) -> str:
    text = f"{type(fault).__name__} {fault}"
    if "imed out" in text or "Timeout" in text or "deadline" in text:
        return "The file arrived too slowly." if begun else "The host did not answer in time."
    if "NameResolution" in text or "gaierror" in text or "name resolution" in text.lower():
        return "There is no host of this name."
    if "SSL" in text or "CERTIFICATE" in text:
        return "The host has no valid certificate."
    return "The connection broke off." if begun else "The host could not be reached."


def _too_big(most_bytes: int) -> NoAnswer:
    return NoAnswer(f"The file is larger than {most_bytes // 1_000_000} MB.")
