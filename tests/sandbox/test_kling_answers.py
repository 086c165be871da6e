"""Kling's answers, word for word as the wire paper prints them."""

from dataclasses import replace
from decimal import Decimal

from sandbox.kling import answers
from sandbox.kling.answers import KlingTask

DONE = KlingTask(
    task_id="893605946402811985",
    external_id="job-42-attempt-1",
    state="succeeded",
    message="",
    created_ms=1790000000000,
    updated_ms=1790000081000,
    seconds=5,
    video_url="http://127.0.0.1:1/out.mp4",
    watermark_url="",
    watermark=False,
    cost_usd=Decimal("0.56"),
)
QUEUED = replace(DONE, state="submitted", updated_ms=1790000000000, cost_usd=None)
FAILED = replace(
    DONE, state="failed", message="Failure to pass the risk control system", cost_usd=None
)


def test_created_new():
    assert answers.envelope(answers.new_created(QUEUED), request_id="r-1") == {
        "code": 0,
        "message": "SUCCEED",
        "request_id": "r-1",
        "data": {
            "id": "893605946402811985",
            "status": "submitted",
            "create_time": 1790000000000,
            "update_time": 1790000000000,
            "external_id": "job-42-attempt-1",
        },
    }


def test_queued_new_has_empty_outputs_and_billing():
    task = answers.new_task(QUEUED)
    assert (task["status"], task["message"]) == ("submitted", "")
    assert (task["outputs"], task["billing"]) == ([], [])


def test_succeeded_new():
    task = answers.new_task(DONE)
    assert task["status"] == "succeeded"
    assert task["outputs"] == [
        {
            "type": "video",
            "id": "893605946402811986",
            "url": "http://127.0.0.1:1/out.mp4",
            "watermark_url": "",
            "duration": "5",
        }
    ]
    assert task["billing"] == [
        {
            "charge_type": "cash",
            "cash_type": "balance",
            "amount": "0.56",
            "currency": "USD",
            "list_price": "0.56",
        }
    ]


def test_failed_new():
    task = answers.new_task(FAILED)
    assert (task["status"], task["message"]) == (
        "failed",
        "Failure to pass the risk control system",
    )
    assert (task["outputs"], task["billing"]) == ([], [])


def test_created_legacy():
    assert answers.legacy_created(QUEUED) == {
        "task_id": "893605946402811985",
        "task_status": "submitted",
        "task_info": {"external_task_id": "job-42-attempt-1"},
        "created_at": 1790000000000,
        "updated_at": 1790000000000,
    }


def test_processing_legacy():
    assert answers.legacy_task(replace(QUEUED, state="processing")) == {
        "task_id": "893605946402811985",
        "task_status": "processing",
        "task_status_msg": "",
        "task_info": {"external_task_id": "job-42-attempt-1"},
        "task_result": {},
        "created_at": 1790000000000,
        "updated_at": 1790000000000,
    }


def test_succeeded_legacy_says_succeed():
    task = answers.legacy_task(replace(DONE, cost_usd=Decimal("0.35")))
    assert task["task_status"] == "succeed"
    assert task["task_result"] == {
        "videos": [
            {
                "id": "893605946402811986",
                "url": "http://127.0.0.1:1/out.mp4",
                "watermark_url": "",
                "duration": "5",
            }
        ]
    }
    assert task["watermark_info"] == {"enabled": False}
    assert task["final_unit_deduction"] == "2.5"
    assert task["final_balance_deduction"] == {"quota": "0.35", "list_price": "0.35"}


def test_units_give_the_dollars_back_to_the_micro():
    task = answers.legacy_task(replace(DONE, cost_usd=Decimal("0.15")))
    dollars = Decimal(str(task["final_unit_deduction"])) * Decimal("0.14")
    assert round(dollars * 1_000_000) == 150_000


def test_failed_legacy_has_no_result():
    task = answers.legacy_task(FAILED)
    assert (task["task_status"], task["task_status_msg"]) == ("failed", FAILED.message)
    assert "task_result" not in task
    assert "final_balance_deduction" not in task


def test_legacy_callback_has_no_envelope():
    body = answers.legacy_callback(DONE)
    assert body["task_info"] == {"parent_video": {}, "external_task_id": "job-42-attempt-1"}
    assert body["task_status"] == "succeed"
    assert set(body["task_result"]) == {"images", "videos"}


def test_money_is_never_in_exponent_form():
    assert answers.money(Decimal("100")) == "100"
    assert answers.money(Decimal("0.150000")) == "0.15"
