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

# Seconds between two looks at one task. Runway's papers ask for five; OpenAI's and fal's own
# clients look every second or more often; the others say nothing, and get what is polite.
LEAST_GAPS: Mapping[str, float] = {"runway": 5.0, "sora": 1.0, "kling": 5.0, "pika": 1.0}
OWN_PIKA_GAP, REHEARSAL_GAP = 5.0, 0.3

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
    "sora": {
        "key": "sk-sandbox-0000000000000000",
        "callback_secret": "whsec_c2FuZGJveC13ZWJob29rLXNlY3JldC1vcGVuYWk=",
    },
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


def least_gap(provider: str, *, mode: str, transport: str = "") -> float:
    """Seconds that the vendor wants between two looks at one task; the sandbox hardly any."""
    if mode == "test":
        return REHEARSAL_GAP
    return OWN_PIKA_GAP if transport == "pika" else LEAST_GAPS[provider]


def own_hosts(*urls: str) -> frozenset[str]:
    """The `host:port` parts of a vendor's own addresses, for `Transport.download`: only an
    output that lies there may be fetched from a private address or without TLS."""
    return frozenset(urlsplit(url).netloc.lower() for url in urls if url)


@cache
def adapter_class(provider: str) -> type:
    """The adapter's class, imported on first use."""
    module, _, name = ADAPTERS[provider].partition(":")
    return cast(type, getattr(import_module(module), name))
