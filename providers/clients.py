"""The adapter of each provider account, built from the settings."""

from functools import lru_cache
from typing import Any

from django.conf import settings

from providers.base import Adapter
from providers.registry import SANDBOX_CREDENTIALS, SANDBOX_PATHS, adapter


def adapter_for(provider: str, mode: str, *, transport: str = "") -> Adapter:
    """The adapter that asks `provider` in `mode` ("test" or "live"), one for each process.

    `transport` is the offer's ("router", "plain", "fal", …); empty means the usual one. A live
    provider without a key gets an adapter all the same: the vendor refuses it.
    """
    terms = _sandbox_terms(provider) if mode == "test" else _live_terms(provider)
    if provider == "runway" and transport == "plain":
        terms["router"] = False
    return _built(provider, tuple(sorted(terms.items())))


def _sandbox_terms(provider: str) -> dict[str, Any]:
    base_url = settings.SANDBOX_URL + SANDBOX_PATHS[provider]
    return {"base_url": base_url, **SANDBOX_CREDENTIALS[provider]}


def _live_terms(provider: str) -> dict[str, Any]:
    """Without a base address the registry takes the vendor's real one."""
    return {"base_url": settings.PROVIDER_URLS[provider], **settings.PROVIDER_KEYS[provider]}


@lru_cache(maxsize=32)
def _built(provider: str, terms: tuple[tuple[str, Any], ...]) -> Adapter:
    return adapter(provider, **dict(terms))
