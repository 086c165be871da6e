"""Templates as files: out and in again is the same, and bad files are refused by path."""

import copy
import json

import pytest

from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.prompts.library import versions
from campaigns.prompts.library.content import read_content
from campaigns.prompts.library.exchange import exported, imported
from campaigns.prompts.library.starters import bring
from generation.asks import Refused
from tests.campaigns.library.conftest import TOLD


def changed(told, path, value):
    copied = copy.deepcopy(told)
    *way, last = path
    place = copied
    for step in way:
        place = place[step]
    place[last] = value
    return copied


def test_out_and_in_again_is_the_same(access, template):
    versions.save_draft(access, template, read_content({"body": "A draft, static shot."}))
    told = json.loads(json.dumps(exported(template)))
    again = imported(access, told, name="Still again")
    assert exported(again) == changed(told, ["template", "name"], "Still again")
    published = list(again.versions.order_by("number").values_list("number", "published_at"))
    assert [(number, at is None) for number, at in published] == [(1, False), (2, True)]


def test_every_starter_survives_the_way(access, db):
    bring(access)
    for template in PromptTemplate.objects.order_by("pk")[:5]:
        told = exported(template)
        again = exported(imported(access, told, name=f"{template.name} 2"))
        assert again["versions"] == told["versions"]


@pytest.mark.parametrize(
    ("path", "value", "field"),
    [
        (["format"], "other", "format"),
        (["version"], 2, "version"),
        (["extra"], 1, "extra"),
        (["template"], [], "template"),
        (["template", "name"], "", "template.name"),
        (["template", "name"], "Still", "template.name"),
        (["template", "kind"], "poem", "template.kind"),
        (["template", "price"], 1, "template.price"),
        (["versions"], [], "versions"),
        (["versions"], {}, "versions"),
        (["versions", 0, "number"], 0, "versions.0.number"),
        (["versions", 0, "body"], "A {cup}", "versions.0.body"),
        (["versions", 0, "body"], 7, "versions.0.body"),
        (["versions", 0, "variables", 1, "type"], "date", "versions.0.variables.1.type"),
        (["versions", 0, "settings", "seconds"], "5", "versions.0.settings.seconds"),
        (["versions", 0, "renderings", "pika"], "{x}", "versions.0.renderings.pika"),
    ],
)
def test_bad_files(access, template, path, value, field):
    told = changed(changed(exported(template), ["template", "name"], "New"), path, value)
    with pytest.raises(Refused) as refused:
        imported(access, told)
    assert refused.value.field == field
    assert (PromptTemplate.objects.count(), TemplateVersion.objects.count()) == (1, 1)


def test_only_the_last_version_may_be_a_draft(access, template):
    told = exported(template)
    first = {**told["versions"][0], "published": False}
    told["versions"] = [first, {**first, "number": 2}]
    with pytest.raises(Refused) as refused:
        imported(access, told, name="New")
    assert refused.value.field == "versions.0.published"


def test_content_of_the_file_is_the_content(template):
    assert exported(template)["versions"][0]["body"] == TOLD["body"]
