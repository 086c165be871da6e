"""One job's page: honest waiting, what happened, and a refresh that ends."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import clock
from generation.models import Attempt, Job


def test_a_queued_job_says_where_it_stands_and_what_cancelling_costs(browser, ask):
    page = browser.get(f"/jobs/{ask().uid}/").content.decode()
    assert "In our queue for Pika." in page
    assert "If it fails, Kling is tried." in page
    assert "Nothing has been sent yet, so cancelling costs nothing." in page
    assert "$0.10 held." in page


def test_a_job_at_work_says_how_long_it_usually_takes(browser, ask):
    job = ask()
    moment = clock.now()
    Attempt.objects.update(state="accepted", submit_started_at=moment, accepted_at=moment)
    Job.objects.update(state="processing", started_at=moment)
    page = browser.get(f"/jobs/{job.uid}/").content.decode()
    assert "Pika is making the clip." in page
    assert "usually about 2\u00a0s" in page
    assert "<progress" not in page
    assert "Pika charges nothing for a clip that it stops in time" in page
    Attempt.objects.update(percent=40)
    assert '<progress max="100" value="40"' in browser.get(f"/jobs/{job.uid}/").content.decode()


def test_a_finished_job_plays_and_offers_the_next_tiers(browser, ask, finish):
    job = ask()
    finish(job)
    page = browser.get(f"/jobs/{job.uid}/").content.decode()
    assert "<video controls" in page
    assert "1280 × 720" in page
    assert 'Make in standard · <span class="price">$0.25</span>' in page
    assert 'Try again · <span class="price">$0.10</span>' in page
    assert page.count('class="button button-spend"') == 1


def test_a_failed_job_says_why_and_what_to_do(browser, ask):
    job = ask()
    error = (
        "Pika refused this prompt. Nothing was charged. Edit the prompt or pick another provider."
    )
    Attempt.objects.update(state="failed", submit_started_at=clock.now(), reason="Pika refused.")
    Job.objects.update(state="failed", ended_at=clock.now(), error=error, error_class="moderation")
    page = browser.get(f"/jobs/{job.uid}/").content.decode()
    assert error in page
    assert "Change and ask anew" in page
    assert "Make in" not in page


@pytest.mark.parametrize(
    ("attention", "title"),
    [
        ("overage", "It cost more than was held"),
        ("late_task", "A late task turned up"),
        ("paid_not_delivered", "Paid, not delivered"),
    ],
)
def test_what_wants_a_look_is_said_in_plain_words(browser, ask, attention, title):
    job = ask()
    Job.objects.update(state="failed", ended_at=clock.now(), attention=attention)
    assert title in browser.get(f"/jobs/{job.uid}/").content.decode()


def test_the_live_part_rests_then_changes_then_stops(browser, ask, finish):
    job = ask()
    page = browser.get(f"/jobs/{job.uid}/").content.decode()
    version = page.split("live/?v=")[1].split('"')[0]
    address = f"/jobs/{job.uid}/live/?v={version}"
    assert browser.get(address).status_code == 204
    Job.objects.update(cancel_requested_at=clock.now())
    changed = browser.get(address)
    assert changed.status_code == 200
    assert "Cancelling" in changed.content.decode()
    finish(job)
    ended = browser.get(address)
    assert ended.status_code == 286
    assert "hx-get" not in ended.content.decode()
    assert "<video controls" in ended.content.decode()


def test_the_number_of_queries_is_fixed(browser, ask, finish):
    job = ask()
    finish(job)
    browser.get(f"/jobs/{job.uid}/")
    with CaptureQueriesContext(connection) as queries:
        browser.get(f"/jobs/{job.uid}/")
    assert len(queries) <= 14, [query["sql"] for query in queries]


def test_what_was_asked_is_escaped(browser, ask):
    page = browser.get(f"/jobs/{ask('<script>alert(1)</script>').uid}/").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert" in page


def test_today_counts_and_lists(browser, ask, finish, in_doubt):
    finish(ask("done"))
    ask("running")
    in_doubt(ask("doubtful"))
    page = browser.get("/").content.decode()
    for words in ("Waits for a decision", "Running", "Finished lately", "Outcome unknown"):
        assert words in page
    version = page.split("today/live/?v=")[1].split('"')[0]
    assert browser.get(f"/today/live/?v={version}").status_code == 204
    Job.objects.filter(prompt="running").update(state="failed", ended_at=clock.now())
    assert browser.get(f"/today/live/?v={version}").status_code == 200
