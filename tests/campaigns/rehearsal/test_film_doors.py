"""The film over HTTP and on its page: states, rights, what is refused."""

import pytest

from campaigns.models import Film, Shot
from campaigns.rehearsal import films, making
from tests.generation.api.conftest import make_caller, only_error

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(campaign):
    return f"campaigns/{campaign.uid}/rehearsal"


def test_from_nothing_to_a_film(caller, campaign, shot, take, at):
    take(shot(1), "Draft one")
    shot(2)
    told = caller.get(at).json()
    assert (told["state"], told["id"], told["asset"], told["progress"]) == ("none", None, None, 0)
    assert [(part["number"], part["shows"]) for part in told["parts"]] == [
        (1, "draft"),
        (2, "animatic"),
    ]
    made = caller.post(at)
    assert made.status_code == 202
    assert (made.json()["state"], made.json()["frames_total"]) == ("queued", 48)
    assert making.make_next()
    done = caller.get(at).json()
    assert (done["state"], done["progress"], done["outdated"]) == ("ready", 100, False)
    assert done["asset"]["kind"] == "film"
    assert caller.client.get(done["asset"]["url"]).status_code == 200
    assert caller.client.get(done["asset"]["thumbnail_url"])["Content-Type"] == "image/jpeg"
    again = caller.post(at)
    assert (again.status_code, again.json()["id"]) == (200, done["id"])
    Shot.objects.filter(position=2).update(prompt="Rain")
    later = caller.get(at).json()
    assert (later["state"], later["outdated"]) == ("ready", True)
    assert later["asset"]["asset_id"] == done["asset"]["asset_id"]


def test_one_key_makes_one_film(caller, shot, at):
    shot(1)
    first = caller.post(at, key="a")
    assert making.make_next()
    second = caller.post(at, key="a")
    assert second["Idempotent-Replayed"] == "true"
    assert second.json() == first.json()


def test_refusals_write_nothing(caller, shot, at):
    assert only_error(caller.post(at))[:3] == (400, "required", "shots")
    shot(1)
    assert only_error(caller.post(at, {"fps": 30}))[:3] == (400, "unknown_field", "fps")
    assert Film.objects.count() == 0


def test_others_find_no_film(caller, foreign_caller, live_caller, shot, at):
    shot(1)
    for other in (foreign_caller, live_caller):
        assert other.get(at).status_code == 404
        assert other.post(at).status_code == 404
    assert Film.objects.count() == 0


def test_a_reader_may_not_make_it_and_sees_no_footage(workspace, owner, shot, at, access, campaign):
    shot(1)
    reader = make_caller(workspace, owner, scopes=["campaigns:read"])
    assert reader.post(at).status_code == 403
    assert Film.objects.count() == 0
    films.ask(access, campaign)
    assert making.make_next()
    told = reader.get(at).json()
    assert (told["state"], told["asset"]["url"]) == ("ready", None)


def test_the_page_offers_the_film_then_shows_it(browser, campaign, shot):
    empty = browser.get(f"/campaigns/{campaign.uid}/rehearsal/").content.decode()
    assert "The storyboard is empty" in empty and "Make the film" not in empty
    shot(1)
    here = f"/campaigns/{campaign.uid}/film/"
    assert "Make the film" in browser.get(here).content.decode()
    posted = browser.post(f"{here}make/", headers={"HX-Request": "true"})
    piece = posted.content.decode()
    assert posted.status_code == 200
    assert 'hx-trigger="every 2s"' in piece and "0 of 24 frames" in piece
    asking = {"HX-Request": "true", "HX-Target": "film-work"}
    assert "HX-Retarget" not in browser.get(here, headers=asking)
    assert making.make_next()
    answer = browser.get(here, headers=asking)
    assert (answer["HX-Retarget"], answer["HX-Reselect"]) == ("#film", "#film")
    done = answer.content.decode()
    assert "<video" in done and "hx-trigger" not in done and "Make the film" not in done
    assert "It costs nothing" not in done
    whole = browser.get(f"/campaigns/{campaign.uid}/rehearsal/").content.decode()
    assert "Animatic" in whole and "<video" in whole


def test_without_script_the_page_comes_back(browser, campaign, shot):
    shot(1)
    answer = browser.post(f"/campaigns/{campaign.uid}/film/make/")
    assert (answer.status_code, answer["Location"]) == (
        302,
        f"/campaigns/{campaign.uid}/rehearsal/",
    )


def test_the_page_keeps_strangers_and_viewers_out(stranger, viewer, campaign, shot):
    shot(1)
    here = f"/campaigns/{campaign.uid}/film/"
    assert stranger.get(here).status_code == 404
    assert stranger.post(f"{here}make/").status_code == 404
    assert viewer.get(here).status_code == 200
    assert "Make the film" not in viewer.get(here).content.decode()
    assert viewer.post(f"{here}make/").status_code == 403
    assert Film.objects.count() == 0


def test_the_piece_asks_as_often_however_many_shots(
    browser, campaign, shot, take, django_assert_max_num_queries
):
    for position in range(1, 5):
        take(shot(position), "Draft one")
    browser.get(f"/campaigns/{campaign.uid}/film/")
    with django_assert_max_num_queries(12):
        browser.get(f"/campaigns/{campaign.uid}/film/")
