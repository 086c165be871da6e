"""What fal is sent for Pika, compared with what its official clients were recorded to send."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from providers.adapters.pika import Pika
from providers.adapters.pika_fal import PikaOnFal
from providers.errors import AuthRefused, Invalid, Unavailable
from providers.types import (
    CancelOutcome,
    ClipRequest,
    GenerationMode,
    Picture,
    ResolveKind,
    TaskRef,
    Trace,
)
from tests.providers.conversation import answer, assert_sent, fixture, talk

BASE = "https://queue.fal.run"
ID = "764cabcf-b745-4b3e-ae38-1200304cf45b"
TEXT = ClipRequest(
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
    model="fal-ai/pika/v2.2/text-to-video",
    prompt="a red kite over a beach",
    seconds=5,
    wire_ratio="16:9",
    resolution="720p",
)
PICTURE = Picture(
    content=b"abc", media_type="image/png", width=1, height=1, sha256="0123456789abcdef" * 4
)
IMAGE = replace(
    TEXT,
    generation_mode=GenerationMode.IMAGE_TO_VIDEO,
    model="fal-ai/pika/v2.2",
    wire_ratio="",
    first_frame=PICTURE,
)
TASK = TaskRef(task_id=ID, model=TEXT.model, generation_mode=TEXT.generation_mode)


def pika(**changes) -> PikaOnFal:
    return Pika(**({"base_url": BASE, "key": "<FAL_KEY>"} | changes))


def submitted():
    return answer(fixture("pika", "submitted"))


@pytest.mark.parametrize("model", ["fal-ai/pika/v2.2/text-to-video", "fal-ai/pika/v2.2"])
def test_submit(model):
    calls, accepted = talk(pika().submit(replace(TEXT, model=model), client_ref="r"), submitted())
    assert_sent(calls[0], fixture("pika", "request_submit"), base=BASE)
    assert calls[0].creates
    assert calls[0].read_timeout == 120.0
    assert (accepted.task_id, accepted.ceiling) == (ID, None)


def test_submit_with_callback():
    request = replace(TEXT, callback_url="https://app.example.com/hooks/fal?job=42")
    calls, _ = talk(pika().submit(request, client_ref="r"), submitted())
    assert_sent(calls[0], fixture("pika", "request_submit_webhook"), base=BASE)


def test_extras_of_a_request():
    request = replace(TEXT, seed=0, negative_prompt="blur", options={"motion": 2})
    calls, _ = talk(pika().submit(request, client_ref="r"), submitted())
    recorded = fixture("pika", "request_submit")["json"]
    assert calls[0].json == recorded | {"seed": 0, "negative_prompt": "blur", "motion": 2}


@pytest.mark.parametrize(
    ("model", "duration"),
    [("fal-ai/pika/v2.1", 5), ("fal-ai/pika/v2/turbo", 5), ("fal-ai/pika/v2.2", "5")],
)
def test_length_is_text_or_number_by_version(model, duration):
    calls, _ = talk(pika().submit(replace(TEXT, model=model), client_ref="r"), submitted())
    assert calls[0].json["duration"] == duration
    assert type(calls[0].json["duration"]) is type(duration)


def test_pictures_are_uploaded_without_our_key():
    grant = {"upload_url": "https://store.example/put?sig=1", "file_url": "https://v3.fal.media/x"}
    calls, prepared = talk(pika().prepare(IMAGE), answer(grant), answer(b""))
    recorded = fixture("pika", "request_upload")
    assert_sent(calls[0], recorded, base="https://rest.fal.ai")
    assert (calls[1].method, calls[1].url) == ("PUT", "https://store.example/put?sig=1")
    assert dict(calls[1].headers) == {"Content-Type": "image/png"}
    assert calls[1].body == b"abc"
    assert not calls[0].creates and not calls[1].creates
    assert prepared == replace(IMAGE, first_frame=replace(PICTURE, uri="https://v3.fal.media/x"))
    assert talk(pika().prepare(prepared)).calls == []

    calls, _ = talk(pika().submit(prepared, client_ref="r"), submitted())
    assert calls[0].url == f"{BASE}/fal-ai/pika/v2.2/image-to-video"
    assert calls[0].json == {
        "prompt": "a red kite over a beach",
        "image_url": "https://v3.fal.media/x",
        "resolution": "720p",
        "duration": "5",
    }


def test_a_last_frame_makes_it_a_clip_between_two_keyframes():
    request = replace(IMAGE, last_frame=replace(PICTURE, content=b"def"), seed=7, seconds=10)
    grants = (
        {"upload_url": "https://store.example/put", "file_url": f"https://v3.fal.media/{name}"}
        for name in ("first", "last")
    )
    replies = [reply for grant in grants for reply in (answer(grant), answer(b""))]
    calls, prepared = talk(pika().prepare(request), *replies)
    assert [call.body for call in calls[1::2]] == [b"abc", b"def"]

    calls, _ = talk(pika().submit(prepared, client_ref="r"), submitted())
    assert calls[0].url == f"{BASE}/fal-ai/pika/v2.2/pikaframes"
    assert calls[0].json == {
        "image_urls": ["https://v3.fal.media/first", "https://v3.fal.media/last"],
        "prompt": "a red kite over a beach",
        "transitions": [{"duration": 10}],
        "resolution": "720p",
        "seed": 7,
    }


def test_a_lost_keyframe_clip_is_looked_for_at_its_own_endpoint():
    request = replace(IMAGE, last_frame=PICTURE)
    trace = Trace(client_ref="r", request=request, since=datetime(2026, 11, 22, 10, tzinfo=UTC))
    page = {"items": [], "next_cursor": None, "has_more": False}
    calls, found = talk(pika().find(trace), answer(page))
    assert calls[0].params["endpoint_id"] == "fal-ai/pika/v2.2/pikaframes"
    assert found == ()


def test_a_picture_that_was_not_uploaded_goes_inline():
    calls, _ = talk(pika().submit(IMAGE, client_ref="r"), submitted())
    assert calls[0].json["image_url"] == "data:image/png;base64,YWJj"


@pytest.mark.parametrize(
    "grant",
    [
        {"upload_url": "http://10.0.0.1/put", "file_url": "https://v3.fal.media/x"},
        {"upload_url": "file:///etc/passwd", "file_url": "https://v3.fal.media/x"},
        {"upload_url": "https://store.example/put"},
        {},
        [],
    ],
)
def test_odd_upload_grants_are_not_followed(grant):
    with pytest.raises(Unavailable):
        talk(pika().prepare(IMAGE), answer(grant))


def test_a_failed_upload_is_free_and_may_be_tried_again():
    grant = {"upload_url": "https://store.example/put", "file_url": "https://v3.fal.media/x"}
    with pytest.raises(Unavailable) as failed:
        talk(pika().prepare(IMAGE), answer(grant), answer(b"", status=403))
    assert failed.value.billed is False


@pytest.mark.parametrize(
    "request_",
    [
        replace(TEXT, model="fal-ai/pika/v2.2/image-to-video"),
        replace(IMAGE, model="fal-ai/pika/v2.2/text-to-video"),
        replace(IMAGE, first_frame=None),
        replace(TEXT, last_frame=PICTURE),
        replace(IMAGE, model="fal-ai/pika/v2.1", last_frame=PICTURE),
        replace(IMAGE, first_frame=None, last_frame=PICTURE),
    ],
)
def test_what_cannot_be_expressed_is_never_sent(request_):
    for steps in (pika().prepare(request_), pika().submit(request_, client_ref="r")):
        with pytest.raises(Invalid):
            talk(steps)


@pytest.mark.parametrize(
    "model", ["fal-ai/pika/v2.2/text-to-video", "fal-ai/pika/v2.2", "fal-ai/pika/v1.5/pikaffects"]
)
def test_status_result_and_cancel_drop_the_sub_path(model):
    task = replace(TASK, model=model)
    replies = answer(fixture("pika", "status_completed")), answer(fixture("pika", "result_good"))
    calls, _ = talk(pika().poll(task), *replies)
    assert_sent(calls[0], fixture("pika", "request_status"), base=BASE)
    assert_sent(calls[1], fixture("pika", "request_result"), base=BASE)
    calls, outcome = talk(pika().cancel(task), answer({}, status=202))
    assert_sent(calls[0], fixture("pika", "request_cancel"), base=BASE)
    assert calls[0].body == b""
    assert outcome is CancelOutcome.REQUESTED


@pytest.mark.parametrize(
    ("status", "outcome"),
    [
        (200, CancelOutcome.REQUESTED),
        (202, CancelOutcome.REQUESTED),
        (400, CancelOutcome.TOO_LATE),
        (404, CancelOutcome.TOO_LATE),
    ],
)
def test_cancel_goes_by_the_status_alone(status, outcome):
    assert talk(pika().cancel(TASK), answer(b"?", status=status)).outcome is outcome


def test_a_failed_cancel_is_told():
    with pytest.raises(Unavailable):
        talk(pika().cancel(TASK), answer(b"", status=500))


def test_addresses_in_answers_are_not_used():
    status = fixture("pika", "status_completed") | {"response_url": "https://evil.example/x"}
    calls, _ = talk(pika().poll(TASK), answer(status), answer(fixture("pika", "result_good")))
    assert all(call.url.startswith(BASE) for call in calls)
    calls, _ = talk(pika().poll(replace(TASK, task_id="../x?y")), answer({}, status=404))
    assert calls[0].url == f"{BASE}/fal-ai/pika/requests/..%2Fx%3Fy/status"


def addresses(**changes) -> tuple[str, str]:
    """Where keys and lists are asked for."""
    jwks = answer(fixture("pika", "webhook_vector")["jwks"])
    keys = talk(pika(**changes).callback_keys(), jwks).calls[0]
    listed = talk(pika(**changes).find(TRACE), answer({"items": []})).calls[0]
    assert dict(keys.headers) == {}
    return (
        keys.url.removesuffix("/.well-known/jwks.json"),
        listed.url.removesuffix("/v1/models/requests/by-endpoint"),
    )


def test_the_other_hosts_follow_from_the_first():
    live = ("https://rest.fal.ai", "https://api.fal.ai")
    assert addresses() == live
    assert addresses(base_url="https://queue.falrun.com") == live
    local = "http://127.0.0.1:1/pika"
    assert addresses(base_url=local + "/") == (local, local)
    look_alike = "https://evilfal.run"
    assert addresses(base_url=look_alike) == (look_alike, look_alike)
    given = addresses(rest_url="https://r.example/", platform_url="https://p.example")
    assert given == ("https://r.example", "https://p.example")


TRACE = Trace(
    client_ref="r",
    request=replace(TEXT, seed=7),
    since=datetime(2026, 11, 22, 10, 0, 0, 5, tzinfo=UTC),
    known=frozenset({"taken"}),
)


def test_match_key_is_what_the_list_echoes():
    key = pika().match_key(replace(TEXT, seed=7))
    assert len(key) == 64
    assert key == pika().match_key(
        replace(TEXT, seed=7, resolution="1080p", model="fal-ai/pika/v2.2")
    )
    others = {
        pika().match_key(TEXT),
        pika().match_key(replace(TEXT, seed=8)),
        pika().match_key(replace(TEXT, seed=7, prompt="x")),
        pika().match_key(replace(IMAGE, seed=7)),
    }
    assert len(others | {key}) == 5
    assert pika().resolve_kind is ResolveKind.LIST


def test_probe_asks_for_nothing_that_exists():
    calls, outcome = talk(pika().probe(), answer({"detail": "not found"}, status=404))
    assert outcome is None
    assert (
        calls[0].url == f"{BASE}/fal-ai/pika/requests/00000000-0000-0000-0000-000000000000/status"
    )
    for status, kind in ((401, AuthRefused), (500, Unavailable), (302, Unavailable)):
        with pytest.raises(kind):
            talk(pika().probe(), answer({"detail": "x"}, status=status))


def test_downloads_carry_no_key():
    assert dict(pika().download("https://v3.fal.media/x.mp4").headers) == {}
