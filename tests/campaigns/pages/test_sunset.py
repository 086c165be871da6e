"""The providers' page tells which campaigns and templates lean on a model that goes."""

from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from accounts.models import Workspace
from campaigns.models import Campaign, Shot
from campaigns.sunsets import radar
from generation import centres
from providers.market import market
from providers.models import Lifecycle, Offer
from tests.campaigns.footing import shot_of


def ending() -> None:
    Offer.objects.filter(catalogue="2025-seed", provider="sora").update(lifecycle="retired")


def test_nothing_is_asked_where_nothing_goes(access, shop, campaign):
    Offer.objects.filter(catalogue="2025-seed").update(lifecycle=Lifecycle.ACTIVE)
    trade = market(access.mode)
    with CaptureQueriesContext(connection) as asked:
        found = radar(access, trade=trade)
    assert (found.providers, found.campaigns, found.templates, len(asked)) == ({}, [], [], 0)


def test_open_shots_that_name_a_going_provider_are_counted_by_campaign(access, shop, campaign):
    ending()
    for position, provider in enumerate(("sora", "sora", "kling", ""), start=1):
        shot_of(campaign, position=position, provider=provider)
    removed = shot_of(campaign, position=9, provider="sora")
    Shot.objects.filter(pk=removed.pk).update(removed_at=campaign.created_at)
    other = Workspace.objects.create(slug="south", name="South")
    centre = centres.root(other.pk, mode="test")
    theirs = Campaign.objects.create(workspace=other, mode="test", centre=centre)
    shot_of(theirs, provider="sora")
    trade = market(access.mode)
    with CaptureQueriesContext(connection) as asked:
        found = radar(access, trade=trade)
    assert found.providers == {"Sora": "Sora is retired"}
    told = [(one.name, one.provider, one.shots) for one in found.campaigns]
    assert (told, len(asked)) == ([("Spring", "Sora", 2)], 2)


def test_the_piece_links_to_the_storyboard(access, shop, campaign, owner):
    ending()
    shot_of(campaign, provider="sora")
    browser = Client()
    browser.force_login(owner)
    page = browser.get("/providers/sunset/").content.decode()
    assert "1 open shot with Sora" in page
    assert f"/campaigns/{campaign.uid}/storyboard/" in page
