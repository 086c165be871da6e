"""The press of the button: one job, one hold, and nothing lost when it is refused."""

import pytest

from generation import clock
from generation.models import Budget, Event, Job, LedgerLine

FORM = {
    "prompt": "A kettle boils",
    "mode": "text_to_video",
    "tier": "draft",
    "ratio": "9:16",
    "seconds": "5",
    "provider": "",
    "fallback_shown": "1",
    "enable_fallback": "1",
    "token": "one-rendering",
}
HTMX = {"HX-Request": "true"}


def nothing_was_made() -> bool:
    counts = (Job.objects.count(), LedgerLine.objects.count(), Event.objects.count())
    return counts == (0, 0, 0)


def test_the_page_shows_each_tiers_price_and_the_route(browser):
    page = browser.get("/generate/").content.decode()
    for price in ("$0.10", "$0.25", "$1.25"):
        assert price in page
    assert "First in the standard order. Usually ready in about 4 to 8\u00a0s." in page
    assert "If it fails: Kling $0.15, then Pika $0.10. At most $0.25." in page
    assert 'Generate · <span class="price">$0.25</span>' in page


def test_pressing_makes_one_job_and_holds_its_price(browser):
    response = browser.post("/generate/", FORM)
    job = Job.objects.get()
    assert (response.status_code, response["Location"]) == (302, f"/jobs/{job.uid}/")
    assert (job.prompt, job.tier, job.ratio, job.seconds) == ("A kettle boils", "draft", "9:16", 5)
    line = LedgerLine.objects.get()
    assert (line.kind, line.held_delta) == ("hold", 100_000)


def test_a_double_press_makes_one_job(browser):
    first, second = browser.post("/generate/", FORM), browser.post("/generate/", FORM)
    assert first["Location"] == second["Location"]
    assert (Job.objects.count(), LedgerLine.objects.count()) == (1, 1)


def test_the_same_form_with_other_words_is_another_wish(browser):
    browser.post("/generate/", FORM)
    browser.post("/generate/", {**FORM, "prompt": "A kettle whistles"})
    browser.post("/generate/", {**FORM, "token": "another-rendering"})
    assert Job.objects.count() == 3


def test_htmx_gets_the_form_back_with_a_new_token_and_the_latest_list(browser):
    response = browser.post("/generate/", FORM, headers=HTMX)
    page = response.content.decode()
    job = Job.objects.get()
    assert response.status_code == 200
    assert "A kettle boils</textarea>" in page
    assert 'value="one-rendering"' not in page
    assert f'id="row-{job.uid}"' in page
    assert f'Queued. <a href="/jobs/{job.uid}/">Open the job</a>' in page


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"prompt": "  "}, "Describe the scene or the motion."),
        ({"seconds": "2"}, "Choose 3 to 20 whole seconds."),
        ({"seed": "abc"}, "A seed is a whole number"),
        ({"ratio": "2:1"}, "Choose one of 16:9, 9:16, 1:1, 4:5."),
        ({"style": "baroque"}, "Choose one of cinematic"),
        ({"provider": "acme"}, "Choose one of the providers, or leave it to the tier."),
        ({"max_cost": "0.01"}, "above the cap of $0.01"),
        ({"seconds": "15", "tier": "draft"}, "makes 15 s"),
        ({"mode": "image_to_video"}, "Add the picture that should move."),
        ({"mode": "image_to_video", "picture": "asset_x"}, "There is no such upload"),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refusal_stands_at_its_field_and_nothing_typed_is_lost(browser, change, words, headers):
    kept = {"negative_prompt": "no logos", "prompt": "A kettle boils"}
    response = browser.post("/generate/", {**FORM, **kept, **change}, headers=headers)
    page = response.content.decode()
    assert response.status_code == 422
    assert words in page
    assert "no logos</textarea>" in page
    assert {**kept, **change}["prompt"] in page
    assert nothing_was_made()


def test_a_budget_that_is_too_small_is_named_with_what_is_left(browser, workspace):
    Budget.objects.create(
        workspace=workspace,
        mode="test",
        name="November",
        kind="workspace",
        starts_on=clock.now().date(),
        limit_micros=50_000,
    )
    response = browser.post("/generate/", FORM)
    page = response.content.decode()
    assert response.status_code == 422
    assert (
        "The budget “November” has $0.05 left; this clip needs $0.10. Nothing was started." in page
    )
    assert nothing_was_made()


def test_a_refused_press_can_be_repeated_with_the_same_token(browser):
    browser.post("/generate/", {**FORM, "seconds": "2"})
    browser.post("/generate/", FORM)
    assert Job.objects.count() == 1


def test_the_price_follows_the_form_and_writes_nothing(browser):
    page = browser.get("/generate/price/?tier=draft&seconds=3").content.decode()
    assert "<strong>$0.06</strong>" in page
    assert '<span id="spend-label" hx-swap-oob="true">' in page
    reframed = browser.get("/generate/price/?tier=standard&ratio=4:5").content.decode()
    assert "then cut to 4:5." in reframed
    alone = browser.get("/generate/price/?provider=sora&fallback_shown=1").content.decode()
    assert "Your choice" in alone
    assert "No other provider is tried. At most $1.25." in alone
    animated = browser.get("/generate/price/?tier=high&mode=image_to_video").content.decode()
    assert "Sora makes no image to video." in animated
    assert nothing_was_made()


def test_a_price_that_cannot_be_had_says_why(browser):
    page = browser.get("/generate/price/?tier=draft&seconds=15").content.decode()
    assert "No price yet" in page
    assert "Sora makes up to 20 s" in page or "Sora up to 20 s" in page


def test_a_wrong_seed_does_not_hide_the_price(browser):
    assert "$0.10" in browser.get("/generate/price/?tier=draft&seed=abc").content.decode()


def test_a_job_can_be_asked_for_anew_with_its_words_in_the_form(browser, ask):
    job = ask("A very particular kettle", seed=7, seconds=4)
    page = browser.get(f"/generate/?from={job.uid}").content.decode()
    assert "A very particular kettle</textarea>" in page
    assert 'name="seed" inputmode="numeric" value="7"' in page


def test_the_latest_list_rests_while_nothing_changes(browser, ask):
    ask()
    page = browser.get("/generate/latest/").content.decode()
    version = page.split("?v=")[1].split('"')[0]
    assert browser.get(f"/generate/latest/?v={version}").status_code == 204
    Job.objects.update(state="failed", ended_at=clock.now())
    ended = browser.get(f"/generate/latest/?v={version}")
    assert ended.status_code == 200
    assert "hx-trigger" not in ended.content.decode()
