"""The draft board: the sheet, verdicts by one press, more takes, and what arrives by itself."""

import re

import pytest

from campaigns.models import Take
from generation.models import Job
from tests.campaigns.footing import drafted, failed, finished, shot_of, take_of


@pytest.fixture
def shot(shop, campaign):
    return shot_of(campaign)


def board(browser, campaign, **query):
    response = browser.get(f"/campaigns/{campaign.uid}/drafts/", query)
    assert response.status_code == 200
    return response.content.decode()


def judge(browser, take, **typed):
    return browser.post(f"/takes/{take.uid}/judge/", typed, headers={"HX-Request": "true"})


def test_the_board_shows_every_take_at_a_glance(browser, access, campaign, shot):
    done = drafted(access, shot)
    refused = take_of(access, shot, note="slower")
    failed(refused, error="Runway refused this prompt.", cost_micros=250_000)
    running = take_of(access, shot)
    page = board(browser, campaign)
    for take in (done, refused, running):
        assert f'id="take-{take.uid}"' in page
    assert "Runway refused this prompt. $0.25 was charged; it is not tried again by itself." in page
    assert "slower" in page
    assert "Make 1 take · " in page and "$0.10" in page
    assert 'hx-trigger="every 2s"' in page
    assert "0 of 1 shot picked" in page


def test_the_address_filters_by_shot_and_state(browser, access, campaign, shot):
    other = shot_of(campaign, position=2, role="hook")
    one, two = drafted(access, shot), drafted(access, other)
    page = board(browser, campaign, shot=other.uid)
    assert f"take-{two.uid}" in page and f"take-{one.uid}" not in page
    judge(browser, one, do="pick")
    page = board(browser, campaign, state="picked")
    assert f"take-{one.uid}" in page and f"take-{two.uid}" not in page
    assert "No take in this state" in board(browser, campaign, state="rejected")


def test_an_empty_campaign_leads_to_its_storyboard(browser, shop, campaign):
    assert "No shots yet" in board(browser, campaign)


def test_one_press_judges_and_answers_the_cards_that_changed(browser, access, campaign, shot):
    one, two = drafted(access, shot), drafted(access, shot)
    judge(browser, one, do="pick")
    answer = judge(browser, two, do="pick").content.decode()
    assert answer.count('class="take') >= 2
    assert f'id="take-{one.uid}"' in answer and 'hx-swap-oob="true"' in answer
    assert "1 of 1 shot picked" in answer
    one.refresh_from_db()
    two.refresh_from_db()
    assert (one.verdict, two.verdict) == ("", "picked")
    judge(browser, one, rating="4")
    judge(browser, one, do="reject", reason="motion", note="too fast")
    one.refresh_from_db()
    assert (one.rating, one.verdict, one.reject_reason) == (4, "rejected", "motion")
    assert (one.reject_note, one.judged_by.username) == ("too fast", "olga")
    judge(browser, one, do="undo")
    one.refresh_from_db()
    assert (one.rating, one.verdict, one.reject_reason, one.reject_note) == (4, "", "", "")


@pytest.mark.parametrize("typed", [{"rating": "6"}, {"do": "reject"}, {"do": "dance"}, {}])
def test_a_verdict_that_is_none_changes_nothing(browser, access, shot, typed):
    take = drafted(access, shot)
    assert judge(browser, take, **typed).status_code == 422
    take.refresh_from_db()
    assert (take.rating, take.verdict, take.judged_at) == (None, "", None)


def test_without_scripts_a_verdict_comes_back_to_the_board(browser, access, campaign, shot):
    take = drafted(access, shot)
    response = browser.post(f"/takes/{take.uid}/judge/", {"do": "pick"})
    assert response.url == f"/campaigns/{campaign.uid}/drafts/#take-{take.uid}"


def test_polling_says_nothing_new_then_ends(browser, access, campaign, shot):
    take = take_of(access, shot)
    page = board(browser, campaign)
    version = re.search(r'id="board" class="board" data-version="(\w+)"', page)[1]
    live = f"/campaigns/{campaign.uid}/drafts/live/"
    assert browser.get(live, {"v": version}).status_code == 204
    finished(take)
    ended = browser.get(live, {"v": version})
    assert ended.status_code == 286
    assert "data-clip" in ended.content.decode()


def test_more_takes_are_priced_and_made_once(browser, access, campaign, shot):
    price = browser.get(f"/shots/{shot.uid}/more/price/", {"count": "3"}).content.decode()
    assert "Make 3 takes · " in price and "$0.30" in price
    typed = {"count": "3", "note": "warmer light", "shown": "300000", "token": "t1"}
    for _ in range(2):  # pressed twice
        response = browser.post(f"/shots/{shot.uid}/more/", typed)
        assert response.url == f"/campaigns/{campaign.uid}/drafts/#shot-{shot.uid}"
    assert list(Take.objects.values_list("number", "note")) == [
        (1, "warmer light"),
        (2, "warmer light"),
        (3, "warmer light"),
    ]


def test_a_button_never_spends_more_than_it_said(browser, campaign, shot):
    response = browser.post(f"/shots/{shot.uid}/more/", {"count": "3", "shown": "100000"})
    assert response.status_code == 422
    assert "The price has changed to $0.30" in response.content.decode()
    assert not Job.objects.exists()


def test_words_changed_for_these_takes_leave_the_shot_alone(browser, campaign, shot):
    typed = {"count": "1", "prompt": "A kettle sings", "shown": "100000"}
    browser.post(f"/shots/{shot.uid}/more/", typed)
    shot.refresh_from_db()
    assert (Job.objects.get().prompt, shot.prompt) == (
        "A kettle sings",
        "A kettle boils in a quiet kitchen",
    )


def test_variants_are_shown_with_their_price_and_made(browser, campaign, shot):
    address = f"/shots/{shot.uid}/variants/"
    typed = {"setting": "kitchen\nstreet", "camera": "static\norbit", "most": "12"}
    page = browser.get(address, typed).content.decode()
    assert "Make 4 variants · " in page and "$0.40" in page
    assert not Job.objects.exists()
    browser.post(address, {**typed, "shown": "400000"})
    assert [take.factors for take in Take.objects.order_by("number")] == [
        {"setting": "kitchen", "camera": "static"},
        {"setting": "kitchen", "camera": "orbit"},
        {"setting": "street", "camera": "static"},
        {"setting": "street", "camera": "orbit"},
    ]
    assert browser.get(address).status_code == 200


def test_viewers_look_and_strangers_find_nothing(viewer, stranger, access, campaign, shot):
    take = drafted(access, shot)
    page = board(viewer, campaign)
    assert f"take-{take.uid}" in page and "take-acts" not in page and "Make 1 take" not in page
    assert judge(viewer, take, do="pick").status_code == 403
    assert viewer.post(f"/shots/{shot.uid}/more/", {"shown": "1"}).status_code == 403
    for path in (f"/campaigns/{campaign.uid}/drafts/", f"/shots/{shot.uid}/variants/"):
        assert stranger.get(path).status_code == 404
    assert judge(stranger, take, do="pick").status_code == 404


def test_the_board_asks_the_same_number_of_questions(
    browser, access, campaign, shot, django_assert_max_num_queries
):
    for _ in range(2):
        drafted(access, shot)
    board(browser, campaign)  # what is made once is made
    with django_assert_max_num_queries(60) as few:
        board(browser, campaign)
    other = shot_of(campaign, position=2, role="hook")
    for _ in range(3):
        drafted(access, other)
        take_of(access, shot)
    with django_assert_max_num_queries(len(few)):
        board(browser, campaign)
