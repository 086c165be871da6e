"""Which adapter is built for which mode, with whose key and at which address."""

import pytest

from providers import clients
from providers.registry import SANDBOX_CREDENTIALS


@pytest.fixture
def built(monkeypatch):
    """What the registry was asked for, instead of an adapter."""
    clients._built.cache_clear()
    monkeypatch.setattr(clients, "adapter", lambda provider, **terms: {"of": provider, **terms})
    yield
    clients._built.cache_clear()


def test_test_mode_goes_to_the_sandbox_with_its_public_keys(built, settings):
    settings.SANDBOX_URL = "http://127.0.0.1:8001"
    settings.PROVIDER_KEYS = {"sora": {"key": "sk-real"}}
    assert clients.adapter_for("sora", "test") == {
        "of": "sora",
        "base_url": "http://127.0.0.1:8001/openai/v1",
        "key": "sk-sandbox-0000000000000000",
        "callback_secret": SANDBOX_CREDENTIALS["sora"]["callback_secret"],
    }


def test_live_mode_takes_keys_and_addresses_from_the_settings(built, settings):
    settings.PROVIDER_KEYS = {"pika": {"key": "id:secret", "transport": "fal"}}
    settings.PROVIDER_URLS = {"pika": "https://proxy.example"}
    assert clients.adapter_for("pika", "live") == {
        "of": "pika",
        "base_url": "https://proxy.example",
        "key": "id:secret",
        "transport": "fal",
    }


def test_runways_plain_transport_goes_past_the_router(built):
    assert clients.adapter_for("runway", "test", transport="plain")["router"] is False
    assert "router" not in clients.adapter_for("runway", "test", transport="router")


def test_one_adapter_a_process():
    clients._built.cache_clear()
    assert clients.adapter_for("runway", "test") is clients.adapter_for("runway", "test")
