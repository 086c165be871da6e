"""The prompt library at its pages: look, fill, generate, use for a shot, write, publish."""

import json
import re

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns.models import PromptTemplate, Shot, TemplateUse, TemplateVersion
from campaigns.prompts.library import templates, versions
from campaigns.prompts.library.content import read_content
from campaigns.prompts.library.exchange import exported
from campaigns.prompts.library.starters import bring, starters
from generation.models import Job, LedgerLine
from tests.campaigns.footing import shot_of

pytestmark = pytest.mark.usefixtures("shop")
TOLD = {
    "body": "A {size} cup on {surface}, static shot, soft light.",
    "variables": [{"name": "size", "default": "small"}, {"name": "surface", "label": "On what"}],
    "settings": {"tier": "draft"},
}


@pytest.fixture
def template(access) -> PromptTemplate:
    made = templates.create(access, name="Cup", kind="food", content=read_content(TOLD))
    versions.publish(access, versions.by_number(made, 1))
    return made


def fields(page: str) -> dict[str, str]:
    """The hidden fields of the filling form."""
    form = page[page.index('id="fill"') :]
    return dict(re.findall(r'name="(token|version|shot)" value="([^"]*)"', form)[:3])


def at(template: PromptTemplate, deed: str = "") -> str:
    return f"/library/{template.uid}/{deed}"


def test_everything_that_came_with_the_product_is_there(browser):
    page = browser.get("/library/").content.decode()
    assert page.count('class="template"') == len(starters())
    assert "Product hero" in page and "$0." in page
    found = browser.get("/library/?q=unboxing").content.decode()
    assert 0 < found.count('class="template"') < len(starters())
    assert "No template fits" in browser.get("/library/?q=zzz").content.decode()


def test_the_list_takes_as_many_queries_for_many_as_for_one(browser, access):
    bring(access)
    browser.get("/library/")

    def queries() -> int:
        with CaptureQueriesContext(
            connection,
        ) as seen:
            assert browser.get("/library/").status_code == 200
        return len(seen)

    before = queries()
    for number in range(5):
        content = read_content({"body": f"Cup {number}."})
        templates.create(access, name=f"Cup {number}", kind="food", content=content)
    assert queries() == before


def test_the_preview_shows_text_and_price_and_keeps_nothing(browser, template):
    page = browser.get(at(template)).content.decode()
    assert "Still to fill in: On what." in page
    told = browser.post(at(template, "preview/"), {"v-surface": "<b>slate</b>", "version": "1"})
    said = told.content.decode()
    assert "A small cup on &lt;b&gt;slate&lt;/b&gt;" in said
    assert 'hx-swap-oob="true">Generate · <span class="price">$0.' in said
    assert "Still to fill in" not in said
    assert not (Job.objects.exists() or TemplateUse.objects.exists())


def test_a_press_makes_one_clip_with_its_template(browser, template, campaign):
    given = fields(browser.get(at(template)).content.decode())
    sent = {**given, "v-size": "tall", "v-surface": "slate", "campaign": campaign.uid}
    first = browser.post(at(template, "generate/"), sent)
    again = browser.post(at(template, "generate/"), sent)
    job = Job.objects.get()
    assert first.status_code == 302 and first.url == again.url == f"/jobs/{job.uid}/"
    use = TemplateUse.objects.get()
    assert (use.job, use.version.number) == (job, 1)
    assert use.values == {"size": "tall", "surface": "slate"}
    assert job.cost_centre == campaign.centre


def test_what_is_missing_is_said_at_its_field_and_nothing_is_made(browser, template):
    given = fields(browser.get(at(template)).content.decode())
    answer = browser.post(at(template, "generate/"), {**given, "v-size": "tall"})
    assert answer.status_code == 422
    page = answer.content.decode()
    assert 'id="v-surface-wrong"' in page and "Fill in On what." in page
    assert 'value="tall"' in page
    assert not (Job.objects.exists() or LedgerLine.objects.exists())


def test_for_a_shot(browser, template, campaign):
    shot = shot_of(campaign)
    page = browser.get(f"{at(template)}?shot={shot.uid}").content.decode()
    assert "Use for shot 1" in page and "button-spend" not in page
    answer = browser.post(at(template, "shot/"), {**fields(page), "v-surface": "slate"})
    assert answer.url == f"/campaigns/{campaign.uid}/storyboard/#shot-{shot.uid}"
    shot.refresh_from_db()
    assert shot.template_version.template == template
    assert "slate" in shot.prompt


def test_as_a_new_shot(browser, template, campaign):
    sent = {"campaign": campaign.uid, "v-surface": "slate"}
    assert browser.post(at(template, "shot/"), sent).status_code == 302
    assert Shot.objects.get().template_values == {"size": "small", "surface": "slate"}
    answer = browser.post(at(template, "shot/"), {"v-surface": "slate"})
    assert answer.status_code == 422 and b"Choose the campaign first." in answer.content
    assert Shot.objects.count() == 1


