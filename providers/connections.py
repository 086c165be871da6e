"""The sockets under the transport: what was sent, until when, and to which address.

Three things that `requests` cannot tell or do: prove that no byte of a request left (a
refused connection and one dropped after the request are the same class to it), hold one
deadline over a whole answer (its timeout starts again with every packet), and check the very
address that is connected to (so that a name cannot change its mind between check and use).
The marks are context variables because a call runs in one thread from beginning to end.
"""

import http.client
import io
import socket
import ssl
import time
from contextvars import ContextVar
from enum import Enum
from ipaddress import IPv6Address, ip_address, ip_network
from math import inf
from typing import Any

from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NameResolutionError

from providers.errors import OutputBad


class Stage(Enum):
    """How far a call got."""

    UNTOUCHED = "untouched"
    CONNECTING = "connecting"
    SENT = "sent"


stage: ContextVar[Stage] = ContextVar("stage", default=Stage.UNTOUCHED)
answer_by: ContextVar[float] = ContextVar("answer_by", default=inf)

# What `is_global` calls public although it leads inside: IPv4 in IPv6 clothes, site-local
# addresses, and a cloud's own service address.
_DENIED = tuple(
    ip_network(net)
    for net in (
        "168.63.129.16/32",
        "192.88.99.0/24",
        "::/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
        "5f00::/16",
        "fec0::/10",
    )
)


def is_public(address: str) -> bool:
    """Whether an IP address lies on the public internet."""
    ip = ip_address(address.partition("%")[0])
    if isinstance(ip, IPv6Address) and ip.ipv4_mapped is not None:
        ip = ip.ipv4_mapped
    return ip.is_global and not ip.is_multicast and not any(ip in net for net in _DENIED)


def public_address(host: str, *, port: int) -> str:
    """The first address of a name, all of whose addresses must be public.

    Raises OutputBad (code "forbidden_address") when one is not, socket.gaierror for a name
    that does not resolve.
    """
    answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(answer[4][0]) for answer in answers]
    if not addresses or not all(is_public(address) for address in addresses):
        raise OutputBad("The output's address is not public.", code="forbidden_address")
    return addresses[0]


class _TimedFile(socket.SocketIO):
    """A socket's reading end that stops at the call's deadline, however slowly bytes drip."""

    def __init__(self, sock: Any) -> None:
        super().__init__(sock, "r")
        self._timed = sock
        self.ended = False

    def readinto(self, buffer: Any) -> int | None:
        left = answer_by.get() - time.monotonic()
        if left <= 0:
            raise TimeoutError("the deadline of the answer has passed")
        usual = self._timed.gettimeout()
        self._timed.settimeout(left if usual is None else min(usual, left))
        try:
            count = super().readinto(buffer)
            self.ended = self.ended or count == 0
            return count
        finally:
            if self._timed.fileno() >= 0:
                self._timed.settimeout(usual)


class _TimedResponse(http.client.HTTPResponse):
    def __init__(self, sock: Any, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        # The count is how a socket knows that a file still reads from it; makefile() keeps it
        # the same way.
        sock._io_refs += 1
        self.fp.close()
        self._wire = _TimedFile(sock)
        self.fp = io.BufferedReader(self._wire)

    def begin(self) -> None:
        super().begin()
        # The standard library takes headers that end with the connection for whole ones.
        if self._wire.ended:
            raise http.client.RemoteDisconnected("the connection closed amid the headers")


class _Connection(HTTPConnection):
    response_class = _TimedResponse

    def connect(self) -> None:
        stage.set(Stage.CONNECTING)
        super().connect()

    def send(self, data: Any) -> None:
        if self.sock is None:
            self.connect()
        stage.set(Stage.SENT)
        super().send(data)


class _TlsConnection(_Connection, HTTPSConnection):
    """HTTPS; the TLS handshake belongs to `connect`, before anything is sent."""


class _GuardedConnection(_Connection):
    def _new_conn(self) -> socket.socket:
        name = self._dns_host
        try:
            self._dns_host = public_address(self.host, port=self.port)
        except socket.gaierror as fault:
            raise NameResolutionError(self.host, self, fault) from fault
        try:
            return super()._new_conn()
        finally:
            # TLS is checked against the name, so it must be back before the handshake.
            self._dns_host = name


class _GuardedTlsConnection(_GuardedConnection, _TlsConnection):
    pass


class _Pool(HTTPConnectionPool):
    ConnectionCls = _Connection


class _TlsPool(HTTPSConnectionPool):
    ConnectionCls = _TlsConnection


class _GuardedPool(HTTPConnectionPool):
    ConnectionCls = _GuardedConnection


class _GuardedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _GuardedTlsConnection


class OnceAdapter(HTTPAdapter):
    """Sends a request once. `guarded` refuses every address that is not public."""

    def __init__(self, *, guarded: bool = False, tls: ssl.SSLContext | None = None) -> None:
        self._guarded = guarded
        self._tls = tls
        super().__init__(max_retries=0, pool_connections=4, pool_maxsize=20)

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._tls is not None:
            kwargs["ssl_context"] = self._tls
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = (
            {"http": _GuardedPool, "https": _GuardedTlsPool}
            if self._guarded
            else {"http": _Pool, "https": _TlsPool}
        )
