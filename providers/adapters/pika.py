"""Pika, by either of its two doors: fal's queue (the usual one) or Pika's own API."""

from typing import Any

from providers.adapters.pika_fal import PikaOnFal
from providers.adapters.pika_own import PikaOwn


class Pika(PikaOnFal):
    """`Pika(transport="fal")` is PikaOnFal; `transport="pika"` gives a PikaOwn instead."""

    def __new__(
        cls,
        *,
        base_url: str,
        key: str,
        transport: str = "fal",
        rest_url: str = "",
        platform_url: str = "",
        **rest: Any,
    ) -> Any:
        if transport == "pika":
            return PikaOwn(base_url=base_url, key=key)
        return super().__new__(cls)
