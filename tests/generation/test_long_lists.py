"""The back desk's lists: one column after the other, words that are known, few queries."""

import pytest
from django.test import Client

from accounts.models import User
from generation import jobs
from generation.asks import JobAsk
from generation.long_lists import FailureWords, LongListPaginator, found
from generation.models import Attempt, Job, LedgerLine, ProviderTask
from providers.types import Tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(shop, access, settings) -> Job:
    settings.RING_THE_BELL = False
    jobs.create(access, JobAsk(prompt="A tram in the rain", tier=Tier.DRAFT))
    return jobs.create(access, JobAsk(prompt="A kite over the sea", tier=Tier.DRAFT))


@pytest.fixture
def desk(db) -> Client:
    client = Client()
    client.force_login(User.objects.create_superuser("desk", password=None))
    return client


def test_the_first_column_that_knows_the_term_wins(job):
    lookups = ["uid__startswith", "prompt__icontains"]
    assert list(found(Job.objects.all(), job.uid, lookups=lookups)) == [job]
    assert list(found(Job.objects.all(), "KITE", lookups=lookups)) == [job]
    assert list(found(Job.objects.all(), "zeppelin", lookups=lookups)) == []
    assert set(found(Job.objects.all(), "job_", lookups=lookups)) == set(Job.objects.all())


def test_a_providers_own_task_id(job):
    attempt = job.attempts.get()
    ProviderTask.objects.create(
        account=attempt.account, task_id="task-7", attempt=attempt, learned_from="response"
    )
    assert list(found(Attempt.objects.all(), "task-7", lookups=["tasks__task"])) == [attempt]
    assert list(found(LedgerLine.objects.all(), "task-7", lookups=["task"])) == []


def test_counting_stops(job, monkeypatch):
    monkeypatch.setattr("generation.long_lists.MOST", 1)
    assert LongListPaginator(Job.objects.order_by("-id"), 50).count == 1


def test_failures_are_the_classes_of_the_providers():
    assert set(FailureWords.words) >= {"auth", "credits", "moderation", "timeout", "unknown"}


@pytest.mark.parametrize(
    "path",
    [
        "job/?q=kite",
        "job/?state__exact=queued",
        "attempt/?provider=pika",
        "attempt/?failure_class=moderation",
        "ledgerline/?q=job_",
        "asset/?q=nothing",
        "batch/",
        "event/?mode__exact=test",
    ],
)
def test_lists_answer(desk, job, path, django_assert_max_num_queries):
    with django_assert_max_num_queries(14):
        assert desk.get(f"/admin/generation/{path}").status_code == 200
