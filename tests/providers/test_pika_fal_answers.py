"""What fal answers for Pika: COMPLETED is not yet success, and refusals come in many forms."""

import pytest

from providers.adapters.pika import Pika
from providers.adapters.pika_fal_answers import CANCELLED_CODES
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutOfCredits,
    OutputBad,
    ProviderError,
    RateLimited,
    TookTooLong,
    Unavailable,
)
from providers.types import Progress, TaskState
from tests.providers.conversation import answer, fixture, talk
from tests.providers.test_pika_fal_calls import TASK, TEXT, pika

TYPES = fixture("pika", "error_types")
FIELD_MISSING = {
    "detail": [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing"}]
}
TOO_MANY = {"detail": "slow", "error_type": "concurrent_requests_limit"}
COMPLETED = answer(fixture("pika", "status_completed"))


def poll(*replies) -> Progress:
    return talk(pika().poll(TASK), *replies).outcome


def refused(steps, *replies) -> ProviderError:
    with pytest.raises(ProviderError) as failed:
        talk(steps, *replies)
    return failed.value


def refused_create(reply) -> ProviderError:
    return refused(pika().submit(TEXT, client_ref="r"), reply)


def test_every_documented_type_has_a_row():
    documented = {row["type"] for row in TYPES}
    assert documented <= set(Pika.codes) | CANCELLED_CODES
    assert not documented - CANCELLED_CODES - set(Pika.codes)


@pytest.mark.parametrize("row", TYPES, ids=lambda row: row["type"])
def test_failed_tasks_by_type(row):
    if row["status"] == 422:
        body = {"detail": [{"loc": ["body", "prompt"], "msg": "no good", "type": row["type"]}]}
        progress = poll(COMPLETED, answer(body, status=422))
    else:
        body = {"detail": "no good", "error_type": row["type"]}
        progress = poll(COMPLETED, answer(body, status=row["status"]))
    status = fixture("pika", "status_failed") | {"error_type": row["type"]}
    at_once = poll(answer(status))
    if row["task"] == "cancelled":
        assert progress == at_once == Progress(state=TaskState.CANCELLED)
        return
    for seen in (progress, at_once):
        assert seen.state is TaskState.FAILED
        assert (seen.failure.failure_class, seen.failure.code) == (row["task"], row["type"])
        assert seen.cost is None


@pytest.mark.parametrize(
    ("name", "state"),
    [("status_queued", TaskState.QUEUED), ("status_running", TaskState.PROCESSING)],
)
def test_waiting(name, state):
    assert poll(answer(fixture("pika", name), status=202)) == Progress(state=state)


def test_done():
    assert poll(COMPLETED, answer(fixture("pika", "result_good"))) == Progress(
        state=TaskState.SUCCEEDED, output_url="https://v3.fal.media/files/penguin/x_output.mp4"
    )


def test_moderated():
    progress = poll(COMPLETED, answer(fixture("pika", "result_moderated"), status=422))
    assert type(progress.failure) is Moderated
    assert progress.failure.billed is False
    assert progress.failure.reason == (
        "prompt: The content could not be processed because it contained material flagged by a "
        "content checker."
    )


def test_work_without_a_result_may_be_charged():
    body = {"detail": [{"loc": ["body"], "msg": "nothing", "type": "no_media_generated"}]}
    failure = poll(COMPLETED, answer(body, status=422)).failure
    assert (type(failure), failure.billed) == (Moderated, None)


def test_our_own_deadline():
    reply = answer(fixture("pika", "result_timeout"), status=504)
    assert type(poll(COMPLETED, reply).failure) is TookTooLong


def test_a_failure_word_may_stand_in_a_header():
    reply = answer({"detail": "oops"}, status=503, x_fal_error_type="runner_server_error")
    progress = poll(COMPLETED, reply)
    assert (type(progress.failure), progress.failure.billed) == (Unavailable, False)


def test_an_unexplained_status_error_is_read_from_the_result():
    status = fixture("pika", "status_failed") | {"error": "Invalid status code: 422"}
    del status["error_type"]
    reply = answer(fixture("pika", "result_moderated"), status=422)
    assert type(poll(answer(status), reply).failure) is Moderated
    progress = poll(answer(status), answer(fixture("pika", "result_good")))
    assert (type(progress.failure), progress.failure.billed) == (Unavailable, None)


def test_types_that_nobody_documents():
    body = {"detail": [{"loc": ["body", "x"], "msg": "odd", "type": "brand_new"}]}
    failure = poll(COMPLETED, answer(body, status=422)).failure
    assert (type(failure), failure.billed, failure.code) == (Invalid, None, "brand_new")
    failure = poll(COMPLETED, answer({"detail": "x", "error_type": "new"}, status=500)).failure
    assert (type(failure), failure.billed) == (Unavailable, None)


def test_fal_may_say_that_another_try_is_worth_it():
    body = {"detail": [{"loc": ["body"], "msg": "gone", "type": "file_download_error"}]}
    reply = answer(body, status=422, x_fal_retryable="true")
    assert type(poll(COMPLETED, reply).failure) is Unavailable


def test_done_without_a_file():
    for body in ({}, {"video": None}, {"video": {"url": ""}}):
        assert type(poll(COMPLETED, answer(body)).failure) is OutputBad


def test_gone():
    assert poll(answer({"detail": "x"}, status=404)) == Progress(state=TaskState.GONE)
    assert poll(COMPLETED, answer({"detail": "x"}, status=404)) == Progress(state=TaskState.GONE)


def test_a_new_status_word_keeps_running():
    assert poll(answer({"status": "THINKING"})) == Progress(
        state=TaskState.PROCESSING, unknown_word="THINKING"
    )


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(b"<html>nginx</html>", status=502), Unavailable),
        (answer(b"<html>", status=200), Unavailable),
        (answer({"detail": "Internal Server Error"}, status=500), Unavailable),
        (answer({"detail": "x"}, status=401), AuthRefused),
        (answer({"detail": "slow"}, status=429), RateLimited),
        (answer({"detail": "Locked: exhausted balance."}, status=403), OutOfCredits),
    ],
)
def test_a_failed_look_proves_nothing(reply, kind):
    assert type(refused(pika().poll(TASK), reply)) is kind
    assert type(refused(pika().poll(TASK), COMPLETED, reply)) is kind


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer({"detail": "Authentication is required"}, status=401), AuthRefused),
        (answer({"detail": "Exhausted balance"}, status=403), OutOfCredits),
        (answer({"detail": "User is locked"}, status=401), OutOfCredits),
        (answer({"detail": "Your address is blocked"}, status=403), AuthRefused),
        (answer({"detail": "pay"}, status=402), OutOfCredits),
        (answer({"detail": "Application not found"}, status=404), Invalid),
        (answer(FIELD_MISSING, status=422), Invalid),
        (answer(fixture("pika", "result_moderated"), status=422), Moderated),
        (answer(TOO_MANY, status=429), RateLimited),
        (answer(b"", status=429), RateLimited),
    ],
)
def test_refused_creates(reply, kind):
    failure = refused_create(reply)
    assert type(failure) is kind
    assert failure.billed is False


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"", status=200),
        answer({"status": "IN_QUEUE"}, status=200),
        answer({}, status=301),
        answer({"detail": "?"}, status=408),
        answer({"detail": "?"}, status=409),
        answer(b"<html>", status=404),
        answer({"detail": "Internal Server Error"}, status=500),
        answer(b"<html>nginx</html>", status=502),
        answer({"detail": "No runner", "error_type": "runner_scheduling_failure"}, status=503),
        answer({"detail": "x", "error_type": "downstream_service_error"}, status=400),
        answer({"detail": "late", "error_type": "request_timeout"}, status=504),
    ],
    ids=lambda reply: str(reply.status),
)
def test_whatever_proves_nothing_is_unknown(reply):
    failure = refused_create(reply)
    assert isinstance(failure, OutcomeUnknown)
    assert failure.billed is None


def test_a_refused_prompt_field_is_named():
    assert refused_create(answer(FIELD_MISSING, status=422)).reason == "prompt: Field required"
