"""What goes out to Runway, against what its official client sends."""

import json
from dataclasses import replace

import pytest

from providers.adapters.runway import Runway
from providers.errors import Invalid, Unavailable
from providers.http import prepared
from providers.types import ClipRequest, GenerationMode, Picture, ResolveKind, TaskRef
from tests.providers.scripted import drive, fixture, headers_of, parts_of, path_of, reply

BASE = "https://api.dev.runwayml.com"
REQUESTS, ANSWERS = fixture("runway", "requests"), fixture("runway", "answers")
TASK = TaskRef(
    task_id="17f20503-6c24-4c16-946b-35dbbce2af2f",
    model="gen4.5",
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
)
TEXT = ClipRequest(
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
    model="gen4.5",
    prompt="A calico cat playing a piano on stage",
    seconds=5,
    wire_ratio="1280:720",
    seed=42,
)


def picture(content=b"\x89PNG\r\n\x1a\n", *, uri=""):
    return Picture(content=content, media_type="image/png", width=8, height=8, sha256="ab", uri=uri)


def image_request(**changes):
    terms = {
        "generation_mode": GenerationMode.IMAGE_TO_VIDEO,
        "model": "gen4_turbo",
        "prompt": "slow dolly in",
        "seed": None,
        "first_frame": picture(),
    }
    return replace(TEXT, **{**terms, **changes})


def plain():
    return Runway(base_url=BASE, key="key_0123abcd", router=False)


def routed():
    return Runway(base_url=BASE + "/", key="key_0123abcd")


def submitted(adapter, request, answer="created"):
    accepted, (call,) = drive(adapter.submit(request, client_ref="job-1"), reply(ANSWERS[answer]))
    assert (accepted.task_id, accepted.ceiling.micros) == (TASK.task_id, 600_000)
    assert call.creates and call.read_timeout == 120.0
    return call


def same_as_captured(call, name):
    captured = REQUESTS[name]
    assert call.method == captured["method"]
    assert path_of(call) == captured["path"]
    assert headers_of(call) == {k.lower(): v for k, v in captured["headers"].items()}
    body = prepared(call).body
    assert (json.loads(body) if body else None) == captured.get("body")
    if "length" in captured:
        assert len(body) == captured["length"]


def test_text_to_video():
    options = {"contentModeration": {"publicFigureThreshold": "auto"}}
    same_as_captured(submitted(plain(), replace(TEXT, options=options)), "text_to_video")


def test_image_to_video():
    same_as_captured(submitted(plain(), image_request()), "image_to_video")


def test_first_and_last_frame():
    request = image_request(
        model="veo3.1",
        prompt="morph",
        seconds=8,
        first_frame=picture(uri="https://example.com/a.png"),
        last_frame=picture(uri="https://example.com/b.png"),
        options={"audio": True},
    )
    same_as_captured(submitted(plain(), request), "first_and_last")


def test_router_create():
    request = replace(TEXT, prompt="a cat", seed=None)
    adapter = routed()
    adapter.slug = lambda request: "prod-video"
    same_as_captured(submitted(adapter, request, "routed"), "generate_video")


def test_free_calls():
    same_as_captured(drive(plain().poll(TASK), reply(ANSWERS["running"]))[1][0], "retrieve")
    _, calls = drive(plain().cancel(TASK), reply(ANSWERS["pending"]), reply(status=204, raw=b""))
    same_as_captured(calls[0], "retrieve")
    same_as_captured(calls[1], "delete")
    same_as_captured(drive(plain().probe(), reply(ANSWERS["organization"]))[1][0], "organization")


def test_router_input_of_pictures_and_seed():
    request = image_request(model="veo3.1", seed=7, last_frame=picture(uri="runway://b"))
    call = submitted(routed(), replace(request, wire_ratio="1080:1920"), "routed")
    assert call.json["input"] == {
        "promptText": "slow dolly in",
        "duration": 5,
        "aspectRatio": "9:16",
        "resolution": "1080p",
        "referenceImages": [
            {"role": "first", "uri": "data:image/png;base64,iVBORw0KGgo="},
            {"role": "last", "uri": "runway://b"},
        ],
        "seed": 7,
    }


@pytest.mark.parametrize(
    ("changes", "body"),
    [
        ({"model": "gemini_omni_flash"}, {"ratio": "1280:720", "duration": 5}),
        (
            {"model": "veo3.1", "negative_prompt": "blur", "options": {"audio": False}},
            {"ratio": "1280:720", "duration": 5, "seed": 42, "negativePrompt": "blur"}
            | {"audio": False},
        ),
        (
            {"model": "h3_max", "resolution": "768p"},
            {"resolution": "768p", "duration": 5, "seed": 42},
        ),
        (
            {"model": "kling3.0_pro", "negative_prompt": "blur"},
            {"ratio": "1280:720", "duration": 5},
        ),
    ],
)
def test_body_holds_only_the_fields_of_its_model(changes, body):
    call = submitted(plain(), replace(TEXT, **changes))
    assert call.json == {"model": changes["model"], "promptText": TEXT.prompt, **body}


