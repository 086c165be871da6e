"""Search: words and beginnings of ids, by right and workspace, with as many queries for any."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import opening
from generation.models import Batch, Job
from tests.campaigns.footing import shot_of, take_of


@pytest.fixture
def take(shop, access, campaign):
    return take_of(access, shot_of(campaign, prompt="A copper kettle boils by a window"))


def found(browser, q, *, partial=True):
    headers = {"HX-Request": "true"} if partial else {}
    answer = browser.get("/search/", {"q": q}, headers=headers)
    assert answer.status_code == 200
    return answer.content.decode()


def test_every_kind_is_found_by_words(browser, access, campaign, client, take):
    job = Job.objects.get()
    assert f'href="/jobs/{job.uid}/"' in found(browser, "KETTLE window")
    assert f'href="/jobs/{job.uid}/"' not in found(browser, "kettle door")
    assert f'href="/campaigns/{campaign.uid}/"' in found(browser, "spri")
    assert f'href="/clients/{client.uid}/"' in found(browser, "acme")
    assert 'href="/ledger/"' in found(browser, "led")
    batch = Batch.objects.get()
    Batch.objects.update(name="Autumn hooks")
    assert f'href="/batches/{batch.uid}/"' in found(browser, "hooks")


def test_the_beginning_of_an_id_is_enough(browser, campaign, client, take):
    job = Job.objects.get()
    for uid in (job.uid, job.uid[:12]):
        assert f'href="/jobs/{job.uid}/"' in found(browser, uid)
    assert f'href="/campaigns/{campaign.uid}/"' in found(browser, campaign.uid[:-4])
    assert "Nothing here is called" in found(browser, job.uid[:-1] + "!")


def test_without_words_it_says_where_one_can_go(browser):
    page = found(browser, "  ")
    assert 'href="/generate/"' in page and 'href="/jobs/"' in page


def test_a_whole_page_without_scripts(browser, campaign):
    page = found(browser, "Spring", partial=False)
    assert "<h1>Search</h1>" in page and f'href="/campaigns/{campaign.uid}/"' in page
    assert 'value="Spring"' in page


def test_a_stranger_finds_nothing_of_ours(stranger, campaign, client, take):
    for q in ("kettle", "spring", "acme", campaign.uid, Job.objects.get().uid):
        assert "Nothing here is called" in found(stranger, q)


def test_viewers_are_not_led_where_they_may_not_go(viewer):
    assert 'href="/generate/"' not in found(viewer, "generate")


def test_words_that_look_like_markup_stay_words(browser):
    page = found(browser, '"><b>% _')
    assert "<b>" not in page


@pytest.mark.parametrize("q", ["a", "job_01"])
def test_as_many_queries_however_much_there_is(browser, access, campaign, take, q):
    def count() -> int:
        with CaptureQueriesContext(connection) as queries:
            found(browser, q)
        return len(queries)

    before = count()  # with the five of the search, those of the session and the frame
    assert before <= 10
    for number in range(8):
        opening.open_campaign(access, name=f"Alpha {number}")
        opening.open_client(access, name=f"Atlas {number}")
    assert count() == before
