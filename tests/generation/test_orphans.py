"""A second task of an attempt is never hidden: it is ended, and booked."""

from generation import clock, heartbeat, orphans, outcomes
from generation.models import Attempt, LearnedFrom, LedgerLine, ProviderTask
from generation.requests import build
from generation.vendors import adapter_of, send_for
from providers.base import run
from providers.many import ManyTransport


def second_task(attempt: Attempt) -> str:
    """What a worker does that slept between its last check and its first byte."""
    adapter = adapter_of(attempt)
    request = build(attempt, attempt.job)
    return run(adapter.submit(request, client_ref="att_frozen"), send_for(attempt)).task_id


def test_a_late_task_is_booked_once_and_flagged(engine, monkeypatch):
    monkeypatch.setattr(orphans, "YOUNG", orphans.timedelta())
    job = engine.run("A lake", provider="kling")
    attempt = job.attempts.get()
    task_id = second_task(attempt)
    assert (
        outcomes.accept(attempt, task_id=task_id, learned_from=LearnedFrom.RESPONSE, first_look=0)
        is False
    )
    job.refresh_from_db()
    assert (job.state, job.attention) == ("completed", "late_task")
    with ManyTransport() as many:
        engine.drive(until=lambda: orphans.book_late_tasks(many) == 1)
        assert orphans.book_late_tasks(many) == 0
    assert list(LedgerLine.objects.filter(kind="charge").values_list("task_id", "spent_delta")) == [
        (task_id, 150_000)
    ]
    job.refresh_from_db()
    assert job.cost_micros == 300_000
    assert engine.booked() == engine.invoiced()


def test_an_old_late_task_is_found_when_all_have_their_turn(engine, monkeypatch):
    monkeypatch.setattr(orphans, "YOUNG", orphans.timedelta())
    monkeypatch.setattr(orphans, "NEWEST", 1)
    with ManyTransport() as many:
        assert orphans.book_late_tasks(many) == 0  # all have had their turn for this hour
        attempt = engine.run("A lake", provider="kling").attempts.get()
        late = {"learned_from": LearnedFrom.RESPONSE, "first_look": 0}
        outcomes.accept(attempt, task_id=second_task(attempt), **late)
        [found] = orphans.unbooked(newest=1)
        engine.run("A hill")
        assert orphans.unbooked(newest=1) == []
        assert orphans.unbooked() == [found]
        assert orphans.book_late_tasks(many) == 0

        engine.drive(until=lambda: booked_of_all(many))
    assert LedgerLine.objects.filter(kind="charge", task_id=found.task_id).exists()


def booked_of_all(many: ManyTransport) -> bool:
    """Whether one is booked now that it is the turn of all."""
    heartbeat.Heartbeat.objects.filter(name="late_tasks").update(busy_until=clock.now())
    return bool(orphans.book_late_tasks(many))


def test_where_all_has_found_many_all_have_their_turn_again(engine, monkeypatch):
    monkeypatch.setattr(orphans, "BATCH", 1)
    monkeypatch.setattr(orphans, "unbooked", lambda *, newest=None: [newest])
    assert (orphans._due(), orphans._due()) == ([None], [None])
    monkeypatch.setattr(orphans, "BATCH", 2)
    assert (orphans._due(), orphans._due()) == ([None], [orphans.NEWEST])


def test_the_fact_of_another_attempt_is_not_taken_over(engine):
    first, second = engine.run("A lake"), engine.run("A lake")
    theirs = ProviderTask.objects.get(attempt__job=first).task_id
    mine = second.attempts.get()
    accepted = outcomes.accept(mine, task_id=theirs, learned_from=LearnedFrom.LIST, first_look=0)
    assert accepted is False
    assert ProviderTask.objects.count() == 2


def test_only_one_holds_a_seat_and_a_dead_holder_loses_it(db, monkeypatch):
    assert heartbeat.take_seat("driver", owner=heartbeat.me(), seconds=60)
    assert not heartbeat.take_seat("driver", owner="other/boot/1/2", seconds=60)
    monkeypatch.setattr(heartbeat, "is_dead", lambda owner: True)
    assert heartbeat.take_seat("driver", owner="other/boot/1/2", seconds=60)


def test_a_process_knows_its_own_death_certificate():
    alive = heartbeat.me()
    host, boot, pid, started = alive.rsplit("/", 3)
    assert not heartbeat.is_dead(alive)
    assert heartbeat.is_dead(f"{host}/{boot}/{pid}/{int(started) - 1}")
    assert heartbeat.is_dead(f"{host}/otherboo/{pid}/{started}")
    assert not heartbeat.is_dead(f"elsewhere/{boot}/{pid}/1")
    assert not heartbeat.is_dead("nonsense")