@pytest.mark.parametrize(
    "request_",
    [
        replace(TEXT, model="gen4_turbo"),
        replace(TEXT, first_frame=picture()),
        image_request(first_frame=None),
        image_request(last_frame=picture()),
    ],
)
@pytest.mark.parametrize("adapter", [plain(), routed()])
def test_what_cannot_be_said_is_refused_before_any_call(adapter, request_):
    for steps in (adapter.prepare(request_), adapter.submit(request_, client_ref="job-1")):
        with pytest.raises(Invalid) as caught:
            next(steps)
        assert (caught.value.code, caught.value.billed) == ("not_expressible", False)


def test_router_knows_no_such_shape():
    with pytest.raises(Invalid):
        next(routed().submit(replace(TEXT, wire_ratio="992:432"), client_ref="job-1"))


def test_prepare_makes_the_router_once():
    adapter = routed()
    slug = adapter.slug(TEXT)
    ready, (call,) = drive(adapter.prepare(TEXT), reply({"id": "r-1", "slug": slug}))
    assert ready == TEXT
    assert (call.method, path_of(call), call.creates) == ("POST", "/v1/routers", False)
    assert call.json == {
        "slug": slug,
        "settings": {
            "optimizeFor": "cost",
            "models": {"mode": "allowlist_only", "ids": ["gen4.5"]},
            "fallback": {"onCapacity": False},
        },
    }
    assert drive(adapter.prepare(TEXT)) == (TEXT, [])
    assert drive(plain().prepare(TEXT)) == (TEXT, [])


@pytest.mark.parametrize("status", [400, 409, 422])
def test_router_that_exists_is_found_by_its_slug(status):
    adapter = routed()
    pages = [
        reply({"data": [{"id": "r-0", "slug": "other"}], "nextCursor": "c2"}),
        reply({"data": [{"id": "r-1", "slug": adapter.slug(TEXT)}], "nextCursor": None}),
    ]
    _, calls = drive(adapter.prepare(TEXT), reply({"error": "slug taken"}, status=status), *pages)
    assert [path_of(call) for call in calls] == [
        "/v1/routers",
        "/v1/routers?limit=50",
        "/v1/routers?limit=50&cursor=c2",
    ]
    assert drive(adapter.prepare(TEXT)) == (TEXT, [])


def test_router_refused_for_another_reason():
    with pytest.raises(Invalid):
        drive(
            routed().prepare(TEXT),
            reply({"error": "unknown model"}, status=400),
            reply({"data": [], "nextCursor": None}),
        )


def test_slug_names_model_and_one_of_eight_slots():
    adapter = routed()
    slugs = {adapter.slug(replace(TEXT, prompt=f"take {n}")) for n in range(200)}
    assert slugs == {f"dailies-gen4-5-{slot}" for slot in range(8)}
    other = Runway(base_url=BASE, key="k", namespace="staging")
    assert other.slug(TEXT).startswith("staging-gen4-5-")


def test_match_key_is_what_the_log_can_tell_apart():
    adapter = routed()
    by_slug = {}
    for n in range(60):
        request = replace(TEXT, prompt=f"take {n}")
        by_slug.setdefault(adapter.slug(request), set()).add(adapter.match_key(request))
    assert all(len(keys) == 1 for keys in by_slug.values())
    assert len({key for keys in by_slug.values() for key in keys}) == len(by_slug) == 8
    assert plain().match_key(TEXT) != plain().match_key(replace(TEXT, seed=43))
    assert (adapter.resolve_kind, plain().resolve_kind) == (ResolveKind.LIST, ResolveKind.BILL)


def test_big_picture_is_uploaded_without_the_key():
    big = picture(b"x" * 4_000_000)
    ready, calls = drive(
        plain().prepare(image_request(first_frame=big)),
        reply(ANSWERS["upload_place"]),
        reply(status=204, raw=b""),
    )
    same_as_captured(calls[0], "upload")
    assert ready.first_frame == replace(big, uri="runway://abc")
    assert calls[1].url == "https://storage.example/bucket"
    assert headers_of(calls[1]) == {"accept": "*/*", "content-type": "multipart/form-data"}
    assert parts_of(calls[1]) == [
        ['form-data; name="key"', None, b"ephemeral/abc"],
        ['form-data; name="policy"', None, b"p"],
        ['form-data; name="x-amz-signature"', None, b"s"],
        ['form-data; name="file"; filename="first.png"', "image/png", big.content],
    ]
    assert not any(call.creates for call in calls)


@pytest.mark.parametrize(
    "place",
    [
        ANSWERS["upload_place"] | {"uploadUrl": "http://169.254.169.254/x"},
        ANSWERS["upload_place"] | {"runwayUri": ""},
        ANSWERS["upload_place"] | {"fields": None},
        {},
    ],
)
def test_picture_goes_nowhere_strange(place):
    request = image_request(first_frame=picture(b"x" * 4_000_000))
    with pytest.raises(Unavailable):
        drive(plain().prepare(request), reply(place))


def test_failed_upload():
    request = image_request(first_frame=picture(b"x" * 4_000_000))
    with pytest.raises(Unavailable) as caught:
        drive(plain().prepare(request), reply(ANSWERS["upload_place"]), reply(status=403, raw=b""))
    assert caught.value.code == "upload_failed"


def test_download_never_carries_the_key():
    for url in ("https://cdn.example/a.mp4", BASE + "/a.mp4"):
        assert dict(plain().download(url).headers) == {"Accept": "*/*"}
