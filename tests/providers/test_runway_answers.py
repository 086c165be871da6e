"""What Runway's answers mean: accepted, refused, unknown, how far, at what cost."""

import pytest

from providers.adapters.runway import Runway
from providers.errors import (
    AuthRefused,
    CallbackRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutOfCredits,
    OutputBad,
    RateLimited,
    Unavailable,
)
from providers.types import CancelOutcome, Progress, TaskState, VendorCost
from tests.providers.scripted import drive, fixture, reply
from tests.providers.test_runway_requests import TASK, TEXT, plain, routed

ANSWERS = fixture("runway", "answers")
SIXTY = VendorCost(micros=600_000, native_amount="60", native_unit="credit")
NOTHING = VendorCost(micros=0, native_amount="0", native_unit="credit")


def refused(answer, *, adapter=None):
    with pytest.raises(Exception) as caught:  # the exact class is asserted by the caller
        drive((adapter or routed()).submit(TEXT, client_ref="job-1"), answer)
    return caught.value


@pytest.mark.parametrize(
    ("answer", "kind", "billed"),
    [
        (reply(ANSWERS["bad_field"], status=400), Invalid, False),
        (reply({"error": "no"}, status=400), Invalid, False),
        (reply(ANSWERS["no_credits"], status=400), OutOfCredits, False),
        (reply({"message": "ENOUGH CREDITS you lack"}, status=400), OutOfCredits, False),
        (reply(raw=b"<html>", status=400), OutcomeUnknown, None),
        (reply({"error": "x"}, status=401), AuthRefused, False),
        (reply(raw=b"", status=403), AuthRefused, False),
        (reply({"error": "x"}, status=405), Invalid, False),
        (reply({"error": "x"}, status=413), Invalid, False),
        (reply(ANSWERS["daily_cap"], status=429), RateLimited, False),
        (reply(raw=b"", status=502), Unavailable, False),
        (reply(raw=b"<html>", status=503), Unavailable, False),
        (reply({"error": "x"}, status=500), OutcomeUnknown, None),
        (reply(raw=b"", status=504), OutcomeUnknown, None),
        (reply({"error": "x"}, status=408), OutcomeUnknown, None),
        (reply({"error": "x"}, status=409), OutcomeUnknown, None),
        (reply(raw=b"", status=302, location="https://elsewhere.example"), OutcomeUnknown, None),
        (reply(raw=b'{"id": "17f2', status=200), OutcomeUnknown, None),
        (reply(raw=b"", status=200), OutcomeUnknown, None),
        (reply({}, status=200), OutcomeUnknown, None),
        (reply({"id": 7}, status=200), OutcomeUnknown, None),
        (reply({"id": "../tasks?x"}, status=200), OutcomeUnknown, None),
        (reply([1], status=200), OutcomeUnknown, None),
    ],
)
def test_class_of_a_create_answer(answer, kind, billed):
    for adapter in (routed(), plain()):
        error = refused(answer, adapter=adapter)
        assert (type(error), error.billed, error.provider) == (kind, billed, "runway")


def test_reason_of_an_invalid_request_names_the_field():
    error = refused(reply(ANSWERS["bad_field"], status=400))
    assert error.reason == "videoUri: Asset duration must be at most 30 seconds"


def test_daily_cap_waits_an_hour_unless_told_otherwise():
    silent = refused(reply(ANSWERS["daily_cap"], status=429))
    told = refused(reply(ANSWERS["daily_cap"], status=429, retry_after="60"))
    assert (silent.retry_after, told.retry_after) == (3600.0, 60.0)
    assert silent.reason == "Your daily task limit has been reached."


def test_create_without_a_cost_has_no_ceiling():
    accepted, _ = drive(plain().submit(TEXT, client_ref="j"), reply({"id": TASK.task_id}))
    assert (accepted.task_id, accepted.ceiling) == (TASK.task_id, None)


def test_deleted_router_is_made_again():
    adapter = routed()
    made = reply({"id": "r-1", "slug": adapter.slug(TEXT)})
    drive(adapter.prepare(TEXT), made)
    error = refused(reply({"error": "router_config_not_found"}, status=404), adapter=adapter)
    assert (type(error), error.code, error.billed) == (Unavailable, "no_router", False)
    _, calls = drive(adapter.prepare(TEXT), made)
    assert [call.method for call in calls] == ["POST"]
    on_plain = refused(reply({"error": "Not found"}, status=404), adapter=plain())
    assert type(on_plain) is Invalid


@pytest.mark.parametrize(
    ("name", "progress"),
    [
        ("pending", Progress(state=TaskState.QUEUED)),
        ("throttled", Progress(state=TaskState.QUEUED)),
        ("running", Progress(state=TaskState.PROCESSING, percent=45)),
        (
            "succeeded",
            Progress(
                state=TaskState.SUCCEEDED,
                output_url="https://cdn.example/abc.mp4?_jwt=eyJ",
                cost=SIXTY,
            ),
        ),
        ("cancelled", Progress(state=TaskState.CANCELLED, cost=NOTHING)),
    ],
)
def test_progress(name, progress):
    assert drive(plain().poll(TASK), reply(ANSWERS[name]))[0] == progress


def looked(body, **rest):
    return drive(plain().poll(TASK), reply(body, **rest))[0]


