"""The connection to the desk: what is tried again, what is waited for, what is given up.

A request that changes something carries an Idempotency-Key, the same for all its tries: when an
answer is lost on the way, the repetition gets the first one's answer and makes nothing twice.
"""

import asyncio
import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx

from pro.errors import ConnectionFailed, RateLimited
from pro.settings import Settings
from pro.wire import pauses
from pro.wire.answers import body_of, errors_in, still_at_work

logger = logging.getLogger("pro.ai_video_generator")

USER_AGENT = "aivideo-python/0.1"
RETRIES = 3
PATIENCE_SECONDS = 300.0
TIMEOUT = httpx.Timeout(60.0, connect=5.0, pool=None)
LIMITS = httpx.Limits(max_connections=64, max_keepalive_connections=32, keepalive_expiry=15.0)
GATEWAY_TROUBLE = frozenset({502, 503, 504})
NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout)


@dataclass(frozen=True, kw_only=True)
class Ask:
    """One request. With `key` it may be repeated without doing anything twice; so may a read."""

    method: str
    path: str
    query: Mapping[str, Any] | None = None
    json: Mapping[str, Any] | None = None
    file: tuple[str, bytes] | None = None
    key: str | None = None


class Link:
    """Connections of one client, made when needed and again after `close`.

    A pool belongs to its event loop; a client used in another loop gets a new one there.
    """

    def __init__(
        self, settings: Settings, *, transport: httpx.AsyncBaseTransport | None = None
    ) -> None:
        self.settings = settings
        self._transport = transport
        self._open: httpx.AsyncClient | None = None
        self._loop: asyncio.AbstractEventLoop | None = None

    @property
    def client(self) -> httpx.AsyncClient:
        """Without any credentials: `ask` adds them, a download from elsewhere has none."""
        loop = asyncio.get_running_loop()
        if self._open is None or self._loop is not loop:
            address = self.settings.base_url
            self._open, self._loop = self._made(address), loop
        return self._open

    async def ask(self, ask: Ask) -> dict[str, Any]:
        """The answer's JSON. Raises an AIVideoError."""
        self.settings.checked()
        failures, waited, arrived = 0, 0.0, False
        while True:
            answer = await self._try(ask)
            if isinstance(answer, httpx.Response) and not troubled(answer):
                return body_of(answer)
            if isinstance(answer, httpx.Response) and answer.status_code not in GATEWAY_TROUBLE:
                pause = pauses.retry_after(answer.headers.get("retry-after"), default=1.0)
                pause = max(0.1, pause)
                waited += pause
                if waited > PATIENCE_SECONDS:
                    raise RateLimited(errors=errors_in(answer), status_code=answer.status_code)
            else:
                failures += 1
                arrived = arrived or not isinstance(answer, NEVER_SENT)
                if failures > RETRIES:
                    raise self._gave_up(ask, answer, arrived=arrived)
                pause = pauses.backoff(failures)
            logger.warning("%s %s: %s; again in %.1f s", ask.method, ask.path, say(answer), pause)
            await pauses.rest(pause)

    async def close(self) -> None:
        client, self._open = self._open, None
        if client is not None and self._loop is asyncio.get_running_loop():
            await client.aclose()

    async def _try(self, ask: Ask) -> httpx.Response | httpx.RequestError:
        headers = {"Authorization": f"Bearer {self.settings.api_key}"}
        if ask.key:
            headers["Idempotency-Key"] = ask.key
        try:
            return await self.client.request(
                ask.method,
                ask.path,
                params=ask.query,
                json=ask.json,
                files={"file": ask.file} if ask.file else None,
                headers=headers,
            )
        except httpx.RequestError as fault:
            return fault

    def _gave_up(
        self, ask: Ask, last: httpx.Response | httpx.RequestError, *, arrived: bool
    ) -> ConnectionFailed:
        told = f"No answer from {self.settings.base_url}: {say(last)}."
        if not arrived or not ask.key:
            return ConnectionFailed(f"{told} Is it running?")
        return ConnectionFailed(
            f"{told} The request may have arrived. The same request with"
            f" idempotency_key={ask.key!r} gives what came of it, and makes nothing twice.",
            idempotency_key=ask.key,
        )

    def _made(self, address: str) -> httpx.AsyncClient:
        host = httpx.URL(address).host
        return httpx.AsyncClient(
            base_url=address,
            headers={"User-Agent": USER_AGENT, "Accept": "application/json"},
            timeout=TIMEOUT,
            limits=LIMITS,
            transport=self._transport,
            trust_env=not on_this_machine(host),  # a proxy cannot reach our own machine
        )


def troubled(answer: httpx.Response) -> bool:
    """Whether to ask again: later, or because the answer is not the desk's own."""
    again = answer.status_code in GATEWAY_TROUBLE or answer.status_code == 429
    return again or still_at_work(answer)


def on_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def say(answer: httpx.Response | httpx.RequestError) -> str:
    if isinstance(answer, httpx.Response):
        return f"HTTP {answer.status_code}"
    return f"{type(answer).__name__} {answer}".strip()
