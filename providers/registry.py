"""Which adapter speaks for which provider, and where each vendor lives. Free of Django.

Adapters are imported on first use, so that a process loads only the vendors it talks to.
"""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from typing import Any, cast
from urllib.parse import urlsplit

from providers.base import Adapter

ADAPTERS: Mapping[str, str] = {
    "runway": "providers.adapters.runway:Runway",
    "sora": "providers.adapters.sora:Sora",
    "kling": "providers.adapters.kling:Kling",
    "pika": "providers.adapters.pika:Pika",
}

LIVE_URLS: Mapping[str, str] = {
    "runway": "https://api.dev.runwayml.com",
    "sora": "https://api.openai.com/v1",
    "kling": "https://api-singapore.klingai.com",
    "pika": "https://queue.fal.run",
}
# Pika's models are bought through fal unless its own API is chosen by `transport="pika"`.
PIKA_OWN_URL = "https://api.dev.pika.art"

# The sandbox serves each vendor under a prefix; what follows is the vendor's own path.
SANDBOX_PATHS: Mapping[str, str] = {
    "runway": "/runway",
    "sora": "/openai/v1",
    "kling": "/kling",
    "pika": "/pika",
}
# Public constants: the sandbox accepts these and refuses everything else, as a vendor would.
SANDBOX_CREDENTIALS: Mapping[str, Mapping[str, str]] = {
    "runway": {"key": "key_" + "5a" * 64},
    "sora": {"key": "sk-sandbox-0000000000000000"},
    "kling": {
        "key": "api-key-kling-sandbox-000000000000000000000000000000000000",
        "callback_secret": "whsec_c2FuZGJveC1jYWxsYmFjay1zZWNyZXQtMDAwMDA=",
    },
    "pika": {"key": "sandbox-id:sandbox-secret"},
}


def adapter(provider: str, **credentials: Any) -> Adapter:
    """The adapter of one provider, with its constructor's arguments; `base_url` defaults to
    the live address. Raises KeyError for a provider that is not in ADAPTERS."""
    if not credentials.get("base_url"):
        credentials["base_url"] = live_url(provider, transport=credentials.get("transport", ""))
    return cast(Adapter, adapter_class(provider)(**credentials))


def live_url(provider: str, *, transport: str = "") -> str:
    """The vendor's real address; `transport` matters for pika only."""
    if provider == "pika" and transport == "pika":
        return PIKA_OWN_URL
    return LIVE_URLS[provider]


def sandbox_adapter(provider: str, *, sandbox_url: str) -> Adapter:
    """The very same adapter, pointed at the sandbox with the sandbox's public keys."""
    base_url = sandbox_url.rstrip("/") + SANDBOX_PATHS[provider]
    return adapter(provider, base_url=base_url, **SANDBOX_CREDENTIALS[provider])


def own_hosts(*urls: str) -> frozenset[str]:
    """The `host:port` parts of a vendor's own addresses, for `Transport.download`: only an
    output that lies there may be fetched from a private address or without TLS."""
    return frozenset(urlsplit(url).netloc.lower() for url in urls if url)


@cache
def adapter_class(provider: str) -> type:
    """The adapter's class, imported on first use."""
    module, _, name = ADAPTERS[provider].partition(":")
    return cast(type, getattr(import_module(module), name))