def test_unknown_word_goes_on():
    for body, word in (({"status": "DREAMING"}, "DREAMING"), ({}, "(no status)")):
        assert looked(body) == Progress(state=TaskState.PROCESSING, unknown_word=word)


@pytest.mark.parametrize("told", [None, "0.4", True, 1.5, -0.1, float("nan")])
def test_progress_that_makes_no_sense_is_left_out(told):
    assert looked(ANSWERS["running"] | {"progress": told}).percent is None


@pytest.mark.parametrize("output", [None, [], [None], [""], "https://x", {}])
def test_success_without_a_file_is_a_failure(output):
    seen = looked(ANSWERS["succeeded"] | {"output": output})
    assert (seen.state, seen.cost, seen.output_url) == (TaskState.FAILED, SIXTY, "")
    assert (type(seen.failure), seen.failure.code, seen.failure.billed) == (
        OutputBad,
        "no_output",
        None,
    )


def test_task_that_is_gone():
    assert looked(ANSWERS["no_task"], status=404) == Progress(state=TaskState.GONE)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        (reply(raw=b"<html>", status=404), Unavailable),
        (reply({"error": "x"}, status=500), Unavailable),
        (reply(raw=b"", status=504), Unavailable),
        (reply({"error": "x"}, status=408), Unavailable),
        (reply({"error": "x"}, status=429), RateLimited),
        (reply({"error": "x"}, status=401), AuthRefused),
        (reply(raw=b'{"id"', status=200), Unavailable),
        (reply(ANSWERS["running"] | {"id": "another-task"}), Unavailable),
    ],
)
def test_failed_look_proves_nothing_about_the_task(answer, kind):
    with pytest.raises(kind) as caught:
        drive(plain().poll(TASK), answer)
    assert type(caught.value) is kind


@pytest.mark.parametrize(
    ("credits_told", "micros"),
    [(63, 630_000), (0.5, 5_000), (0.1 + 0.2, 3_000), (1.00005, 10_001), ("12", 120_000)],
)
def test_credits_become_money_exactly(credits_told, micros):
    seen = looked(ANSWERS["succeeded"] | {"cost": {"credits": credits_told}})
    assert seen.cost == VendorCost(
        micros=micros, native_amount=str(credits_told), native_unit="credit"
    )


@pytest.mark.parametrize("cost", [None, {}, {"credits": None}, {"credits": True}, {"credits": "a"}])
def test_cost_that_is_not_told(cost):
    assert looked(ANSWERS["succeeded"] | {"cost": cost}).cost is None


def failed(code, **changes):
    return looked(ANSWERS["failed"] | {"failureCode": code} | changes)


@pytest.mark.parametrize(("code", "failure_class"), fixture("runway", "codes").items())
def test_every_documented_code_has_a_row(code, failure_class):
    assert any(code == prefix or code.startswith(prefix + ".") for prefix in Runway.codes)
    failure = failed(code).failure
    assert (failure.failure_class, failure.code, failure.billed) == (failure_class, code, None)


@pytest.mark.parametrize("code", ["BRAND.NEW", "INTERNALS", "", None, 7])
def test_unknown_code_counts_as_charged(code):
    failure = failed(code).failure
    assert (type(failure), failure.billed) == (Unavailable, None)


def test_failure_keeps_its_cost_and_hides_the_vendors_words():
    seen = failed("SAFETY.INPUT.TEXT", cost={"credits": 60})
    assert (seen.state, seen.cost, type(seen.failure)) == (TaskState.FAILED, SIXTY, Moderated)
    assert seen.failure.reason == "Refused by Runway's content moderation."


@pytest.mark.parametrize(
    ("replies", "outcome"),
    [
        ([reply(ANSWERS["running"]), reply(raw=b"", status=204)], CancelOutcome.CANCELLED),
        (
            [reply(ANSWERS["pending"]), reply(ANSWERS["no_task"], status=404)],
            CancelOutcome.TOO_LATE,
        ),
        ([reply(ANSWERS["no_task"], status=404)], CancelOutcome.TOO_LATE),
        ([reply(ANSWERS["cancelled"])], CancelOutcome.TOO_LATE),
        ([reply(ANSWERS["pending"]), reply(raw=b"", status=204)], CancelOutcome.WITHDRAWN),
        ([reply(ANSWERS["throttled"]), reply(raw=b"", status=204)], CancelOutcome.WITHDRAWN),
    ],
)
def test_cancel(replies, outcome):
    assert drive(routed().cancel(TASK), *replies)[0] is outcome


@pytest.mark.parametrize("name", ["succeeded", "failed"])
def test_cancel_never_deletes_a_finished_task(name):
    outcome, calls = drive(routed().cancel(TASK), reply(ANSWERS[name]))
    assert outcome is CancelOutcome.TOO_LATE
    assert [call.method for call in calls] == ["GET"]


def test_cancel_that_fails():
    with pytest.raises(Unavailable):
        drive(routed().cancel(TASK), reply(ANSWERS["running"]), reply(raw=b"", status=500))


def test_probe():
    assert drive(plain().probe(), reply(ANSWERS["organization"]))[0] is None
    with pytest.raises(OutOfCredits):
        drive(plain().probe(), reply({"creditBalance": 0}))
    with pytest.raises(AuthRefused):
        drive(plain().probe(), reply({"error": "x"}, status=401))


def test_there_are_no_callbacks():
    with pytest.raises(CallbackRefused):
        plain().read_callback({}, b"{}")
