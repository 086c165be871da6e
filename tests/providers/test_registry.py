"""One mapping names every adapter, and each keeps the contract's names."""

import inspect

import pytest

from providers.base import Adapter
from providers.registry import (
    ADAPTERS,
    LIVE_URLS,
    PIKA_OWN_URL,
    SANDBOX_CREDENTIALS,
    SANDBOX_PATHS,
    adapter,
    adapter_class,
    least_gap,
    live_url,
    own_hosts,
    sandbox_adapter,
)
from providers.types import ResolveKind

CONTRACT = [name for name in vars(Adapter) if not name.startswith("_")]


@pytest.mark.parametrize("provider", ["runway", "sora", "kling", "pika"])
def test_adapter_keeps_the_contract(provider):
    built = sandbox_adapter(provider, sandbox_url="http://127.0.0.1:8001/")
    assert built.provider == provider
    assert isinstance(built.resolve_kind, ResolveKind)
    for name in CONTRACT:
        wanted = getattr(Adapter, name)
        if callable(wanted):
            given = inspect.signature(getattr(adapter_class(provider), name))
            assert list(given.parameters) == list(inspect.signature(wanted).parameters), name


def test_every_provider_has_every_entry():
    slugs = ["runway", "sora", "kling", "pika"]
    for table in (ADAPTERS, LIVE_URLS, SANDBOX_PATHS, SANDBOX_CREDENTIALS):
        assert list(table) == slugs


def test_unknown_provider():
    with pytest.raises(KeyError):
        adapter("luma", key="x")


def test_base_url_defaults_to_the_live_one():
    call = next(adapter("runway", key="k").probe())
    assert call.url == "https://api.dev.runwayml.com/v1/organization"
    assert live_url("pika", transport="pika") == PIKA_OWN_URL
    assert live_url("pika", transport="fal") == "https://queue.fal.run"


def test_sandbox_address():
    call = next(sandbox_adapter("sora", sandbox_url="http://127.0.0.1:8001").probe())
    assert call.url == "http://127.0.0.1:8001/openai/v1/videos"
    assert call.headers["Authorization"] == "Bearer sk-sandbox-0000000000000000"


def test_own_hosts_are_host_and_port():
    urls = ("http://127.0.0.1:8001/pika", "https://API.fal.ai/v1", "")
    assert own_hosts(*urls) == {"127.0.0.1:8001", "api.fal.ai"}


@pytest.mark.parametrize(
    ("provider", "mode", "transport", "seconds"),
    [
        ("runway", "live", "router", 5.0),
        ("sora", "live", "", 1.0),
        ("kling", "live", "", 5.0),
        ("pika", "live", "fal", 1.0),
        ("pika", "live", "pika", 5.0),
        ("runway", "test", "router", 0.3),
    ],
)
def test_how_often_a_vendor_may_be_asked_about_a_task(provider, mode, transport, seconds):
    assert least_gap(provider, mode=mode, transport=transport) == seconds
