"""Searching long lists: one column after the other, and words that are known."""

import pytest

from generation import jobs
from generation.asks import JobAsk
from generation.long_lists import FailureWords, found
from generation.models import Attempt, Job, LedgerLine, ProviderTask
from providers.types import Tier

pytestmark = pytest.mark.django_db


@pytest.fixture
def job(shop, access, settings) -> Job:
    settings.RING_THE_BELL = False
    jobs.create(access, JobAsk(prompt="A tram in the rain", tier=Tier.DRAFT))
    return jobs.create(access, JobAsk(prompt="A kite over the sea", tier=Tier.DRAFT))


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


def test_failures_are_the_classes_of_the_providers():
    assert set(FailureWords.words) >= {"auth", "credits", "moderation", "timeout", "unknown"}
