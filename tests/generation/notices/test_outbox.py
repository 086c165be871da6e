"""What has happened, as rows: one for each who wants it, with the deed or not at all."""

import json

import pytest
from django.db import transaction

from accounts.models import Workspace
from generation import batches, endings, notices, telling
from generation.asks import JobAsk
from generation.models import Batch, Notice, WebhookEndpoint
from generation.notices import endpoints, outbox
from tests.generation.money.budgets_by_hand import DRAFT, budget_of
from tests.generation.notices.receiver import HOOK, ask, end, kinds


def test_one_event_is_one_row_for_each_who_wants_it(listen, access):
    everything, some = listen(), listen(events=["job.failed", "job.cancelled"])
    listen(events=["batch.completed"])
    job = ask(access, webhook_url=HOOK)

    end(job)

    told = Notice.objects.order_by("pk")
    assert [one.endpoint for one in told] == [everything, some, None]
    assert len({one.event_uid for one in told}) == 1
    assert len({one.body for one in told}) == 1
    assert json.loads(told[0].body)["data"]["job_id"] == job.uid


def test_an_event_stands_or_falls_with_the_deed(listen, access):
    listen()
    job = ask(access)
    with pytest.raises(RuntimeError, match="crash"), transaction.atomic():
        endings.cancel(job)
        assert kinds() == ["job.cancelled"]
        raise RuntimeError("crash")
    assert kinds() == []


def test_who_is_switched_off_removed_or_elsewhere_hears_nothing(listen, access):
    endpoints.change(access, listen(), changes={"enabled": False})
    endpoints.remove(access, listen())
    south = Workspace.objects.create(slug="south", name="South")
    for other in ({"workspace": south}, {"mode": "live"}):
        WebhookEndpoint.objects.filter(pk=listen().pk).update(**other)
    end(ask(access))
    assert kinds() == []


def test_a_doubt_is_told(listen, access):
    listen()
    job = ask(access)
    job.attention = "ambiguous"
    job.save()
    with transaction.atomic():
        outbox.job_in_doubt(job.pk)
    [notice] = Notice.objects.all()
    data = json.loads(notice.body)["data"]
    assert (notice.kind, data["attention"], data["status"]) == (
        "job.attention",
        "ambiguous",
        "queued",
    )


def test_a_batch_is_told_once_when_its_last_clip_has_ended(listen, access):
    endpoint = listen(events=["batch.completed"])
    made = batches.create(access, [JobAsk(prompt=f"{n}") for n in "ab"], use_cost_optimization=0)
    end(made.jobs[0])
    assert (telling.anything_due(), notices.note_ended_batches()) == (False, 0)
    end(made.jobs[1], endings.complete)
    assert telling.anything_due()
    assert [notices.note_ended_batches() for _ in range(2)] == [1, 0]
    made.jobs[1].refresh_from_db()
    body = json.loads(endpoint.notices.get().body)
    assert body["data"] == {
        "batch_id": made.batch.uid,
        "total": 2,
        "completed": 1,
        "failed": 0,
        "cancelled": 1,
    }
    ended_at = made.jobs[1].ended_at
    assert Batch.objects.get().completed_at == ended_at
    assert body["timestamp"] == ended_at.isoformat().replace("+00:00", "Z")


def test_a_budget_tells_each_line_that_a_purchase_crossed_and_only_then(listen, access):
    endpoint = listen(events=["budget.threshold"])
    budget = budget_of(access, limit_micros=10 * DRAFT, alert_shares=[50, 80])
    with pytest.raises(RuntimeError, match="crash"), transaction.atomic():
        for _ in range(5):
            ask(access, tier="draft")
        raise RuntimeError("crash")
    assert kinds() == []
    for _ in range(8):
        ask(access, tier="draft")
    told = [json.loads(one.body)["data"] for one in endpoint.notices.order_by("pk")]
    assert [(one["share"], one["used"]) for one in told] == [(50, 0.5), (80, 0.8)]
    assert told[0] == {
        "budget_id": budget.uid,
        "name": "Quarter",
        "mode": "test",
        "share": 50,
        "hard": True,
        "period_start": "2020-01-01",
        "period_end": None,
        "currency": "USD",
        "limit": 1.0,
        "used": 0.5,
    }
