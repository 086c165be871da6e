"""One key, one effect, one answer: again, changed, refused, from elsewhere, and at once."""

import threading
import time
from datetime import timedelta

import pytest

from accounts.keys import check_key
from generation import clock
from generation.idempotency import Answer, forget_old, once
from generation.models import Batch, IdempotentAnswer, Job, LedgerLine
from tests.generation.committed import at_once, committed_fixture  # noqa: F401

from .conftest import SEED_BATCH, SEED_GENERATE, Caller, make_caller, only_error, stock

GENERATE = "ai-video/generate"


@pytest.mark.django_db
def test_the_same_request_again(caller):
    first = caller.post(GENERATE, SEED_GENERATE, key="k1")
    again = caller.post(GENERATE, dict(reversed(SEED_GENERATE.items())), key="k1")
    assert (first.status_code, again.status_code) == (202, 202)
    assert again.json() == first.json()
    assert "Idempotent-Replayed" not in first
    assert again["Idempotent-Replayed"] == "true"
    assert (Job.objects.count(), LedgerLine.objects.count()) == (1, 1)


@pytest.mark.django_db
def test_another_key_is_another_job(caller):
    for key in ("k1", "k2", "", ""):
        caller.post(GENERATE, SEED_GENERATE, key=key)
    assert (Job.objects.count(), IdempotentAnswer.objects.count()) == (4, 2)


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body"),
    [
        (GENERATE, {**SEED_GENERATE, "duration": 6}),
        ("ai-video/batch-generate", SEED_BATCH),
    ],
)
def test_the_same_key_for_another_request(caller, path, body):
    caller.post(GENERATE, SEED_GENERATE, key="k1")
    assert only_error(caller.post(path, body, key="k1"))[:2] == (422, "idempotency_conflict")
    assert Job.objects.count() == 1


@pytest.mark.django_db
def test_a_refusal_is_not_kept(caller):
    assert caller.post(GENERATE, {**SEED_GENERATE, "duration": 2}, key="k1").status_code == 400
    assert IdempotentAnswer.objects.count() == 0
    assert caller.post(GENERATE, SEED_GENERATE, key="k1").status_code == 202


@pytest.mark.django_db
def test_each_workspace_and_mode_has_its_own_keys(caller, foreign_caller):
    first = caller.post(GENERATE, SEED_GENERATE, key="k1").json()
    other = foreign_caller.post(GENERATE, SEED_GENERATE, key="k1").json()
    assert first["job_id"] != other["job_id"]


@pytest.mark.django_db
def test_batch_retry_and_promote(caller):
    batches = [caller.post("ai-video/batch-generate", SEED_BATCH, key="b").json() for _ in "ab"]
    assert (batches[0], Batch.objects.count()) == (batches[1], 1)
    caller.post(f"ai-video/cancel/{batches[0]['job_ids'][0]}")
    job = f"ai-video/jobs/{batches[0]['job_ids'][0]}"
    for action in ("retry", "promote"):
        made = [caller.post(f"{job}/{action}", key=action).json()["job_id"] for _ in "ab"]
        assert made[0] == made[1]
    assert Job.objects.count() == 5


@pytest.mark.django_db
def test_an_effect_that_fails_leaves_nothing(access):
    def effect():
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        once(access, key="k", request_hash="h", effect=effect)
    assert IdempotentAnswer.objects.count() == 0


@pytest.mark.django_db
def test_old_answers_go(access):
    for key in ("old", "new"):
        once(access, key=key, request_hash="h", effect=lambda: Answer(status=200, body={}))
    old = clock.now() - timedelta(days=31)
    IdempotentAnswer.objects.filter(key="old").update(created_at=old)
    assert forget_old() == 1
    assert IdempotentAnswer.objects.get().key == "new"


def test_eight_at_once_make_one_job(committed, workspace, owner):
    stock()
    caller = make_caller(workspace, owner)

    def ask(number):
        return Caller(caller.text).post(GENERATE, SEED_GENERATE, key="k1")

    answers = at_once(ask, times=8, threads=8)
    assert [answer.status_code for answer in answers] == [202] * 8
    assert len({answer.json()["job_id"] for answer in answers}) == 1
    assert sum("Idempotent-Replayed" in answer for answer in answers) == 7
    assert [kind.objects.count() for kind in (Job, LedgerLine, IdempotentAnswer)] == [1, 1, 1]


def test_a_first_request_that_fails_gives_way(committed, workspace, owner):
    """The second waits for the first, finds that nothing came of it, and does the work."""
    access = check_key(make_caller(workspace, owner).text, ip=None)
    begun = threading.Event()

    def failing():
        begun.set()
        time.sleep(0.2)
        raise ZeroDivisionError

    def ask(number):
        if number == 0:
            return once(access, key="k", request_hash="h", effect=failing)
        begun.wait(10)
        return once(access, key="k", request_hash="h", effect=lambda: Answer(status=202, body={}))

    failed, made = at_once(ask, times=2, threads=2)
    assert isinstance(failed, ZeroDivisionError)
    assert made == Answer(status=202, body={}, replayed=False)
