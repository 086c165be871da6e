"""The review beside the prompt, and the proposal one asks it for."""

import re

import pytest
from django.test import Client as Browser

from generation.models import Job, LedgerLine
from tests.campaigns.prompts.stand_in import StandIn

KITE = "Close-up of a red kite over a beach, slow pan, low sun"
FORM = {"mode": "text_to_video", "tier": "draft", "seconds": "5", "ratio": "16:9", "provider": ""}


def posted(browser, name, **fields):
    """The piece of page that comes back, its blanks made one."""
    answer = browser.post(f"/generate/{name}/", {**FORM, **fields}, headers={"HX-Request": "true"})
    assert answer.status_code == 200
    assert (Job.objects.count(), LedgerLine.objects.count()) == (0, 0)
    return " ".join(answer.content.decode().split())


def test_a_sound_prompt_takes_one_line(browser, shop):
    piece = posted(browser, "review", prompt=KITE)
    assert '<span class="review-words">Reads well</span>' in piece
    assert "findings" not in piece
    assert "Reviewed as you write" in posted(browser, "review", prompt="  ")


def test_the_heaviest_finding_stands_in_the_line_and_all_behind_it(browser, shop):
    piece = posted(browser, "review", prompt=f"{KITE}, cool, no people")
    line, _, behind = piece.partition('<div id="review-body"')
    assert "“cool” is an opinion; nobody can film it." in line
    assert "and 1 more" in line
    assert 'hx-swap-oob="true"' in behind
    assert behind.count("<li>") == 2
    assert (behind.count("Improve"), behind.count("Hint")) == (1, 1)


def test_a_form_that_does_not_fit_together_is_reviewed_all_the_same(browser, shop):
    odd = {"mode": "x", "tier": "x", "seconds": "²", "provider": "x", "style": "x"}
    assert "Too vague" in posted(browser, "review", prompt="Phone", **odd)
    # No offer makes 20 seconds at Pika alone; what is wrong with the prompt is said anyway.
    long = {"seconds": "20", "provider": "pika"}
    assert "Too vague" in posted(browser, "review", prompt="Phone", **long)
    assert "Proposed rewrite" in posted(browser, "rewrite", prompt="A cool kite at sea", **long)


def test_a_proposal_shows_what_changes_and_why(browser, shop):
    piece = posted(browser, "rewrite", prompt="A nice red kite over a beach,\r\nno people")
    assert "<del>nice </del>" in piece
    assert "<ins>" in piece
    assert "An opinion cannot be filmed." in piece
    kept = re.search(r'data-rewrite="prompt"> ?(.*?)</textarea>', piece)[1]
    assert kept == "A red kite over a beach, soft natural light, slow push in"
    assert re.search(r'data-rewrite="negative_prompt"> ?people</textarea>', piece)
    assert "data-accept-rewrite" in piece and "data-keep-mine" in piece


def test_where_nothing_is_to_be_done_nothing_is_to_be_taken(browser, shop):
    piece = posted(browser, "rewrite", prompt=KITE.replace(", slow pan, low sun", " at dawn"))
    assert "There is nothing that a rewrite would mend." in piece
    assert "data-accept-rewrite" not in piece
    assert "Only you know" in posted(browser, "rewrite", prompt="Make a video")


def test_text_is_shown_as_text(browser, shop):
    piece = posted(browser, "rewrite", prompt="A nice <b>kite</b> & a boat at sea </textarea>")
    assert "<b>" not in piece
    assert "&lt;b&gt;kite&lt;/b&gt; &amp; a boat" in piece


@pytest.mark.parametrize("name", ["review", "rewrite"])
def test_what_generate_would_refuse_is_said(browser, shop, name):
    assert "Remove the control characters." in posted(browser, name, prompt="a\x07")


def test_a_language_models_failure_is_a_note(browser, shop, settings):
    model = StandIn()
    model.close()
    settings.PROMPT_MODEL = {"base_url": model.base_url, "key": "", "name": "small"}
    piece = posted(browser, "rewrite", prompt="A nice red kite over a beach")
    assert "The language model could not be asked." in piece
    assert "data-accept-rewrite" in piece


def test_who_may_look(viewer, client, shop, db):
    assert posted(viewer, "review", prompt=KITE)
    assert viewer.get("/generate/review/").status_code == 405
    assert Browser().post("/generate/review/", FORM).status_code == 302


def test_generating_does_not_depend_on_it(browser, shop):
    page = browser.get("/generate/").content.decode()
    assert 'id="review-line"' in page
    assert "load, input from:#prompt" not in page
    again = browser.get("/generate/?prompt=Phone").content.decode()
    assert "load, input from:#prompt" in again


def test_the_brand_kit_of_whom_it_is_for_binds_review_and_rewrite(browser, shop, client, campaign):
    kit = client.brand_kit
    kit.locked_phrases, kit.avoid = ["cool kite"], ["balloons"]
    kit.save()
    for chosen in ({"client": client.uid}, {"campaign": campaign.uid}):
        bound = posted(browser, "rewrite", prompt="A cool kite over balloons", **chosen)
        assert "<del>cool" not in bound and "cool kite" in bound
        assert "balloons" in posted(browser, "review", prompt=f"{KITE}, balloons", **chosen)
    free = posted(browser, "rewrite", prompt="A cool kite over balloons")
    assert "<del>cool" in free
    # Terms that nobody offers do not let the client's words go.
    odd = {"seconds": "20", "provider": "pika", "client": client.uid}
    assert "<del>cool" not in posted(browser, "rewrite", prompt="A cool kite over a sea", **odd)
