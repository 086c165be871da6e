"""Telling a receiver that a job has ended: once if it listens, ten times if it does not."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from django.db import transaction
from standardwebhooks import Webhook

from accounts.access import Access
from generation import clock, driver, endings, guarded, jobs, notices, queue, tasks
from generation.asks import JobAsk
from generation.models import Job, Notice
from generation.notices import rows
from providers.connections import answer_by
from tests.generation.outside import HOST, PUBLIC, Outside
from tests.providers.bad_server import answer

HOOK = f"https://{HOST}/hook"


class Receiver:
    """A server on this machine that keeps what it is sent and answers `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


@pytest.fixture
def receiver(settings) -> Iterator[Receiver]:
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8000"
    made = Receiver()
    yield made
    made.close()


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Outside]:
    with Outside(monkeypatch, tmp_path) as made:
        yield made


@pytest.fixture
def rung(monkeypatch, settings) -> list[str]:
    settings.RING_THE_BELL = False
    calls: list[str] = []
    monkeypatch.setattr(queue, "ring", lambda task, *_: calls.append(task))
    return calls


@pytest.fixture
def ended(shop, access: Access, rung):
    def make(url: str, *, ending=endings.cancel, **more) -> Notice:
        job = jobs.create(access, JobAsk(prompt="Waves", webhook_url=url, **more))
        with transaction.atomic():
            assert ending(job)
        return Notice.objects.get(job=job)

    yield make
    clock.shift(0)


def reload(notice: Notice) -> Notice:
    notice.refresh_from_db()
    return notice


def test_only_who_asked_is_told(shop, access: Access, rung):
    job = jobs.create(access, JobAsk(prompt="Waves"))

    endings.cancel(job)

    assert Notice.objects.count() == 0
    assert not notices.anything_due()


def test_a_notice_stands_or_falls_with_the_ending(shop, access: Access, rung):
    job = jobs.create(access, JobAsk(prompt="Waves", webhook_url=HOOK))

    with pytest.raises(RuntimeError, match="crash"), transaction.atomic():
        endings.cancel(job)
        assert Notice.objects.count() == 1
        raise RuntimeError("crash")

    assert Notice.objects.count() == 0
    job.refresh_from_db()
    assert job.state == "queued"


def test_the_bell_rings_after_the_commit(ended, rung, receiver, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        ended(receiver.url)

    assert rung.count("deliver_notices") == 1


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
    assert headers["webhook-id"] == notice.uid
    assert notice.uid.startswith("evt_")
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


def test_ten_tries_over_three_days(ended, receiver: Receiver):
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
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {notice.uid}
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


def test_somebody_can_ask_for_it_again(ended, receiver: Receiver, rung):
    notice = ended(receiver.url)
    assert not notices.again(notice)
    notices.deliver_due()

    assert notices.again(notice)
    notices.deliver_due()

    assert len(receiver.got) == 2
    assert reload(notice).tries == 1


def test_two_workers_tell_once(ended, receiver: Receiver):
    notice = ended(receiver.url)

    taken = rows.claim(notice.pk)

    assert taken is not None
    assert rows.claim(notice.pk) is None
    assert notices.deliver_due() == 0
    assert receiver.got == []


def test_a_dead_workers_notice_is_taken_up(ended, receiver: Receiver):
    notice = ended(receiver.url)
    assert rows.claim(notice.pk) is not None

    clock.shift(rows.CLAIM_SECONDS + 1)

    assert notices.deliver_due() == 1
    assert len(receiver.got) == 1


def test_a_late_answer_changes_nothing(ended, receiver: Receiver):
    late = rows.claim(ended(receiver.url).pk)
    clock.shift(rows.CLAIM_SECONDS + 1)
    notices.deliver_due()

    rows.failed(late, "The host did not answer in time.")

    assert reload(late).delivered_at is not None
    assert (late.last_error, late.next_try_at) == ("", None)


def test_a_public_receiver_is_told_under_guard(ended, outside: Outside):
    server = outside.serve(lambda sock: sock.sendall(answer("204 No Content", b"")))
    notice = ended(HOOK)

    notices.deliver_due()

    assert outside.connects == [(PUBLIC, 443)]
    assert server.requests[0].startswith("POST /hook HTTP/1.1")
    assert reload(notice).last_status == 204
    assert notice.delivered_at is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1"])
def test_no_inner_receiver_is_ever_called(ended, outside: Outside, address: str):
    outside.names[HOST] = [[address]]
    notice = ended(HOOK)

    notices.deliver_due()

    assert outside.connects == []
    assert reload(notice).last_error == "This address does not lie on the public internet."
    assert notice.delivered_at is None


@pytest.mark.parametrize(
    ("base", "mode", "url"),
    [
        ("https://dailies.example", "test", "http://127.0.0.1:9000/hook"),
        ("http://127.0.0.1:8000", "live", "http://127.0.0.1:9000/hook"),
        ("http://127.0.0.1:8000", "test", "http://10.0.0.1/hook"),
        ("http://127.0.0.1:8000", "test", "http://localhost.example/hook"),
        ("http://127.0.0.1:8000", "test", "http://127.0.0.1@10.0.0.1/hook"),
        ("http://127.0.0.1:8000", "test", f"{HOOK.replace('/hook', ':444/hook')}"),
    ],
)
def test_addresses_that_cannot_be_told(settings, base: str, mode: str, url: str):
    settings.PUBLIC_BASE_URL = base

    with pytest.raises(guarded.Blocked):
        notices.check_address(url, mode=mode)


def test_addresses_that_can_be_told(settings):
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8000"

    for url in (HOOK, f"https://{HOST}:8443/a?b=c", "http://localhost:9/x", "http://[::1]:9/x"):
        notices.check_address(url, mode="test")


def test_a_silent_host_holds_up_nobody_else(ended, outside: Outside, access: Access):
    outside.names["silent.example"] = [["93.184.215.15"]]
    server = outside.serve(lambda sock: sock.sendall(answer("200 OK")))
    silent = [ended("https://silent.example/hook") for _ in range(5)]
    told = ended(HOOK)

    assert notices.deliver_due() == 2

    assert outside.connects == [("93.184.215.15", 443), (PUBLIC, 443)]
    assert len(server.requests) == 1
    assert reload(told).delivered_at is not None
    assert [reload(one).tries for one in silent] == [1, 0, 0, 0, 0]
    assert all(one.next_try_at > clock.now() for one in silent)


def test_the_task_holds_one_seat(ended, receiver: Receiver, rung, monkeypatch):
    ended(receiver.url)
    rung.clear()
    monkeypatch.setattr(tasks.heartbeat, "take_seat", lambda *_, **__: False)
    tasks.deliver_notices()
    assert receiver.got == []

    monkeypatch.undo()
    tasks.deliver_notices()
    assert len(receiver.got) == 1


def test_the_sweep_rings_only_when_something_is_due(ended, receiver: Receiver, rung):
    tasks.sweep()
    assert "deliver_notices" not in rung

    ended(receiver.url)
    tasks.sweep()
    assert rung.count("deliver_notices") == 1
    assert receiver.got == []


def test_the_driver_without_a_broker_tells_too(db, monkeypatch):
    rounds: list[int] = []
    monkeypatch.setattr(driver.notices, "deliver_due", _noting(rounds))
    monkeypatch.setattr(driver.Driver, "step", lambda *_: 0)

    driver.run_for_ever(stop=lambda: bool(rounds), threads=1)

    assert rounds == [driver.NOTICES_A_ROUND]


def _noting(rounds: list[int]):
    def deliver_due(limit: int) -> None:
        rounds.append(limit)

    return deliver_due
