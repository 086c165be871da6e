"""The queue: filters in the address, pages that do not shift, and polling that ends."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import clock
from generation.models import Job


def prompts(response) -> list[str]:
    return [row.prompt for row in response.context["rows"]]


def test_an_empty_queue_says_what_will_be_there(browser):
    page = browser.get("/jobs/").content.decode()
    assert "No jobs yet" in page
    assert "Generate a clip" in page


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", ["three", "two", "one"]),
        ("state=failed", ["two"]),
        ("state=open", ["three", "one"]),
        ("state=attention", ["three"]),
        ("tier=standard", ["three"]),
        ("provider=runway", ["three"]),
        ("text=TW", ["two"]),
        ("state=nonsense&tier=best", ["three", "two", "one"]),
        ("text=nothing", []),
    ],
)
def test_the_address_filters(browser, ask, query, expected):
    ask("one")
    failed = ask("two")
    odd = ask("three", tier="standard")
    Job.objects.filter(pk=failed.pk).update(state="failed", ended_at=clock.now())
    Job.objects.filter(pk=odd.pk).update(attention="overdue")
    assert prompts(browser.get(f"/jobs/?{query}")) == expected


def test_a_job_is_found_by_its_id(browser, ask):
    ask("one")
    assert prompts(browser.get(f"/jobs/?text={ask('two').uid}")) == ["two"]


def test_older_pages_continue_where_the_last_one_ended(browser, ask, monkeypatch):
    monkeypatch.setattr("generation.pages.job_list.PER_PAGE", 2)
    for name in ("one", "two", "three"):
        ask(name)
    first = browser.get("/jobs/?tier=draft")
    assert prompts(first) == ["three", "two"]
    older = browser.get(f"/jobs/?{first.context['older_query']}")
    assert prompts(older) == ["one"]
    assert older.context["older_query"] == ""
    assert older.context["newest_query"] == "tier=draft"


def test_rows_refresh_in_place_without_what_is_newer(browser, ask):
    ask("one")
    shown = browser.get("/jobs/").context
    ask("two")
    fresh = browser.get(f"/jobs/rows/?{shown['poll_query']}")
    assert prompts(fresh) == ["one"]
    assert prompts(browser.get("/jobs/")) == ["two", "one"]


def test_polling_rests_while_nothing_changes_and_stops_at_the_end(browser, ask):
    job = ask()
    shown = browser.get("/jobs/").context
    address = f"/jobs/rows/?{shown['poll_query']}&v={shown['version']}"
    assert browser.get(address).status_code == 204
    Job.objects.filter(pk=job.pk).update(state="failed", ended_at=clock.now())
    ended = browser.get(address)
    assert ended.status_code == 286
    assert "hx-get" not in ended.content.decode()


def test_htmx_gets_the_list_alone(browser, ask):
    ask()
    address = "/jobs/?text=&state=open&provider=&tier="
    piece = browser.get(address, headers={"HX-Request": "true"})
    assert piece.content.decode().startswith('<div id="queue">')
    assert piece["HX-Push-Url"] == "/jobs/?state=open"
    restored = browser.get(
        "/jobs/", headers={"HX-Request": "true", "HX-History-Restore-Request": "true"}
    )
    assert restored.content.decode().startswith("<!doctype html>")


def test_the_number_of_queries_does_not_grow(browser, ask, finish):
    for number in range(6):
        finish(ask(f"job {number}"))
    browser.get("/jobs/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        browser.get("/jobs/")
    assert len(queries) <= 10, [query["sql"] for query in queries]


def test_a_row_shows_the_clip_its_price_and_its_state(browser, ask, finish):
    finish(ask("A kettle boils"))
    page = browser.get("/jobs/").content.decode()
    assert 'data-clip="/media/' in page
    assert "Completed" in page
    assert "$0.10" in page
