"""Delivery of signed callbacks, to this machine alone."""

import asyncio
import base64
import hashlib
import hmac
import logging
from collections.abc import Mapping
from urllib.parse import urlsplit

import aiohttp

from sandbox.pictures import is_loopback

PAUSES = (0.0, 0.3, 1.0, 3.0, 8.0)  # seconds before each try
logger = logging.getLogger(__name__)


class Callbacks:
    """Posts in the background and tries a few times until it is answered 2xx."""

    def __init__(self) -> None:
        self._session: aiohttp.ClientSession | None = None
        self._running: set[asyncio.Task[None]] = set()

    def send(self, url: str, *, body: bytes, headers: Mapping[str, str]) -> None:
        """Starts a delivery. An address off this machine is dropped with a warning."""
        address = urlsplit(url)
        if address.scheme != "http" or not is_loopback(address.hostname):
            logger.warning("callback not sent: %s is not on this machine", address.hostname)
            return
        delivery = asyncio.create_task(self._deliver(url, body, dict(headers)))
        self._running.add(delivery)
        delivery.add_done_callback(self._running.discard)

    async def _deliver(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        if self._session is None:
            self._session = aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=10))
        for pause in PAUSES:
            await asyncio.sleep(pause)
            try:
                async with self._session.post(
                    url, data=body, headers=headers, allow_redirects=False
                ) as answer:
                    if 200 <= answer.status < 300:
                        return
            except (aiohttp.ClientError, TimeoutError) as error:
                logger.info("callback try failed: %s", type(error).__name__)
        logger.warning("callback given up after %d tries", len(PAUSES))

    async def close(self) -> None:
        for delivery in list(self._running):
            delivery.cancel()
        if self._session is not None:
            await self._session.close()


def standard_signature(secret: str, *, message_id: str, timestamp: int, body: bytes) -> str:
    """The Standard Webhooks header value `v1,<base64>`; the key is base64 after `whsec_`."""
    key = base64.b64decode(secret.removeprefix("whsec_"))
    message = f"{message_id}.{timestamp}.".encode() + body
    return "v1," + base64.b64encode(hmac.new(key, message, hashlib.sha256).digest()).decode()
