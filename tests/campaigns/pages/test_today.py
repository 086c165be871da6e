"""The first page's piece of the campaigns: picks to promote and drafts to judge."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from campaigns import judging
from campaigns.models import Brief, Shot, Take
from tests.campaigns.footing import finished, shot_of, take_of


@pytest.fixture
def browser(owner, shop) -> Client:
    client = Client()
    client.force_login(owner)
    return client


def waiting(browser: Client) -> list[tuple[str, int, int]]:
    page = browser.get("/today/campaigns/")
    return [(one.name_shown, one.picks, one.drafts) for one, _ in page.context["waiting"]]


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


def stale(browser: Client) -> list[tuple[str, int]]:
    page = browser.get("/today/campaigns/")
    return [(one.name_shown, shots) for one, shots in page.context["waiting"]]


def test_shots_older_than_their_brief_are_named(browser, access, campaign):
    old, fresh, by_hand = (shot_of(campaign, position=n) for n in (1, 2, 3))
    Shot.objects.filter(pk=old.pk).update(made_of={"brief": 1, "brand_kit": 1})
    Shot.objects.filter(pk=fresh.pk).update(made_of={"brief": 2})
    Shot.objects.filter(pk=by_hand.pk).update(made_of={"brand_kit": 1})
    assert stale(browser) == []
    Brief.objects.update_or_create(campaign=campaign, defaults={"version": 2})
    assert stale(browser) == [("Spring", 1)]
    page = browser.get("/today/campaigns/").content.decode()
    assert f'<a href="/campaigns/{campaign.uid}/storyboard/">Spring</a>' in page
    assert "1 shot is older than its brief" in page
    Shot.objects.filter(pk=by_hand.pk).update(made_of={"brief": 1})
    assert "2 shots are older than their brief" in browser.get("/today/campaigns/").content.decode()
    Shot.objects.filter(pk=old.pk).update(removed_at=timezone.now())
    assert stale(browser) == [("Spring", 1)]
    with CaptureQueriesContext(connection) as asked:
        browser.get("/today/campaigns/")
    assert len(asked) <= 6


def test_another_workspaces_stale_shots_are_not_named(browser, stranger, campaign):
    shot = shot_of(campaign)
    Shot.objects.filter(pk=shot.pk).update(made_of={"brief": 1})
    Brief.objects.update_or_create(campaign=campaign, defaults={"version": 2})
    assert stale(stranger) == []
    assert stale(browser) == [("Spring", 1)]
