"""One transport a thread and provider account: sessions are not shared between threads."""

import threading

from django.conf import settings

from providers import call_figures
from providers.http import Transport
from providers.registry import LIVE_URLS, own_hosts

_local = threading.local()


def transport_for(provider: str, mode: str) -> Transport:
    """The calling thread's transport to one vendor in one mode."""
    kept: dict[tuple[str, str], Transport] = _local.__dict__.setdefault("kept", {})
    key = (provider, mode)
    if key not in kept:
        kept[key] = Transport(provider=provider, on_call=call_figures.note)
    return kept[key]


def download_hosts(provider: str, mode: str) -> frozenset[str]:
    """Hosts that an output may come from although they are private or without TLS."""
    if mode == "test":
        return own_hosts(settings.SANDBOX_URL)
    return own_hosts(settings.PROVIDER_URLS.get(provider) or LIVE_URLS[provider])
