"""Deaths where no vendor stands behind the door: batches, notices, uploads, a claim of the dead."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image

from generation import (
    batches,
    clock,
    guarded,
    idempotency,
    ingest,
    notices,
    submitting,
    uploads,
    waypoints,
)
from generation.asks import JobAsk
from generation.idempotency import Answer
from generation.models import Asset, Attempt, Batch, Job, LedgerLine, Notice
from generation.money.invariants import breaches
from generation.notices import addresses, endpoints, rows
from tests.generation.crashes.stage import Crash
from tests.generation.notices.conftest import (  # noqa: F401 - fixtures
    ended,
    listen,
    receiver,
    rung,
)


def outlive(point: str, work: Callable[[], Any], *, times: int = 2) -> Any:
    """What `work` returns in the end, after so many workers have died at `point`."""
    deaths: list[str] = []

    def hook(name: str) -> None:
        if name == point and len(deaths) < times:
            deaths.append(name)
            raise Crash(name)

    waypoints.hook = hook
    try:
        while True:
            try:
                return work()
            except Crash:
                continue
            finally:
                if len(deaths) == times:
                    waypoints.hook = None
    finally:
        waypoints.hook = None
        assert len(deaths) == times, f"passed {len(deaths)} times"


def delivered(notice: Notice, receiver) -> None:  # noqa: F811
    """Sent once at least, always under the same id, and at rest."""
    notice.refresh_from_db()
    assert notice.delivered_at is not None
    assert notice.next_try_at is None
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {notice.event_uid}
    assert len({body for _, body in receiver.got}) == 1


@pytest.mark.parametrize("point", ["notice_claimed", "notice_sent", "notice_booked"])
def test_a_notice_gets_there(ended, receiver, point):  # noqa: F811
    notice = ended(receiver.url)

    def rounds() -> None:
        for minute in range(6):
            clock.shift(61.0 * minute)
            notices.deliver_due()

    outlive(point, rounds, times=1)
    delivered(notice, receiver)


def test_a_notice_is_sent_again_as_somebody_wished(ended, receiver):  # noqa: F811
    notice = ended(receiver.url)
    notices.deliver_due()
    outlive("notice_again", lambda: rows.again(notice), times=1)
    notices.deliver_due()
    delivered(notice, receiver)
    assert len(receiver.got) == 2


def test_others_wait_behind_a_silent_receiver(ended, receiver, monkeypatch):  # noqa: F811
    first, second = ended(receiver.url), ended(receiver.url)
    send = addresses.send

    def silent(*_: object, **__: object) -> int:
        raise guarded.NoAnswer("no answer")

    monkeypatch.setattr(addresses, "send", silent)
    outlive("notices_put_off", notices.deliver_due, times=1)
    monkeypatch.setattr(addresses, "send", send)
    clock.shift(600.0)
    notices.deliver_due()
    assert {headers["webhook-id"] for headers, _ in receiver.got} == {
        first.event_uid,
        second.event_uid,
    }


def test_an_endpoint_that_is_gone_gets_nothing(access, listen, ended, receiver):  # noqa: F811
    endpoint = listen(receiver.url)
    notice = ended("")
    endpoints.mine(access).filter(pk=endpoint.pk).update(enabled=False)
    outlive("notices_stopped", notices.deliver_due, times=1)
    notice.refresh_from_db()
    assert (receiver.got, notice.next_try_at) == ([], None)


def test_a_ping_is_there_before_anybody_is_told(access, listen, receiver):  # noqa: F811
    endpoint = listen(receiver.url)
    with pytest.raises(Crash):
        outlive_once("pinged", lambda: endpoints.ping(access, endpoint))
    assert Notice.objects.count() in (0, 1)  # the door's own transaction takes it back with it
    endpoints.ping(access, endpoint)
    notices.deliver_due()
    assert {headers["webhook-id"] for headers, _ in receiver.got} == set(
        Notice.objects.values_list("event_uid", flat=True)
    )


def outlive_once(point: str, work: Callable[[], Any]) -> None:
    def hook(name: str) -> None:
        if name == point:
            raise Crash(name)

    waypoints.hook = hook
    try:
        work()
    finally:
        waypoints.hook = None


ASKS = [JobAsk(prompt="One boat"), JobAsk(prompt="Two boats")]


def admitted(access, key: str, work: Callable[[], Batch]) -> Batch:
    """As the door does it: asked for under a key until there is an answer."""

    def effect() -> Answer:
        return Answer(status=202, body={"batch": work().pk})

    answer = idempotency.once(access, key=key, request_hash=key, effect=effect)
    return Batch.objects.get(pk=answer.body["batch"])


def held() -> int:
    return sum(line.held_delta for line in LedgerLine.objects.all())


def batch_of_two(access) -> Batch:
    return batches.create(access, ASKS, use_cost_optimization=False).batch


def test_a_batch_is_admitted_once(access, shop, rung):  # noqa: F811
    batch = outlive("batch_admitted", lambda: admitted(access, "a", lambda: batch_of_two(access)))
    assert (batch.jobs.count(), Batch.objects.count(), Job.objects.count()) == (2, 1, 2)
    assert held() == sum(Attempt.objects.values_list("max_micros", flat=True))


def test_a_batch_is_cancelled(access, shop, rung):  # noqa: F811
    batch = batch_of_two(access)
    outlive("batch_cancel_wished", lambda: batches.cancel(batch))
    for attempt in Attempt.objects.all():
        submitting.submit(attempt.pk)
    assert set(Job.objects.values_list("state", flat=True)) == {"cancelled"}
    assert (held(), [str(breach) for breach in breaches()]) == (0, [])


def test_what_failed_of_a_batch_is_repeated_once(access, shop, rung):  # noqa: F811
    batch = batch_of_two(access)
    batches.cancel(batch)
    Job.objects.update(state="failed")

    def repeat() -> Batch:
        return batches.retry_failed(access, batch).batch

    outlive("batch_repeated", lambda: admitted(access, "b", repeat))
    assert (Batch.objects.count(), Job.objects.count()) == (2, 4)


def test_the_end_of_a_batch_is_told_once(access, shop, listen, receiver):  # noqa: F811
    listen(receiver.url)
    batches.cancel(batch_of_two(access))
    outlive("batch_ended", notices.note_ended_batches, times=1)
    notices.note_ended_batches()
    assert Notice.objects.filter(kind="batch.completed").count() == 1


def test_a_picture_is_kept_once(access):
    content = io.BytesIO()
    Image.new("RGB", (800, 400), "red").save(content, "PNG")

    def keep() -> Asset:
        return uploads.receive(access, content=content.getvalue(), name="cup.png")

    asset = outlive("picture_kept", keep, times=1)
    assert list(Asset.objects.all()) == [asset]


def test_a_clip_that_two_dead_workers_had_is_fetched_by_the_third(engine, monkeypatch):
    workers = ["first"]
    monkeypatch.setattr(ingest, "me", lambda: workers[-1])
    monkeypatch.setattr(ingest, "is_dead", lambda owner: owner != workers[-1])
    job = engine.ask("A lake")
    with monkeypatch.context() as nobody_fetches:
        nobody_fetches.setattr(ingest, "fetch", lambda pk: False)
        engine.drive(until=lambda: Asset.objects.exists())
    asset = Asset.objects.get()
    with pytest.raises(Crash):
        outlive_once("downloaded", lambda: ingest.fetch(asset.pk))
    workers.append("second")
    with pytest.raises(Crash):
        outlive_once("fetch_freed", ingest.free_dead_claims)
    engine.drive()
    job.refresh_from_db()
    assert job.state == "completed"
    engine.assert_at_rest()
