"""A notice is a row: made with the ending, tried by one at a time, never lost."""

import pytest
from django.db import transaction
from django.utils.module_loading import import_string

from accounts.access import Access
from generation import beside, clock, driver, endings, heartbeat, jobs, notices, tasks
from generation.asks import JobAsk
from generation.models import Notice
from generation.notices import rows
from tests.generation.notices.receiver import HOOK, Receiver, reload


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
    assert late is not None
    clock.shift(rows.CLAIM_SECONDS + 1)
    notices.deliver_due()

    rows.failed(late, "The host did not answer in time.")

    assert reload(late).delivered_at is not None
    assert (late.last_error, late.next_try_at) == ("", None)


def test_the_task_holds_one_seat(ended, receiver: Receiver, rung, monkeypatch):
    ended(receiver.url)
    rung.clear()
    monkeypatch.setattr(heartbeat, "take_seat", lambda *_, **__: False)
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


def test_the_driver_without_a_broker_tells_too(db, settings, monkeypatch):
    settings.DRIVEN_TOO = ()
    rounds: list[int] = []
    monkeypatch.setattr(beside.telling, "tell_due", _noting(rounds))
    monkeypatch.setattr(beside.chores, "run_if_due", lambda: False)
    monkeypatch.setattr(driver.Driver, "step", lambda *_: 0)

    driver.run_for_ever(stop=lambda: bool(rounds), threads=1)

    assert rounds == [beside.NOTICES_A_ROUND]


LOOKED: list[str] = []


def looks_after() -> None:
    LOOKED.append("once")
    raise LookupError("a defect of one neighbour")


def looks_after_too() -> None:
    LOOKED.append("too")


def test_the_driver_without_a_broker_looks_after_its_neighbours(db, settings, monkeypatch):
    settings.DRIVEN_TOO = [f"{__name__}.looks_after", f"{__name__}.looks_after_too"]
    monkeypatch.setattr(beside.telling, "tell_due", _noting([]))
    monkeypatch.setattr(beside.chores, "run_if_due", lambda: LOOKED.append("chores"))
    monkeypatch.setattr(driver.Driver, "step", lambda *_: 0)

    driver.run_for_ever(stop=lambda: len(LOOKED) > 2, threads=1)

    assert LOOKED == ["once", "too", "chores"]


def test_what_the_driver_looks_after_is_there(settings):
    assert all(callable(import_string(name)) for name in settings.DRIVEN_TOO)
    assert len(settings.DRIVEN_TOO) == 3


def _noting(rounds: list[int]):
    def tell_due(limit: int) -> None:
        rounds.append(limit)

    return tell_due
