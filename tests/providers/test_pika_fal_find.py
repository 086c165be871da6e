"""A lost create is looked for in fal's request list, by prompt and seed."""

import pytest

from providers.errors import AuthRefused, OutcomeUnknown, ProviderError, Unavailable
from tests.providers.conversation import answer, talk
from tests.providers.test_pika_fal_calls import TEXT, TRACE, pika

INPUT = {"prompt": TEXT.prompt, "seed": 7, "duration": "5"}


def entry(name: str, *, sent: str = "2026-11-22T10:00:01Z", **asked) -> dict:
    return {"request_id": name, "sent_at": sent, "json_input": INPUT | asked}


def test_find_matches_prompt_and_seed():
    listed = [
        entry("taken"),
        entry("other seed", seed=8),
        entry("other prompt", prompt="x"),
        entry("too old", sent="2026-11-22T09:54:59Z"),
        entry("mine", sent="2026-11-22T09:56:00.5+00:00"),
    ]
    calls, found = talk(pika().find(TRACE), answer({"items": listed, "has_more": False}))
    assert found == ("mine",)
    assert calls[0].method == "GET"
    assert dict(calls[0].headers) == {"Authorization": "Key <FAL_KEY>"}
    assert dict(calls[0].params) == {
        "endpoint_id": "fal-ai/pika/v2.2/text-to-video",
        "start": "2026-11-22T09:55:00Z",
        "limit": "100",
        "expand": "payloads",
    }


def test_find_reads_all_pages():
    pages = [
        answer({"items": [entry("a")], "has_more": True, "next_cursor": "c2"}),
        answer({"items": [entry("b")], "has_more": False, "next_cursor": None}),
    ]
    calls, found = talk(pika().find(TRACE), *pages)
    assert found == ("a", "b")
    assert calls[1].params["cursor"] == "c2"
    endless = [answer({"items": [], "has_more": True, "next_cursor": "c"})] * 20
    with pytest.raises(OutcomeUnknown):
        talk(pika().find(TRACE), *endless)


def test_a_request_without_its_input_leaves_the_doubt():
    hidden = {"request_id": "hidden", "sent_at": "2026-11-22T10:00:01Z"}
    with pytest.raises(OutcomeUnknown):
        talk(pika().find(TRACE), answer({"items": [hidden]}))
    assert talk(pika().find(TRACE), answer({"items": [hidden, entry("mine")]})).outcome == ("mine",)


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer({"detail": "no"}, status=401), AuthRefused),
        (answer({"detail": "no"}, status=403), OutcomeUnknown),
        (answer({"data": []}), Unavailable),
        (answer(b"<html>"), Unavailable),
        (answer(b"", status=500), Unavailable),
    ],
)
def test_a_list_that_cannot_be_read_is_not_an_empty_one(reply, kind):
    with pytest.raises(ProviderError) as failed:
        talk(pika().find(TRACE), reply)
    assert type(failed.value) is kind
