"""What a receiver gets, how often, and how it knows us."""

import json
import time
from datetime import UTC, datetime, timedelta

import pytest
from standardwebhooks import Webhook

from generation import clock, endings, notices
from generation.models import Job
from generation.notices import rows
from providers.connections import answer_by
from tests.generation.notices.receiver import Receiver, reload


def test_a_receiver_is_told_once(ended, receiver: Receiver):
    notice = ended(receiver.url, metadata={"shot": "7 é"})

    assert notices.deliver_due() == 1
    assert notices.deliver_due() == 0

    [(headers, body)] = receiver.got
    job = notice.job
    assert json.loads(body) == {
        "type": "job.cancelled",
        "timestamp": Job.objects.get(pk=job.pk).ended_at.isoformat().replace("+00:00", "Z"),
        "data": {
            "job_id": job.uid,
            "status": "cancelled",
            "batch_id": None,
            "metadata": {"shot": "7 é"},
        },
    }
    assert headers["webhook-id"] == notice.event_uid
    assert notice.event_uid.startswith("evt_")
    assert headers["content-type"] == "application/json"
    secret = notices.secret_for(notice.workspace_id)
    assert Webhook(secret).verify(body, headers)["type"] == "job.cancelled"
    reload(notice)
    assert (notice.tries, notice.last_status, notice.last_error) == (1, 200, "")
    assert notice.delivered_at is not None
    assert notice.next_try_at is None


@pytest.mark.parametrize(
    ("ending", "kind"),
    [
        (endings.complete, "job.completed"),
        (lambda job: endings.fail(job, failure_class="invalid", reason="No."), "job.failed"),
    ],
)
def test_each_ending_has_its_kind(ended, receiver: Receiver, ending, kind: str):
    ended(receiver.url, ending=ending)

    notices.deliver_due()

    [(_, body)] = receiver.got
    assert json.loads(body)["type"] == kind
    assert json.loads(body)["data"]["status"] == kind.removeprefix("job.")


def test_secrets_differ_by_room_and_outlive_a_change_of_key(ended, receiver, settings):
    notice = ended(receiver.url)
    former = notices.secret_for(notice.workspace_id)
    assert former.startswith("whsec_")
    assert former != notices.secret_for(notice.workspace_id + 1)

    settings.SECRET_KEY_FALLBACKS = [settings.SECRET_KEY]
    settings.SECRET_KEY = "another key of more than forty characters"
    notices.deliver_due()

    [(headers, body)] = receiver.got
    current = notices.secret_for(notice.workspace_id)
    assert current != former
    for secret in (former, current):
        assert Webhook(secret).verify(body, headers)["data"]["job_id"] == notice.job.uid


def test_an_earlier_deadline_says_nothing_about_this_try(ended, receiver: Receiver):
    notice = ended(receiver.url)
    answer_by.set(time.monotonic() - 1)

    notices.deliver_due()

    assert reload(notice).last_status == 200


def test_ten_tries_over_three_days(ended, receiver: Receiver, monkeypatch):
    monkeypatch.setattr(rows, "JITTER", 0)
    receiver.status = 500
    notice = ended(receiver.url)
    waits = []
    for _ in range(15):
        before = clock.now()
        if not notices.deliver_due():
            break
        due_at = reload(notice).next_try_at
        if due_at is None:
            continue
        wait = due_at - before
        waits.append(round(wait.total_seconds()))
        _wind_to(due_at)

    assert len(receiver.got) == 10
    assert waits == [5, 300, 1800, 7200, 18000, 36000, 50400, 72000, 86400]
    assert 3 < timedelta(seconds=sum(waits)) / timedelta(days=1) < 3.2
    assert len({body for _, body in receiver.got}) == 1
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {notice.event_uid}
    reload(notice)
    assert (notice.tries, notice.last_status) == (10, 500)
    assert notice.last_error == "The receiver answered 500."
    assert (notice.next_try_at, notice.delivered_at) == (None, None)


def _wind_to(moment: datetime) -> None:
    clock.shift((moment - datetime.now(UTC)).total_seconds() + 1)


def test_gone_means_never_again(ended, receiver: Receiver):
    receiver.status = 410
    notice = ended(receiver.url)

    notices.deliver_due()

    reload(notice)
    assert (notice.tries, notice.last_status, notice.next_try_at) == (1, 410, None)
    assert notice.delivered_at is None


def test_a_redirect_is_a_failure(ended, receiver: Receiver):
    receiver.status = 307
    notice = ended(receiver.url)

    notices.deliver_due()

    assert len(receiver.got) == 1
    assert reload(notice).last_error == "The receiver answered 307."
    assert notice.next_try_at is not None
