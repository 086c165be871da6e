"""What Kling answers: tasks, deductions, refusals and doubts."""

from datetime import UTC, datetime

import pytest

from providers.adapters.kling import Kling
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutputBad,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.types import Progress, TaskState, Trace, VendorCost
from tests.providers.conversation import answer, fixture, talk
from tests.providers.test_kling_calls import TASK, TEXT, legacy, new

TRACE = Trace(client_ref="job-42-attempt-1", request=TEXT, since=datetime(2026, 11, 22, tzinfo=UTC))
CODES = fixture("kling", "error_codes")


def refused_create(adapter: Kling, *, reply) -> ProviderError:
    with pytest.raises(ProviderError) as refused:
        talk(adapter.submit(TEXT, client_ref="job-42-attempt-1"), reply)
    return refused.value


def poll(name: str) -> Progress:
    adapter = legacy() if name.startswith("legacy") else new()
    return talk(adapter.poll(TASK), answer(fixture("kling", name))).outcome


def test_every_documented_code_has_a_row():
    assert {str(row["code"]) for row in CODES} == set(Kling.codes)


@pytest.mark.parametrize("row", CODES, ids=lambda row: str(row["code"]))
def test_refused_creates(row):
    reply = answer(
        {"code": row["code"], "message": "prompt is odd", "request_id": "r"}, status=row["status"]
    )
    failure = refused_create(new(), reply=reply)
    assert failure.failure_class == row["create"]
    assert failure.code == str(row["code"])
    assert failure.status == row["status"]
    assert failure.billed is (None if row["create"] == "unknown" else False)


@pytest.mark.parametrize(
    "message",
    [
        "external_task_id must be unique within the account",
        "Task job-42-attempt-1 was created before",
        "Duplicate task",
    ],
)
def test_a_used_id_means_that_the_first_create_was_accepted(message):
    failure = refused_create(new(), reply=answer({"code": 1201, "message": message}, status=400))
    assert isinstance(failure, OutcomeUnknown)
    assert (failure.code, failure.billed) == ("1201", None)


@pytest.mark.parametrize(
    "reply",
    [
        answer(b"", status=200),
        answer(b"<html>", status=200),
        answer({"code": 0, "data": {}}, status=200),
        answer({"code": 0, "data": []}, status=200),
        answer({"code": 777, "message": "new"}, status=200),
        answer(b"<html>", status=400),
        answer({"code": 0}, status=302),
        answer({"message": "conflict"}, status=409),
        answer(b"bad gateway", status=502),
        answer(b"", status=503),
    ],
    ids=lambda reply: f"{reply.status} {reply.body[:12]!r}",
)
def test_whatever_proves_nothing_is_unknown(reply):
    assert isinstance(refused_create(new(), reply=reply), OutcomeUnknown)


def test_pauses_are_passed_on_and_keys_are_not():
    reply = answer({"code": 1302, "message": "slow down"}, status=429, retry_after="7")
    failure = refused_create(new(), reply=reply)
    assert isinstance(failure, RateLimited)
    assert (failure.retry_after, failure.reason) == (7.0, "slow down")
    reply = answer({"code": 1002, "message": "api-key-kling-TEST not found"}, status=401)
    failure = refused_create(new(), reply=reply)
    assert isinstance(failure, AuthRefused)
    assert "TEST" not in repr(failure)


@pytest.mark.parametrize(
    ("name", "progress"),
    [
        ("new_queued", Progress(state=TaskState.QUEUED)),
        ("new_processing", Progress(state=TaskState.PROCESSING)),
        (
            "new_done_units",
            Progress(
                state=TaskState.SUCCEEDED,
                output_url="https://v1-kling.example/out.mp4?x=1",
                cost=VendorCost(micros=560_000, native_amount="4", native_unit="unit"),
            ),
        ),
        (
            "new_done_cash",
            Progress(
                state=TaskState.SUCCEEDED,
                output_url="https://v1-kling.example/out.mp4?x=1",
                cost=VendorCost(micros=560_000, native_amount="0.56", native_unit="USD"),
            ),
        ),
        ("new_unknown", Progress(state=TaskState.GONE)),
        ("legacy_processing", Progress(state=TaskState.PROCESSING)),
        (
            "legacy_done",
            Progress(
                state=TaskState.SUCCEEDED,
                output_url="https://v1.kling.example/out.mp4",
                cost=VendorCost(micros=350_000, native_amount="0.35", native_unit="USD"),
            ),
        ),
    ],
)
def test_looks(name, progress):
    assert poll(name) == progress


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("new_moderated", Moderated),
        ("legacy_failed", Moderated),
        ("new_bad_picture", Invalid),
    ],
)
def test_failed_tasks_are_told_apart_by_their_sentence(name, kind):
    progress = poll(name)
    assert progress.state is TaskState.FAILED
    assert type(progress.failure) is kind
    assert progress.failure.billed is False
    assert progress.cost is None


