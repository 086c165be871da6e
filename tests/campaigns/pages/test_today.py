"""The first page's piece of the campaigns: picks to promote and drafts to judge."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from campaigns import judging
from campaigns.models import Take
from tests.campaigns.footing import finished, shot_of, take_of


@pytest.fixture
def browser(owner, shop) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def waiting(browser: Client) -> list[tuple[str, int, int]]:
    page = browser.get("/today/campaigns/")
    return [(one.name_shown, one.picks, one.drafts) for one in page.context["waiting"]]


def test_nothing_waits_in_a_campaign_without_drafts(browser, campaign):
    assert waiting(browser) == []
    assert (
        "Nothing in the campaigns waits for you."
        in browser.get("/today/campaigns/").content.decode()
    )


def test_drafts_wait_until_judged_and_picks_until_promoted(browser, access, campaign):
    shot, other = shot_of(campaign), shot_of(campaign, position=2)
    takes = [take_of(access, shot), take_of(access, shot), take_of(access, other)]
    assert waiting(browser) == []
    for take in takes:
        finished(take)
    assert waiting(browser) == [("Spring", 0, 3)]
    first, third = (Take.objects.get(pk=takes[n].pk) for n in (0, 2))
    judging.pick(access, first)
    judging.rate(access, third, rating=2)
    assert waiting(browser) == [("Spring", 1, 0)]
    with CaptureQueriesContext(connection) as asked:
        browser.get("/today/campaigns/")
    assert len(asked) <= 5
