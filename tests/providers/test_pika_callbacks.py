"""fal's callbacks: Ed25519 against keys that the engine has fetched before."""

import pytest

from providers.adapters.pika import Pika
from providers.errors import CallbackRefused, ProviderError
from providers.types import CallbackNews
from tests.providers.conversation import answer, fixture, talk

VECTOR = fixture("pika", "webhook_vector")
BODY = VECTOR["body"].encode()
ID = "764cabcf-b745-4b3e-ae38-1200304cf45b"


def pika(*, now: float = 1790000000.0):
    adapter = Pika(base_url="https://queue.fal.run", key="k", clock=lambda: now)
    adapter.trusted_keys = talk(adapter.callback_keys(), answer(VECTOR["jwks"])).outcome
    return adapter


def test_the_vector_holds():
    news = pika().read_callback(VECTOR["headers"], BODY)
    assert news == CallbackNews(task_id=ID, event_id=ID)


def test_any_trusted_key_is_enough():
    adapter = pika()
    adapter.trusted_keys = (bytes(32), b"short", *adapter.trusted_keys)
    assert adapter.read_callback(VECTOR["headers"], BODY).task_id == ID


def test_without_keys_nothing_is_believed():
    adapter = Pika(base_url="https://queue.fal.run", key="k", clock=lambda: 1790000000.0)
    assert adapter.trusted_keys == ()
    with pytest.raises(CallbackRefused):
        adapter.read_callback(VECTOR["headers"], BODY)


@pytest.mark.parametrize(
    "changed",
    [
        {"x-fal-webhook-signature": ""},
        {"x-fal-webhook-signature": "zz"},
        {"x-fal-webhook-signature": "00" * 64},
        {"x-fal-webhook-signature": "é"},
        {"x-fal-webhook-request-id": "other"},
        {"x-fal-webhook-request-id": "é\udcff"},
        {"x-fal-webhook-user-id": ""},
        {"x-fal-webhook-timestamp": "1790000001"},
        {"x-fal-webhook-timestamp": "soon"},
        {"x-fal-webhook-timestamp": "9" * 40},
    ],
)
def test_anything_else_is_refused(changed):
    with pytest.raises(CallbackRefused):
        pika().read_callback(VECTOR["headers"] | changed, BODY)


def test_old_replayed_or_changed_deliveries_are_refused():
    for now in (1790000301.0, 1789999699.0):
        with pytest.raises(CallbackRefused):
            pika(now=now).read_callback(VECTOR["headers"], BODY)
    assert pika(now=1790000300.0).read_callback(VECTOR["headers"], BODY).task_id == ID
    with pytest.raises(CallbackRefused):
        pika().read_callback(VECTOR["headers"], BODY + b" ")
    with pytest.raises(CallbackRefused):
        pika().read_callback({}, BODY)


def test_keys_of_other_kinds_are_left_out():
    good = VECTOR["jwks"]["keys"][0]
    odd = [{"kty": "RSA", "n": "x"}, {"crv": "Ed25519", "x": "AA"}, {"crv": "Ed25519"}, "key"]
    keys = talk(pika().callback_keys(), answer({"keys": [*odd, good]})).outcome
    assert [len(key) for key in keys] == [32]
    for reply in (answer({"keys": odd}), answer({}), answer(b"", status=500)):
        with pytest.raises(ProviderError):
            talk(pika().callback_keys(), reply)
