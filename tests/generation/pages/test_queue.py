"""The queue now: who waits where and why, what the slots do, and what people do to it."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import AuditEntry, Membership, Role, User
from generation import batches, clock
from generation.asks import JobAsk
from generation.durations import _measured
from generation.models import Attempt, Event, Job, LedgerLine
from providers import catalogue
from providers.models import ProviderAccount
from providers.types import Tier


def section(page, kind):
    return next(one for one in page.context["sections"] if one.kind == kind)


@pytest.fixture(autouse=True)
def nothing_remembered():
    """What another test has measured of an offer is none of ours."""
    _measured.cache_clear()


@pytest.fixture
def creator(workspace, shop) -> Client:
    user = User.objects.create_user("cleo", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.CREATOR)
    client = Client()
    client.force_login(user)
    return client


@pytest.fixture
def batch(access, shop):
    ask = JobAsk(prompt="A forest", tier=Tier.DRAFT)
    return batches.create(access, [ask] * 8, use_cost_optimization=False).batch


def run(job, **more) -> None:
    """As if its request had been taken by the provider."""
    moment = clock.now()
    Attempt.objects.filter(job=job).update(
        state="accepted", submit_started_at=moment, accepted_at=moment, task_id=job.uid, **more
    )


def press(browser, job, deed):
    return browser.post(f"/queue/jobs/{job.uid}/", {"deed": deed}, follow=True)


def said(answer) -> list[str]:
    return [str(message) for message in answer.context["messages"]]


def test_an_empty_queue_says_so_and_asks_no_more(browser):
    page = browser.get("/queue/")
    assert "Nothing waits and nothing runs" in page.content.decode()
    assert "hx-get" not in page.content.decode().split('id="queue-now"')[1].split(">")[0]
    assert browser.get("/queue/live/").status_code == 286


def test_lanes_with_places_and_the_money_held_for_them(browser, ask, batch):
    one = ask("A kettle boils")
    page = browser.get("/queue/")
    single, many = section(page, "single"), section(page, "batch")
    assert (single.count, many.count, many.more) == (1, 8, 2)
    [row] = single.rows
    assert (row.uid, row.place, row.starts) == (one.uid, "1. in line", "next")
    assert [row.place for row in many.rows] == [f"{n}. in line" for n in range(2, 8)]
    assert page.context["queue"].held_micros == 9 * 100_000
    text = page.content.decode()
    assert "$0.90" in text
    assert "2 more behind them." in text


def test_full_slots_say_why_something_waits_and_nothing_is_promised_unmeasured(browser, ask):
    ProviderAccount.objects.filter(provider="pika", mode="test").update(max_concurrent=1)
    running, waits = ask("one"), ask("two")
    run(running, vendor_state="running")
    page = browser.get("/queue/")
    [row] = section(page, "single").rows
    assert (row.uid, row.place, row.starts) == (waits.uid, "1. in line", "start not known")
    assert row.ends == "how long it takes is not measured yet"
    assert row.said.why == "The only slot of Pika is in use."
    [at_work] = page.context["running"]
    assert at_work.said.why == "At the last look Pika was making it."
    [slots] = page.context["slots"]
    assert (slots.name, slots.busy, slots.mine, slots.most) == ("Pika", 1, 1, 1)


def test_hold_and_let_go_on_keep_the_money_held_and_leave_their_marks(browser, ask):
    job = ask()
    before = list(LedgerLine.objects.values_list("pk", flat=True))
    assert said(press(browser, job, "hold")) == ["On hold. Its money stays held, too."]
    [row] = section(browser.get("/queue/"), "aside").rows
    assert row.said.why == "On hold by ann."
    assert browser.get("/queue/live/").status_code == 286, "nothing moves by itself"
    press(browser, job, "resume")
    [row] = section(browser.get("/queue/"), "single").rows
    assert row.held is False
    kinds = list(Event.objects.filter(job=job).order_by("id").values_list("kind", flat=True))
    assert kinds == ["job.queued", "job.held", "job.resumed"]
    deeds = list(AuditEntry.objects.order_by("id").values_list("action", "subject"))
    assert deeds == [("job.hold", f"job:{job.uid}"), ("job.resume", f"job:{job.uid}")]
    assert list(LedgerLine.objects.values_list("pk", flat=True)) == before


def test_moving_changes_the_order_and_back_again(browser, ask):
    first, second, third = ask("one"), ask("two"), ask("three")

    def order():
        page = browser.get("/queue/")
        return [row.uid for one in page.context["sections"] for row in one.rows]

    press(browser, third, "up")
    assert order() == [first.uid, third.uid, second.uid]
    press(browser, second, "front")
    assert order() == [second.uid, first.uid, third.uid]
    press(browser, third, "front")
    assert order() == [third.uid, second.uid, first.uid]
    press(browser, second, "normal")
    press(browser, third, "normal")
    assert order() == [first.uid, second.uid, third.uid]
    assert said(press(browser, first, "up")) == ["It is the first of its lane already."]


def test_what_has_been_sent_cannot_be_held_but_cancelled(browser, ask):
    job = ask()
    run(job)
    assert "with the provider already" in said(press(browser, job, "hold"))[0]
    job.refresh_from_db()
    assert (job.held_at, AuditEntry.objects.count()) == (None, 0)
    [words] = said(press(browser, job, "cancel"))
    assert words.startswith("Cancellation requested. Pika is already working on this clip.")


def test_a_job_on_hold_can_be_cancelled_at_no_cost(browser, ask):
    job = ask()
    press(browser, job, "hold")
    press(browser, job, "cancel")
    job.refresh_from_db()
    assert (job.state, sum(line.held_delta for line in LedgerLine.objects.all())) == (
        "cancelled",
        0,
    )


def test_a_whole_batch_is_held_and_goes_on(browser, batch):
    answer = browser.post(f"/queue/batches/{batch.uid}/", {"deed": "hold"}, follow=True)
    assert said(answer) == ["8 clips are on hold."]
    assert section(answer, "aside").count == 8
    answer = browser.post(f"/queue/batches/{batch.uid}/", {"deed": "resume"}, follow=True)
    assert section(answer, "batch").count == 8
    assert Event.objects.filter(kind="job.held").count() == 8
    assert list(AuditEntry.objects.values_list("action", flat=True)) == [
        "batch.hold",
        "batch.resume",
    ]


def test_the_whole_queue_stands_still_until_it_is_let_go_on(browser, ask):
    ask()
    browser.post("/queue/pause/", {"deed": "pause", "reason": "Client  review"})
    page = browser.get("/queue/")
    assert "The queue is paused by ann" in page.content.decode()
    [row] = section(page, "single").rows
    assert row.said.why == "The queue is paused by ann. Client review"
    assert row.place == ""
    browser.post("/queue/pause/", {"deed": "resume"})
    assert section(browser.get("/queue/"), "single").rows[0].place == "1. in line"


def test_creators_arrange_their_own_jobs_alone(creator, viewer, ask, batch):
    job = ask()
    for who in (creator, viewer):
        assert press(who, job, "hold").status_code == 403
        assert who.post(f"/queue/batches/{batch.uid}/", {"deed": "hold"}).status_code == 403
        assert who.post("/queue/pause/", {"deed": "pause"}).status_code == 403
    assert (AuditEntry.objects.count(), Attempt.objects.filter(lane__gt="9").count()) == (0, 0)
    assert "Hold</button>" not in creator.get("/queue/").content.decode()


def test_another_workspaces_job_does_not_exist(browser, ask, workspace):
    job = ask()
    from accounts.models import Workspace

    other = Workspace.objects.create(slug="other", name="Other")
    user = User.objects.create_user("olga", password=None)
    Membership.objects.create(workspace=other, user=user, role=Role.OWNER)
    stranger = Client()
    stranger.force_login(user)
    assert stranger.post(f"/queue/jobs/{job.uid}/", {"deed": "hold"}).status_code == 404
    assert stranger.get("/queue/").context["queue"].waiting_count == 0


def test_polling_rests_while_nothing_changes(browser, ask):
    ask()
    version = browser.get("/queue/").context["version"]
    assert browser.get(f"/queue/live/?v={version}").status_code == 204
    ask()
    assert browser.get(f"/queue/live/?v={version}").status_code == 200


def statements(browser) -> int:
    """How many one look takes, with nothing remembered from the look before."""
    _measured.cache_clear()
    catalogue.forget()
    with CaptureQueriesContext(connection) as asked:
        browser.get("/queue/live/")
    return len(asked)


def test_however_many_wait_it_is_read_in_as_many_statements(browser, ask, batch):
    ask()
    few = statements(browser)
    for n in range(12):
        ask(f"clip {n}")
    assert statements(browser) == few <= 20


def change(browser, job, **typed):
    form = {"prompt": "A kettle whistles", "tier": "draft", "token": f"t-{job.uid}", **typed}
    return browser.post("/generate/", {**form, "instead": job.uid})


def test_a_changed_job_takes_the_place_of_the_one_that_waits(browser, ask):
    job = ask()
    page = browser.get(f"/generate/?from={job.uid}&instead={job.uid}").content.decode()
    assert f'name="instead" value="{job.uid}"' in page
    assert change(browser, job).status_code == 302
    job.refresh_from_db()
    new = Job.objects.exclude(pk=job.pk).get()
    assert (job.state, new.state, new.prompt) == ("cancelled", "queued", "A kettle whistles")
    assert sum(line.held_delta for line in LedgerLine.objects.all()) == 100_000
    assert AuditEntry.objects.get(action="job.replace").after == {"with": new.uid}


def test_a_refused_change_leaves_the_job_as_it_waits(browser, ask):
    job = ask()
    lines = LedgerLine.objects.count()
    assert change(browser, job, prompt="").status_code == 422
    assert change(browser, job, seconds="20", max_cost="0.01", token="other").status_code == 422
    run(job)
    assert change(browser, job, token="third").status_code == 422
    job.refresh_from_db()
    assert (job.state, job.cancel_requested_at) == ("queued", None)
    assert (Job.objects.count(), LedgerLine.objects.count()) == (1, lines)
    assert not AuditEntry.objects.exists()
