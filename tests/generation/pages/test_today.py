"""Today: what ended since the last look, what is left, what goes wrong, in few questions."""

from datetime import timedelta

from django.db import connection
from django.test.utils import CaptureQueriesContext

from generation import clock
from generation.incidents import Moved
from generation.models import Attempt, Budget, BudgetKind, Job
from generation.pages.today import SEEN
from providers import health
from providers.models import ProviderAccount


def test_an_empty_desk_says_what_to_do_and_what_is_not_limited(browser):
    page = browser.get("/").content.decode()
    assert "A first clip costs nothing here" in page
    around = browser.get("/today/around/").content.decode()
    assert "No budget is running, so nothing is refused for its price." in around
    assert "At the providers" not in around


def test_the_page_and_its_piece_take_at_most_twelve_questions_each(browser, ask, finish, access):
    for number in range(3):
        finish(ask(f"clip {number}"))
    Budget.objects.create(
        workspace_id=access.workspace_id,
        mode="test",
        name="All",
        kind=BudgetKind.WORKSPACE,
        limit_micros=1_000_000,
        starts_on=clock.now().date(),
    )
    assert [row.name for row in browser.get("/today/around/").context["budgets"]] == ["All"]
    before = asked(browser)
    for number in range(3, 6):
        finish(ask(f"clip {number}"))
    assert asked(browser) == before
    assert max(before) <= 12


def asked(browser) -> list[int]:
    """How many questions the page and the piece beside it take."""
    counts = []
    for path in ("/", "/today/around/"):
        with CaptureQueriesContext(connection) as queries:
            browser.get(path)
        counts.append(len(queries))
    return counts


def test_what_ended_since_the_last_look_is_marked(browser, ask, finish):
    finish(ask("one"))
    assert "fresh" not in browser.get("/").context
    finish(ask("two"))
    page = browser.get("/")
    newest = page.context["done"][0]
    assert (newest.prompt, page.context["fresh"]) == ("two", {newest.uid})
    assert "1 since you last looked" in page.content.decode()
    assert browser.get("/").context["fresh"] == set()
    browser.cookies[SEEN] = "nonsense"
    assert browser.get("/").status_code == 200


def test_a_shut_provider_is_told_with_its_reason(browser):
    account = ProviderAccount.objects.get(provider="kling", mode="test")
    health.note_failure(account.pk, "auth", "Key refused by Kling", now=clock.now())
    [incident] = browser.get("/today/around/").context["incidents"]
    assert incident.words == "Kling takes nothing new: Key refused by Kling."
    assert incident.since is not None


def test_a_slow_offer_is_told_only_when_enough_clips_say_so(browser, ask, finish):
    begun = clock.now() - timedelta(minutes=12)
    for number in range(5):
        assert browser.get("/today/around/").context["incidents"] == []
        job = ask(f"clip {number}")
        finish(job)
        job.attempts.update(submit_started_at=begun, ended_at=begun + timedelta(minutes=9))
    [incident] = browser.get("/today/around/").context["incidents"]
    assert incident.words.startswith("Pika Labs is slow: 19 of 20 clips took up to 9\u00a0min")


def test_what_fallback_moved_is_counted_with_what_it_cost(browser, ask, finish, access):
    for number in range(2):
        job = ask(f"clip {number}")
        finish(job)
        runway = job.route[2]
        Attempt.objects.filter(job=job).update(
            leg_index=2, provider=runway["provider"], cost_micros=runway["price_micros"]
        )
    [moved] = browser.get("/today/around/").context["moved"]
    first, third = (Job.objects.first().route[n]["price_micros"] for n in (0, 2))
    extra = 2 * (third - first)
    assert moved == Moved(provider="Pika", other="Runway", clips=2, extra_micros=extra)
    assert moved.words == "2 clips moved from Pika to Runway, +$0.30 so far today."
