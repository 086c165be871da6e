"""What every client of the desk is: settings, connections made when needed, and a close."""

from functools import cached_property
from typing import Self

import httpx

from pro.settings import read_settings
from pro.wire.link import Link
from pro.wire.pictures import Pictures


class Connected:
    """Nothing is read or sent before the first call; after `close` the next one opens new
    connections."""

    def __init__(
        self,
        api_key: str | None = None,
        *,
        base_url: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        """`transport` replaces the network, for tests."""
        self._given = {"api_key": api_key, "base_url": base_url}
        self._transport = transport

    @cached_property
    def _link(self) -> Link:
        return Link(read_settings(**self._given), transport=self._transport)

    @cached_property
    def _pictures(self) -> Pictures:
        return Pictures(self._link)

    async def close(self) -> None:
        if "_link" in self.__dict__:
            await self._link.close()

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.close()
