"""The product's own templates: good enough to be the first thing that somebody sees."""

from dataclasses import replace

import pytest
from django.core.management import call_command

from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.prompts.library import starters as subject
from campaigns.prompts.library import templates, versions
from campaigns.prompts.library.content import read_content
from campaigns.prompts.library.filling import values_for
from campaigns.prompts.library.kinds import KINDS
from campaigns.prompts.library.rendering import Setting, rendered
from campaigns.prompts.library.starters import bring, starters
from campaigns.prompts.library.templates import TemplateChange
from campaigns.prompts.library.using import Filling, preview
from campaigns.prompts.optimise import Brand
from campaigns.prompts.review import Severity
from generation import clock
from providers.catalogue_file import PROVIDERS
from providers.market import market

PLAIN = Setting(defaults={}, brand=Brand())


def renderings(starter, given=None):
    version = TemplateVersion(**starter.content.as_json())
    values = values_for(starter.content.variables, given or {}).by_name
    return [
        rendered(version, values, provider=provider, leg=None, setting=PLAIN)
        for provider in PROVIDERS
    ]


def test_there_are_enough_of_every_kind():
    assert len(starters()) >= 32
    assert {one.kind for one in starters()} == set(KINDS) - {"other"}
    assert len({one.key for one in starters()}) == len({one.name for one in starters()})


@pytest.mark.parametrize("starter", starters(), ids=lambda one: one.key)
def test_a_starter_reads_well_and_fits_everywhere(starter):
    assert 3 <= len(starter.content.variables) <= 6
    assert len({one.type for one in starter.content.variables}) >= 2
    choices = [{one.name: word} for one in starter.content.variables for word in one.choices]
    for given in ({}, *choices):
        for told in renderings(starter, given):
            heavy = [one.rule for one in told.review.findings if one.severity != Severity.HINTS]
            assert heavy == [], (told.provider, told.prompt)
            assert told.fits
            assert told.length <= 320  # what Pika follows comfortably


def test_every_starter_has_a_price_as_it_comes(access, shop):
    assert bring(access) == len(starters())
    trade = market(access.mode, now=clock.now())
    assert trade.catalogue.offers
    for template in PromptTemplate.objects.all():
        told = preview(access, versions.in_use(template), Filling())
        assert told.route is not None and told.route.likely_micros > 0, template.starter


def test_bringing_them_twice_changes_nothing(access, django_assert_num_queries):
    bring(access)
    assert TemplateVersion.objects.filter(from_starter=True).count() == len(starters())
    with django_assert_num_queries(1):
        assert bring(access) == 0


@pytest.fixture
def renewed(access, monkeypatch):
    """The library as it came, and then the first starter changes in a release."""
    bring(access)
    first, *others = starters()
    content = replace(first.content, body=first.content.body + " Film grain.")
    monkeypatch.setattr(subject, "starters", lambda: (replace(first, content=content), *others))
    return PromptTemplate.objects.get(starter=first.key)


def test_a_changed_starter_arrives_as_a_new_version(access, renewed):
    assert bring(access) == 1
    assert versions.in_use(renewed).number == 2
    assert versions.in_use(renewed).body.endswith("Film grain.")
    assert bring(access) == 0


def test_own_words_are_never_overwritten(access, renewed):
    own = versions.save_draft(access, renewed, read_content({"body": "Mine, static shot."}))
    assert bring(access) == 0
    versions.publish(access, own)
    assert bring(access) == 1
    assert versions.in_use(renewed).body == "Mine, static shot."
    waiting = versions.draft_of(renewed)
    assert (waiting.number, waiting.body[-11:]) == (3, "Film grain.")


def test_what_was_renamed_or_put_away_stays_so(access, renewed):
    templates.change(access, renewed, TemplateChange(name="Ours", archived=True))
    bring(access)
    renewed.refresh_from_db()
    assert (renewed.name, renewed.archived_at is None) == ("Ours", False)


def test_a_name_of_ones_own_is_kept(access, db):
    name = starters()[0].name
    templates.create(access, name=name, kind="other", content=read_content({"body": "Mine."}))
    bring(access)
    assert PromptTemplate.objects.get(starter=starters()[0].key).name == f"{name} 2"


def test_the_command_serves_every_workspace_and_mode(workspace, capsys):
    call_command("load_starters")
    call_command("load_starters")
    count = len(starters())
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"{count} starters; {2 * count} new or changed.",
        f"{count} starters; 0 new or changed.",
    ]
    assert PromptTemplate.objects.filter(workspace=workspace).count() == 2 * count
