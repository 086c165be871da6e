from datetime import timedelta

import pytest
from celery import Celery
from django.db import OperationalError
from django.utils import timezone

from aivideo_project import health
from generation.models import Heartbeat

GOOD = {"web": "good", "broker": "good", "database": "good", "worker": "good"}


def beat(name, *, seconds_ago=0):
    Heartbeat.objects.create(name=name, at=timezone.now() - timedelta(seconds=seconds_ago))


@pytest.mark.django_db
def test_good_when_every_part_is(client):
    beat("worker")
    beat("scheduler", seconds_ago=29)
    answer = client.get("/healthz")
    assert answer.status_code == 200
    assert answer.json() == {"status": "good", **GOOD, "scheduler": "good"}
    assert "no-store" in answer["Cache-Control"]


@pytest.mark.django_db
def test_a_scheduler_that_was_never_seen_is_missing(client):
    beat("worker")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "bad", **GOOD, "scheduler": "missing"}


@pytest.mark.django_db
def test_a_worker_not_heard_of_for_half_a_minute_is_late(client):
    beat("worker", seconds_ago=31)
    beat("scheduler")
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json()["worker"] == "late"


@pytest.mark.django_db
def test_a_broker_that_nobody_answers_for_is_down(client, monkeypatch):
    beat("worker")
    beat("scheduler")
    monkeypatch.delenv("CELERY_BROKER_URL")  # Celery itself reads it, over what it is told
    monkeypatch.setattr(health, "app", Celery(broker="redis://127.0.0.1:1/0"))
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {"status": "bad", **GOOD, "broker": "down", "scheduler": "good"}


def test_without_a_database_it_still_answers(client, monkeypatch):
    class Down:
        def cursor(self):
            raise OperationalError

    monkeypatch.setattr(health, "connection", Down())
    answer = client.get("/healthz")
    assert answer.status_code == 503
    assert answer.json() == {
        "status": "bad",
        "web": "good",
        "broker": "good",
        "database": "down",
        "worker": "unknown",
        "scheduler": "unknown",
    }


@pytest.mark.django_db
def test_it_takes_no_other_method(client):
    assert client.post("/healthz").status_code == 405