def task_with(**parts):
    task = fixture("kling", "new_done_cash")["data"][0] | parts
    return talk(new().poll(TASK), answer({"code": 0, "data": [task]})).outcome


def test_an_unexplained_failure_may_be_tried_again():
    progress = task_with(status="failed", message="GPU lost", billing=[], outputs=[])
    assert type(progress.failure) is Unavailable
    assert progress.failure.reason == "GPU lost"


def test_a_deduction_on_a_failed_task_is_a_cost():
    progress = task_with(status="failed", message="", outputs=[])
    assert progress.failure.billed is True
    assert progress.cost.micros == 560_000


@pytest.mark.parametrize("billing", [None, [], [{"charge_type": "cash", "amount": "?"}], ["x"]])
def test_no_readable_deduction_is_no_cost(billing):
    assert task_with(billing=billing).cost is None


def test_deductions_in_another_currency_are_not_guessed():
    entry = {"charge_type": "cash", "amount": "4", "currency": "CNY"}
    assert task_with(billing=[entry]).cost is None


def test_deductions_add_up():
    billing = [
        {"charge_type": "unit", "amount": "2.5"},
        {"charge_type": "cash", "amount": "0.123456", "currency": "USD"},
    ]
    assert task_with(billing=billing).cost == VendorCost(
        micros=473_456, native_amount="0.473456", native_unit="USD"
    )


def test_a_new_status_word_keeps_running():
    assert task_with(status="resting") == Progress(
        state=TaskState.PROCESSING, unknown_word="resting"
    )


def test_done_without_a_file_is_bad_output():
    progress = task_with(outputs=[])
    assert progress.state is TaskState.FAILED
    assert type(progress.failure) is OutputBad
    assert progress.cost.micros == 560_000


def test_another_tasks_answer_is_not_taken():
    with pytest.raises(Unavailable):
        task_with(id="1")


@pytest.mark.parametrize(
    ("reply", "kind"),
    [
        (answer(b"<html>", status=500), Unavailable),
        (answer(b"<html>", status=200), Unavailable),
        (answer({"code": 1201, "message": "task_ids is required"}, status=400), Unavailable),
        (answer({"code": 5002, "message": "backlog"}, status=504), Unavailable),
        (answer({"code": 1304, "message": "ip"}, status=429), AuthRefused),
        (answer({"code": 1302, "message": "slow"}, status=429), RateLimited),
        (answer({}, status=404), Unavailable),
    ],
)
def test_a_failed_look_proves_nothing(reply, kind):
    for steps in (new().poll(TASK), new().find(TRACE), new().probe()):
        with pytest.raises(ProviderError) as failed:
            talk(steps, reply)
        assert type(failed.value) is kind


def test_find_by_our_id():
    calls, found = talk(new().find(TRACE), answer(fixture("kling", "new_queued")))
    assert dict(calls[0].params) == {"external_task_ids": "job-42-attempt-1"}
    assert found == ("893605946402811985",)
    assert talk(new().find(TRACE), answer(fixture("kling", "new_unknown"))).outcome == ()


@pytest.mark.parametrize(
    ("reply", "found"),
    [
        (answer(fixture("kling", "legacy_processing")), ()),  # carries another id of ours
        (answer({"code": 1203, "message": "none"}, status=404), ()),
        (answer({"code": 1201, "message": "none"}, status=400), ()),
    ],
)
def test_legacy_find(reply, found):
    calls, outcome = talk(legacy().find(TRACE), reply)
    assert calls[0].url.endswith("/v1/videos/text2video/job-42-attempt-1")
    assert outcome == found
