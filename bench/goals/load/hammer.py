"""Requests over kept connections, at a cost small enough to share the machine with the server.

One process, one event loop, each connection a protocol of its own that sends the next request
when the last answer is whole.
"""

import asyncio
import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from bench.rows import at

Request = bytes


@dataclass(frozen=True)
class Hammered:
    """`times` are seconds per answer, `statuses` and `bodies` beside them."""

    times: list[float]
    statuses: list[int]
    bodies: list[bytes]
    wall: float

    @property
    def per_second(self) -> float:
        return len(self.times) / self.wall

    def ms(self, percent: int) -> float:
        return 1000 * at(self.times, percent)

    def wanting(self, *statuses: int) -> "Hammered":
        """Itself, if every answer had one of these statuses. Raises AssertionError."""
        for status, body in zip(self.statuses, self.bodies, strict=True):
            assert status in statuses, (status, body[:300])
        return self


def request(
    method: str, path: str, *, port: int, key: str = "", body: Any = None, **headers: str
) -> Request:
    """The bytes of one request; `headers` with underscores for hyphens."""
    data = b"" if body is None else json.dumps(body).encode()
    lines = [f"{method} {path} HTTP/1.1", f"Host: 127.0.0.1:{port}"]
    if key:
        lines.append(f"Authorization: Bearer {key}")
    if body is not None:
        lines += ["Content-Type: application/json", f"Content-Length: {len(data)}"]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode() + data


def hammer(
    port: int,
    make: Callable[[int], Request],
    *,
    connections: int,
    seconds: float = 0.0,
    count: int = 0,
) -> Hammered:
    """Ask for so many seconds, or so many times. `make(n)` gives the n-th request."""
    return asyncio.run(_run(port, make, connections, seconds=seconds, count=count))


async def _run(
    port: int, make: Callable[[int], Request], connections: int, *, seconds: float, count: int
) -> Hammered:
    loop = asyncio.get_running_loop()
    numbers = iter(range(count)) if count else iter(range(10**9))
    result = Hammered([], [], [], 0.0)
    ends = time.perf_counter() + (seconds or 3600.0)
    hands = []
    for _ in range(connections):
        _, hand = await loop.create_connection(
            lambda: _Hand(numbers, make, result, ends), "127.0.0.1", port
        )
        hands.append(hand.over)
    began = time.perf_counter()
    await asyncio.gather(*hands)
    wall = time.perf_counter() - began
    return Hammered(result.times, result.statuses, result.bodies, wall)


class _Hand(asyncio.Protocol):
    """One connection. Answers carry a Content-Length or come in chunks."""

    def __init__(
        self,
        numbers: Any,
        make: Callable[[int], Request],
        result: Hammered,
        ends: float,
    ) -> None:
        self._numbers, self._make, self._result, self._ends = numbers, make, result, ends
        self._seen = bytearray()
        self.over: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: Any) -> None:
        self._transport = transport
        asyncio.get_running_loop().call_soon(self._next)

    def data_received(self, data: bytes) -> None:
        self._seen += data
        head, gap, rest = self._seen.partition(b"\r\n\r\n")
        if not gap or (body := _body(bytes(head).lower(), bytes(rest))) is None:
            return
        self._result.times.append(time.perf_counter() - self._sent)
        self._result.statuses.append(int(head[9:12]))
        self._result.bodies.append(body)
        self._seen.clear()
        self._next()

    def connection_lost(self, fault: Exception | None) -> None:
        if not self.over.done():
            self.over.set_exception(fault or ConnectionError("The server hung up."))

    def _next(self) -> None:
        number = next(self._numbers, None)
        if number is None or time.perf_counter() > self._ends:
            self.over.set_result(None)
            self._transport.close()
            return
        wanted = self._make(number)
        self._sent = time.perf_counter()
        self._transport.write(wanted)


def _body(head: bytes, rest: bytes) -> bytes | None:
    """The whole body, None while some of it is missing."""
    if b"transfer-encoding: chunked" in head:
        return rest if rest.endswith(b"0\r\n\r\n") else None
    _, _, tail = head.partition(b"content-length:")
    length = int(tail.split(b"\r\n")[0]) if tail else 0
    return rest if len(rest) >= length else None


def middle(runs: Sequence[float]) -> float:
    """The median of a few runs."""
    return sorted(runs)[len(runs) // 2]
