"""What members read: who is told of what, and nobody of what does not concern them."""

import pytest

from accounts.models import Membership, Notification, Role, User
from generation import endings, jobs, notices
from generation.asks import JobAsk
from generation.choices import Attention, JobState
from generation.models import Batch, Job


@pytest.fixture
def job(access, shop, rung):
    return jobs.create(access, JobAsk(prompt="Waves  at dawn"))


@pytest.fixture
def people(access, workspace):
    """A manager, a creator and a viewer besides the person who asks."""
    made = {}
    for role in (Role.MANAGER, Role.CREATOR, Role.VIEWER):
        made[role] = User.objects.create_user(role.value, password=None)
        Membership.objects.create(workspace=workspace, user=made[role], role=role)
    return made


def told():
    rows = Notification.objects.order_by("pk")
    return [(row.user_id, row.kind, row.mode, row.words, row.link) for row in rows]


def test_a_failed_clip_is_told_to_who_asked(job, access, people):
    Job.objects.filter(pk=job.pk).update(created_by=people[Role.CREATOR])
    job.refresh_from_db()
    endings.fail(job, failure_class="moderation", reason="Kling refused this prompt.")
    (row,) = told()
    assert row[0] == people[Role.CREATOR].pk
    assert row[1:3] == ("job_failed", "test")
    assert row[3].startswith("“Waves at dawn” failed. Kling refused this prompt.")
    assert row[4] == f"/jobs/{job.uid}/"


def test_a_finished_clip_is_told_to_nobody(job, people):
    Job.objects.filter(pk=job.pk).update(created_by=people[Role.CREATOR])
    endings.cancel(job)
    assert told() == []


def test_a_doubt_is_told_to_who_decides(job, people):
    Job.objects.filter(pk=job.pk).update(attention=Attention.AMBIGUOUS)
    notices.job_in_doubt(job.pk)
    assert [row[0] for row in told()] == [people[Role.MANAGER].pk]
    assert told()[0][1] == "outcome_unknown"


def test_a_batch_is_told_of_once_as_a_whole(job, workspace, access, people):
    creator = people[Role.CREATOR]
    batch = Batch.objects.create(
        workspace=workspace,
        mode="test",
        total=1,
        estimated_micros=0,
        created_by=creator,
        cost_centre=job.cost_centre,
    )
    Job.objects.filter(pk=job.pk).update(batch=batch, created_by=creator)
    job.refresh_from_db()
    endings.fail(job, failure_class="moderation", reason="Refused.")
    assert told() == []
    assert (notices.note_ended_batches(), notices.note_ended_batches()) == (1, 0)
    words = "Your batch has finished: 0 of 1 clips are ready, 1 failed."
    assert told() == [(creator.pk, "batch_finished", "test", words, f"/batches/{batch.uid}/")]
    assert Job.objects.get().state == JobState.FAILED
