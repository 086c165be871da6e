"""The broker's address is a closed port: everything is slower by a sweep, and nothing is lost.

`TEST_BROKER_URL=redis://127.0.0.1:1/0` runs any other test like that.
"""

import pytest
from celery import current_app

from generation import driver, queue, tasks
from generation.models import Attempt, Job
from tests.services import free_port


@pytest.fixture
def closed_broker(engine, settings, monkeypatch) -> list[str]:
    """The real bell, with nobody where it rings; gives the tasks that were tried to be rung for."""
    settings.RING_THE_BELL = True
    monkeypatch.setattr(queue, "_quiet_until", float("-inf"))
    address = f"redis://127.0.0.1:{free_port()}/0"
    tried: list[str] = []

    def send_task(name, args=(), **how):
        tried.append(name)
        with current_app.connection_for_write(url=address) as link:
            current_app.amqp.Producer(link).publish({"args": args}, retry=False)

    monkeypatch.setattr(current_app._get_current_object(), "send_task", send_task)
    return tried


def test_a_job_is_accepted_and_made(engine, closed_broker, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        job = engine.ask("A lake without a bell")
    assert closed_broker == ["generation.tasks.submit_at_once"]  # and then quiet for a while
    assert Attempt.objects.get(job=job).state == "planned"
    engine.drive()
    job.refresh_from_db()
    assert (job.state, engine.held()) == ("completed", 0)
    engine.assert_at_rest()


def test_the_sweep_goes_on_when_its_own_bell_fails(engine, closed_broker, monkeypatch):
    monkeypatch.setattr(queue, "QUIET_SECONDS", 0.0)
    engine.ask("A lake that is swept up")
    tasks.sweep()
    assert closed_broker == ["generation.tasks.drive"]
    assert driver.anything_open()
    engine.drive()
    tasks.sweep()
    assert closed_broker == ["generation.tasks.drive"]
    assert not driver.anything_open()
    assert Job.objects.get().state == "completed"