def test_writing_a_template_finds_its_gaps(browser):
    sent = {
        "name": "Steam",
        "kind": "food",
        "body": "Steam over {dish}, {light}, static shot.",
        "g-0-name": "light",
        "g-0-type": "choice",
        "g-0-choices": "day\nnight",
        "g-0-default": "day",
        "g-0-required": "1",
        "seconds": "5",
        "tier": "draft",
        "ratio": "1:1",
        "do": "publish",
    }
    answer = browser.post("/library/new/", sent)
    made = PromptTemplate.objects.get(name="Steam")
    assert answer.url == at(made)
    content = versions.content_of(versions.in_use(made))
    assert [(one.name, one.type) for one in content.variables] == [
        ("light", "choice"),
        ("dish", "text"),
    ]
    bad = browser.post("/library/new/", {**sent, "name": "Mist", "g-0-default": "noon"})
    assert bad.status_code == 422 and b"Choose one of day, night." in bad.content
    assert not PromptTemplate.objects.filter(name="Mist").exists()


def test_editing_makes_a_draft_that_waits(browser, template):
    edit = browser.get(at(template, "edit/")).content.decode()
    assert "A {size} cup on {surface}" in edit
    sent = {"name": "Cup", "kind": "food", "body": "A {size} mug.", "g-0-name": "size",
            "seconds": "5", "tier": "draft", "ratio": "16:9", "do": "draft"}  # fmt: skip
    assert browser.post(at(template, "edit/"), sent).status_code == 302
    assert versions.in_use(template).number == 1
    page = browser.get(at(template)).content.decode()
    assert "Version 2 is waiting as a draft." in page
    assert "<del>" in page and "<ins>mug" in page
    assert b"button-spend" not in browser.get(f"{at(template)}?version=2").content
    browser.post(at(template, "publish/"))
    assert versions.in_use(template).number == 2


def test_copy_archive_export_and_import(browser, template):
    token = {"token": "one"}
    assert browser.post(at(template, "fork/"), token).url.endswith("/edit/")
    assert PromptTemplate.objects.get(name="Cup (copy)").forked_from.template == template
    file = browser.get(at(template, "export/"))
    assert json.loads(file.content) == exported(template)
    sent = {"file": SimpleUploadedFile("cup.json", file.content), "name": "Cup from afar"}
    assert browser.post("/library/import/", sent).status_code == 302
    assert PromptTemplate.objects.filter(name="Cup from afar").exists()
    bad = {"file": SimpleUploadedFile("cup.json", b"{")}
    answer = browser.post("/library/import/", bad, follow=True)
    assert "Nothing was imported. file: This is no JSON file." in answer.content.decode()
    browser.post(at(template, "archive/"), {"archived": "1"})
    assert "Cup from afar" in browser.get("/library/?q=cup").content.decode()
    assert browser.get("/library/?q=cup&state=archived").content.decode().count('"template"') == 1


def test_the_generate_page_offers_the_library(browser, template):
    assert b'hx-get="/library/pick/"' in browser.get("/generate/").content
    said = browser.get("/library/pick/?q=cup+surface").content.decode()
    assert f'href="/library/{template.uid}/"' in said
    address = re.search(r'href="(/generate/\?[^"]+)"', browser.post(
        at(template, "preview/"), {"v-surface": "slate"}).content.decode())  # fmt: skip
    page = browser.get(address[1].replace("&amp;", "&")).content.decode()
    assert "cup on slate" in page


def test_a_template_picked_for_a_client_is_theirs(browser, template, client):
    kit = client.brand_kit
    kit.defaults = {"surface": "walnut"}
    kit.save()
    picked = browser.get(f"/library/pick/?client={client.uid}&campaign=").content.decode()
    address = f"/library/{template.uid}/?client={client.uid}"
    assert f'href="{address}"' in picked
    assert 'placeholder="walnut"' in browser.get(address).content.decode()
    browser.post("/client/", {"client": client.uid})
    assert 'placeholder="walnut"' in browser.get(at(template)).content.decode()
    assert browser.post(at(template, "generate/"), {"client": client.uid}).status_code == 302
    assert Job.objects.get().cost_centre == client.centre


def test_a_viewer_looks_and_does_not_write(viewer, template):
    page = viewer.get(at(template)).content.decode()
    assert "button-spend" not in page and "Copy as my own" not in page
    for deed in ("generate/", "shot/", "fork/", "publish/", "archive/", "edit/"):
        assert viewer.post(at(template, deed)).status_code == 403, deed
    assert viewer.get("/library/new/").status_code == 403
    assert (Job.objects.count(), TemplateVersion.objects.filter(from_starter=False).count()) == (
        0,
        1,
    )


def test_another_workspace_has_its_own(stranger, template):
    assert "Cup" not in stranger.get("/library/?kind=food").content.decode()
    for deed in ("", "edit/", "export/"):
        assert stranger.get(at(template, deed)).status_code == 404
    for deed in ("preview/", "generate/", "shot/", "fork/", "publish/", "archive/"):
        assert stranger.post(at(template, deed)).status_code == 404, deed
