"""Pika's own API: our reference is the idempotency key."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from providers.adapters.pika import Pika
from providers.adapters.pika_own import PikaOwn
from providers.errors import (
    AuthRefused,
    CallbackRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutOfCredits,
    OutputBad,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.types import (
    CancelOutcome,
    ClipRequest,
    GenerationMode,
    Picture,
    Progress,
    ResolveKind,
    TaskRef,
    TaskState,
    Trace,
)
from tests.providers.conversation import answer, fixture, talk

BASE = "https://api.dev.pika.art"
CODES = fixture("pika", "own_codes")
TEXT = ClipRequest(
    generation_mode=GenerationMode.TEXT_TO_VIDEO,
    model="pika/pika-2.5/text-to-video",
    prompt="a red kite over a beach",
    seconds=5,
    wire_ratio="16:9",
    resolution="720p",
    negative_prompt="blur",
    seed=7,
)
PICTURE = Picture(content=b"abc", media_type="image/png", width=1, height=1, sha256="00")
IMAGE = replace(
    TEXT,
    generation_mode=GenerationMode.IMAGE_TO_VIDEO,
    model="pika/pika-2.5",
    first_frame=PICTURE,
)
TASK = TaskRef(task_id="job_01J", model=TEXT.model, generation_mode=TEXT.generation_mode)
QUEUED = {"id": "job_01J", "status": "queued", "error": None, "output": None}
DONE = {
    "id": "job_01J",
    "status": "completed",
    "error": None,
    "output": {"media_type": "video", "video": {"url": "https://x.example/out.mp4"}},
}


def pika() -> PikaOwn:
    return Pika(base_url=BASE, key="pika-key", transport="pika")


def poll(*replies) -> Progress:
    return talk(pika().poll(TASK), *replies).outcome


def refused(steps, *replies) -> ProviderError:
    with pytest.raises(ProviderError) as failed:
        talk(steps, *replies)
    return failed.value


def test_transport_chooses_the_door():
    assert type(pika()) is PikaOwn
    assert (pika().resolve_kind, pika().replays) == (ResolveKind.CLIENT_ID, True)
    assert pika().match_key(TEXT) == ""


@pytest.mark.parametrize("model", ["pika/pika-2.5/text-to-video", "pika/pika-2.5"])
def test_submit(model):
    request = replace(TEXT, model=model)
    calls, accepted = talk(pika().submit(request, client_ref="job-42-attempt-1"), answer(QUEUED))
    assert calls[0].method == "POST"
    assert calls[0].url == f"{BASE}/v1/media/pika/pika-2.5/text-to-video"
    assert dict(calls[0].headers) == {
        "X-API-Key": "pika-key",
        "Idempotency-Key": "job-42-attempt-1",
    }
    assert calls[0].json == {
        "prompt": "a red kite over a beach",
        "duration_s": 5,
        "resolution": "720p",
        "negative_prompt": "blur",
        "seed": 7,
    }
    assert calls[0].creates
    assert accepted.task_id == "job_01J"


def test_a_job_that_failed_at_once_is_still_a_job():
    failed = QUEUED | {"status": "failed", "error": {"code": "content_moderation"}}
    assert talk(pika().submit(TEXT, client_ref="r"), answer(failed)).outcome.task_id == "job_01J"


def test_pictures_are_uploaded_with_the_granted_headers_alone():
    grant = {
        "upload_url": "https://store.example/put",
        "headers": {"Content-Type": "image/png", "x-amz-acl": "private"},
        "url": "https://cdn.example/first.png",
    }
    calls, prepared = talk(pika().prepare(IMAGE), answer(grant), answer(b""))
    assert calls[0].url == f"{BASE}/v1/media/uploads"
    assert calls[0].json == {"content_type": "image/png", "size_bytes": 3}
    assert dict(calls[1].headers) == grant["headers"]
    assert (calls[1].method, calls[1].url, calls[1].body) == ("PUT", grant["upload_url"], b"abc")
    calls, _ = talk(pika().submit(prepared, client_ref="r"), answer(QUEUED))
    assert calls[0].url == f"{BASE}/v1/media/pika/pika-2.5/image-to-video"
    assert calls[0].json["image"] == "https://cdn.example/first.png"


def test_a_last_frame_is_refused_before_the_first_is_uploaded():
    with pytest.raises(Invalid) as refused:
        talk(pika().prepare(replace(IMAGE, last_frame=PICTURE)))
    assert refused.value.reason == "Pika takes no last frame here"


@pytest.mark.parametrize(
    "request_",
    [
        IMAGE,  # not uploaded: data addresses are refused there
        replace(TEXT, model="pika/pika-2.5/image-to-video"),
        replace(TEXT, last_frame=PICTURE),
    ],
)
def test_what_cannot_be_expressed_is_never_sent(request_):
    with pytest.raises(Invalid):
        talk(pika().submit(request_, client_ref="r"))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer({"message": "no key"}, status=401), AuthRefused),
        (answer({"message": "inactive"}, status=403), AuthRefused),
        (answer({"message": "no such operation"}, status=404), Invalid),
        (answer({"message": "bad"}, status=422), Invalid),
        (answer({"message": "slow"}, status=429, retry_after="3"), RateLimited),
        (answer({"error": {"code": "insufficient_balance"}}, status=403), OutOfCredits),
        (answer({"message": "other body"}, status=409), OutcomeUnknown),
        (answer({"message": "down"}, status=503), OutcomeUnknown),
        (answer({"error": {"code": "provider_unavailable"}}, status=503), OutcomeUnknown),
        (answer({"status": "queued"}), OutcomeUnknown),
        (answer(b"", status=200), OutcomeUnknown),
    ],
)
def test_creates_without_a_job(reply, kind):
    assert type(refused(pika().submit(TEXT, client_ref="r"), reply)) is kind


def test_every_documented_code_has_a_row():
    assert {row["code"] for row in CODES} == set(PikaOwn.codes)


@pytest.mark.parametrize("row", CODES, ids=lambda row: row["code"])
def test_failed_jobs_by_code(row):
    job = QUEUED | {"status": "failed", "error": {"code": row["code"], "message": "No."}}
    failure = poll(answer(job)).failure
    assert (failure.failure_class, failure.reason, failure.billed) == (row["task"], "No.", False)


def test_an_unknown_code_may_have_cost_something():
    job = QUEUED | {"status": "failed", "error": {"code": "new", "message": "?"}}
    failure = poll(answer(job)).failure
    assert (type(failure), failure.billed) == (Unavailable, None)


def test_looks():
    assert poll(answer(QUEUED)) == Progress(state=TaskState.QUEUED)
    assert poll(answer(QUEUED | {"status": "running"})) == Progress(state=TaskState.PROCESSING)
    done = Progress(state=TaskState.SUCCEEDED, output_url="https://x.example/out.mp4")
    assert poll(answer(DONE)) == done
    bare = answer(DONE | {"output": None})
    assert poll(bare, answer({"url": "https://x.example/out.mp4"})) == done
    assert type(poll(bare, answer({})).failure) is OutputBad
    assert poll(answer({}, status=404)) == Progress(state=TaskState.GONE)
    assert poll(answer(QUEUED | {"status": "odd"})).unknown_word == "odd"


def test_failed_looks_prove_nothing():
    assert type(refused(pika().poll(TASK), answer(b"", status=503))) is Unavailable
    assert type(refused(pika().poll(TASK), answer({"message": "x"}, status=401))) is AuthRefused
    assert type(refused(pika().probe(), answer({"message": "x"}, status=401))) is AuthRefused
    moderated = answer({"error": {"code": "content_moderation"}}, status=422)
    assert type(refused(pika().poll(TASK), moderated)) is Unavailable
    assert Moderated in PikaOwn.codes.values()


def test_what_this_api_does_not_offer():
    trace = Trace(client_ref="r", request=TEXT, since=datetime(2026, 11, 22, tzinfo=UTC))
    assert type(refused(pika().find(trace))) is OutcomeUnknown
    assert talk(pika().cancel(TASK)) == ([], CancelOutcome.UNSUPPORTED)
    with pytest.raises(CallbackRefused):
        pika().read_callback({}, b"{}")
