"""The queue by HTTP: lanes, positions and slots; hold, resume, prioritise and pause."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry
from generation.durations import _measured
from generation.models import Attempt, Event, Job
from providers import catalogue
from providers.models import ProviderAccount
from tests.generation.money.budgets_by_hand import Clock

from .conftest import SEED_BATCH, SEED_GENERATE

QUEUE = "ai-video/queue"
pytestmark = pytest.mark.django_db


@pytest.fixture
def job(caller) -> str:
    return caller.post("ai-video/generate", SEED_GENERATE).json()["job_id"]


def test_lanes_positions_and_slots(caller, job):
    batch = caller.post("ai-video/batch-generate", SEED_BATCH).json()
    told = caller.get(QUEUE).json()
    assert (told["paused"], told["waiting"], told["under_way"]) == (None, 4, 0)
    assert told["held"] == 0.55
    lanes = {lane["lane"]: lane for lane in told["lanes"]}
    assert set(lanes) == {"single", "batch"}
    [single] = lanes["single"]["first"]
    assert single == {
        "job_id": job,
        "batch_id": None,
        "provider": "runway",
        "model": "gen4.5",
        "held": 0.25,
        "position": 1,
        "starts_in_seconds": 0,
        "ends_in_seconds": None,
        "ends_in_slow_seconds": None,
        "since": single["since"],
        "why": "Its turn is next.",
        "next": "It is sent within moments.",
        "next_at": None,
    }
    assert (lanes["batch"]["waiting"], lanes["batch"]["provider"]) == (3, "pika")
    assert [one["job_id"] for one in lanes["batch"]["first"]] == batch["job_ids"]
    assert [one["position"] for one in lanes["batch"]["first"]] == [1, 2, 3]
    slots = {one["provider"]: one for one in told["slots"] if one["model"] is None}
    assert slots["runway"] == {
        "provider": "runway",
        "model": None,
        "in_use": 0,
        "mine": 0,
        "slots": 20,
        "quiet_until": None,
    }


def test_when_a_clip_starts_and_is_done(caller, monkeypatch):
    still = Clock(monkeypatch)
    ProviderAccount.objects.filter(provider="runway", mode="test").update(max_concurrent=1)
    jobs = [caller.post("ai-video/generate", SEED_GENERATE).json()["job_id"] for _ in range(11)]
    sent = {"submit_started_at": still.moment, "accepted_at": still.moment}
    for n, uid in enumerate(jobs[:9], 1):  # half take 20 s at most, nine of ten 36 s
        ended = still.moment + timedelta(seconds=4 * n)
        Attempt.objects.filter(job__uid=uid).update(
            state="succeeded", vendor_state="processing", ended_at=ended, task_id=uid, **sent
        )
    Attempt.objects.filter(job__uid=jobs[9]).update(state="accepted", task_id="t", **sent)
    _measured.cache_clear()
    [lane] = caller.get(QUEUE).json()["lanes"]
    [told] = lane["first"]
    assert told["job_id"] == jobs[10]
    times = ("starts_in_seconds", "ends_in_seconds", "ends_in_slow_seconds")
    assert tuple(told[name] for name in times) == (20, 40, 56)


def test_hold_resume_and_prioritise(caller, job):
    answer = caller.post(f"ai-video/jobs/{job}/hold")
    assert answer.json() == {"success": True, "job_id": job, "on_hold": True, "hot": False}
    [lane] = caller.get(QUEUE).json()["lanes"]
    assert (lane["lane"], lane["first"][0]["position"]) == ("on_hold", None)
    assert lane["first"][0]["why"] == "On hold by an API key."
    assert caller.post(f"ai-video/jobs/{job}/hold").status_code == 400
    assert caller.post(f"ai-video/jobs/{job}/resume").json()["on_hold"] is False
    assert caller.post(f"ai-video/jobs/{job}/prioritise", {}).json()["hot"] is True
    assert caller.get(QUEUE).json()["lanes"][0]["lane"] == "hot"
    assert caller.post(f"ai-video/jobs/{job}/prioritise", {"to": "normal"}).json()["hot"] is False
    wrong = caller.post(f"ai-video/jobs/{job}/prioritise", {"to": "last"})
    assert (wrong.status_code, wrong.json()["errors"][0]["attr"]) == (400, "to")
    kinds = list(Event.objects.order_by("id").values_list("kind", flat=True))
    assert kinds == ["job.queued", "job.held", "job.resumed", "job.hot", "job.normal"]
    assert AuditEntry.objects.filter(subject=f"job:{job}").count() == 4


def test_a_batch_on_hold(caller):
    batch = caller.post("ai-video/batch-generate", SEED_BATCH).json()["batch_id"]
    held = caller.post(f"ai-video/batches/{batch}/hold").json()
    assert held == {"success": True, "batch_id": batch, "clips": 3}
    assert caller.post(f"ai-video/batches/{batch}/hold").json()["clips"] == 0
    assert caller.post(f"ai-video/batches/{batch}/resume").json()["clips"] == 3
    assert caller.post("ai-video/batches/batch_none/hold").status_code == 404


def test_a_key_arranges_only_what_it_asked_for_and_never_pauses(caller, job):
    Job.objects.update(api_key=None)
    for path in (f"jobs/{job}/hold", f"jobs/{job}/prioritise", "queue/pause", "queue/resume"):
        assert caller.post(f"ai-video/{path}").status_code == 403, path
    assert AuditEntry.objects.filter(action__startswith="job.").count() == 0
    assert not Attempt.objects.filter(lane__gt="9").exists()


def test_a_signed_in_owner_pauses_the_queue(caller, job, owner):
    browser = Client()
    browser.force_login(owner)
    paused = browser.post(
        "/api/ai-video/queue/pause", {"reason": "Review"}, content_type="application/json"
    )
    assert paused.json()["paused"]["reason"] == "Review"
    told = caller.get(QUEUE).json()["lanes"][0]["first"][0]
    assert (told["position"], told["why"]) == (
        None,
        f"The queue is paused by {owner.get_username()}. Review",
    )
    again = browser.post("/api/ai-video/queue/pause", {}, content_type="application/json")
    assert again.status_code == 400
    on = browser.post("/api/ai-video/queue/resume", {}, content_type="application/json")
    assert on.json()["paused"] is None


def statements(caller) -> int:
    """How many one look takes, with nothing remembered from the look before."""
    _measured.cache_clear()
    catalogue.forget()
    with CaptureQueriesContext(connection) as asked:
        caller.get(QUEUE)
    return len(asked)


def test_the_statements_do_not_grow_with_the_queue(caller, job):
    few = statements(caller)
    for _ in range(3):
        caller.post("ai-video/generate", SEED_GENERATE)
    assert statements(caller) == few
