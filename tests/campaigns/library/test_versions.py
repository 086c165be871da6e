"""Drafts become published, and what is published never changes."""

import pytest
from django.db import IntegrityError, transaction

from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.prompts.library import templates, versions
from campaigns.prompts.library.content import read_content
from campaigns.prompts.library.templates import TemplateChange
from generation.asks import Refused
from tests.campaigns.library.conftest import TOLD

OTHER = {"body": "A cup of tea, static shot, soft light."}


def test_one_draft_at_a_time_and_the_newest_published_is_used(access, template):
    first = versions.save_draft(access, template, read_content(OTHER))
    again = versions.save_draft(access, template, read_content({"body": "A pot of tea."}))
    assert (first.number, again.number, again.body) == (2, 2, "A pot of tea.")
    assert versions.in_use(template).number == 1
    versions.publish(access, again)
    assert versions.in_use(template).number == 2
    assert versions.in_use(template, 1).body == TOLD["body"]
    assert versions.save_draft(access, template, read_content(OTHER)).number == 3
    told = templates.template_by(access, template.uid)
    assert (told.published, told.draft, told.version_count) == (2, 3, 3)


def test_publishing_twice_changes_nothing(access, version):
    before = version.published_at
    assert versions.publish(access, version).published_at == before


@pytest.mark.parametrize(
    "change", [{"body": "x"}, {"published_at": None}, {"settings": {}}, {"number": 7}]
)
def test_the_database_itself_refuses_to_change_what_is_published(version, change):
    never = "a published version never changes"
    with pytest.raises(IntegrityError, match=never), transaction.atomic():
        TemplateVersion.objects.filter(pk=version.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        version.save()
    version.refresh_from_db()
    assert version.body == TOLD["body"]


def test_the_database_itself_refuses_to_delete_what_is_published(version):
    with pytest.raises(IntegrityError), transaction.atomic():
        TemplateVersion.objects.filter(pk=version.pk).delete()
    assert TemplateVersion.objects.filter(pk=version.pk).exists()


def test_who_wrote_it_may_be_forgotten(version, owner):
    TemplateVersion.objects.filter(created_by=owner).update(created_by=None)
    version.refresh_from_db()
    assert version.created_by is None


def test_a_draft_is_used_by_nothing(access, template):
    versions.save_draft(access, template, read_content(OTHER))
    with pytest.raises(Refused) as refused:
        versions.in_use(template, 2)
    assert (refused.value.field, refused.value.code) == ("version", "not_published")
    with pytest.raises(Refused) as refused:
        versions.in_use(template, 9)
    assert refused.value.code == "not_found"


def test_fork(access, version):
    one, two = templates.fork(access, version), templates.fork(access, version)
    assert (one.name, two.name) == ("Still (copy)", "Still (copy) 2")
    assert one.forked_from == version
    [draft] = one.versions.all()
    assert (draft.number, draft.published_at) == (1, None)
    assert versions.content_of(draft) == versions.content_of(version)


def test_a_name_is_taken_once(access, template):
    with pytest.raises(Refused) as refused:
        templates.create(access, name=" Still ", kind="hero", content=read_content(OTHER))
    assert (refused.value.field, refused.value.code) == ("name", "taken")
    assert PromptTemplate.objects.count() == TemplateVersion.objects.count() == 1


def test_change_and_put_away(access, template):
    changed = templates.change(access, template, TemplateChange(name="Calm", archived=True))
    assert (changed.name, changed.archived_at is None) == ("Calm", False)
    back = templates.change(access, template, TemplateChange(archived=False))
    assert (back.name, back.archived_at) == ("Calm", None)


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"body": ""}, "body"),
        ({"body": "A {cup}."}, "body"),
        ({"body": "A cup.", "renderings": {}}, "variables.0.name"),
        ({"text": "x"}, "text"),
        ({"renderings": {"luma": "x"}}, "renderings.luma"),
        ({"renderings": {"pika": "{cup}"}}, "renderings.pika"),
        ({"settings": {"seconds": 99}}, "settings.seconds"),
        ({"settings": {"tier": "gold"}}, "settings.tier"),
        ({"variables": [{"name": "1st"}]}, "variables.0.name"),
        ({"variables": [{"name": "a"}, {"name": "a"}]}, "variables.1.name"),
        ({"variables": [{"name": "a", "type": "date"}]}, "variables.0.type"),
        ({"variables": [{"name": "a", "choices": ["x", "y"]}]}, "variables.0.choices"),
        ({"variables": [{"name": "a", "type": "choice"}]}, "variables.0.choices"),
        ({"variables": [{"name": "a", "type": "number", "default": "x"}]}, "variables.0.default"),
        ({"variables": [{"name": "a", "required": "yes"}]}, "variables.0.required"),
        ({"variables": [{"name": "a", "size": 1}]}, "variables.0.size"),
        ({"variables": [{"name": f"v{n}"} for n in range(13)]}, "variables"),
    ],
)
def test_content_is_refused_by_field_path(change, field):
    with pytest.raises(Refused) as refused:
        read_content({**TOLD, **change})
    assert refused.value.field == field


def test_content_read_again_is_the_same():
    once = read_content(TOLD)
    assert read_content(once.as_json()) == once
