"""The rehearsal campaign: every room filled once, whoever dies on the way, and gone on request."""

import pytest
from django.utils import timezone

from accounts.access import Access, Forbidden
from accounts.models import Membership, Mode, Role
from campaigns.first_run import running, setting_up, steps, story
from campaigns.first_run.steps import STEPS
from campaigns.models import AdResult, Campaign, Client, FirstRun, PromptTemplate, Shot, Take
from campaigns.winners.report import report
from footage.drawing.product import product_photo
from generation import clock
from generation.asks import Refused
from generation.models import Batch, Budget, Job, LedgerLine, RateCard
from tests.campaigns.footing import finished

DRAFTS, JUDGED, VARIED = 6, 7, 9  # how many steps are done when each waits


@pytest.fixture(autouse=True)
def no_waiting(monkeypatch):
    monkeypatch.setattr(running, "LOOK_AGAIN_SECONDS", 0.0)


def end_takes() -> None:
    for take in Take.objects.exclude(job__state="completed"):
        finished(take)


def counts() -> tuple[int, ...]:
    kept = (Client, Campaign, Shot, Take, Job, Batch, Budget, LedgerLine, PromptTemplate)
    return tuple(model.objects.count() for model in kept)


def test_it_fills_every_room_and_does_each_step_once(access, shop):
    running.start(access)
    running.go_on()
    run = FirstRun.objects.get()
    assert (run.step, run.done_at, run.reason) == (JUDGED, None, "")  # the drafts are not back
    before = counts()
    running.go_on()
    assert counts() == before
    end_takes()
    running.go_on()
    run.refresh_from_db()
    assert (run.step, run.done_at) == (VARIED, None)
    end_takes()
    running.go_on()
    run.refresh_from_db()
    assert run.step == len(STEPS) and run.done_at is not None and run.due_at is None
    _assert_filled(run.campaign)
    before = counts()
    running.start(access)
    running.go_on()
    assert counts() == before and FirstRun.objects.count() == 1


def _assert_filled(campaign):
    shots = list(campaign.shots.order_by("position"))
    assert [shot.role for shot in shots].count("b_roll") == 3
    assert [shot.role for shot in shots].count("product") == setting_up.PHOTOS
    assert [shot.picked_id is not None for shot in shots] == [True] * (len(shots) - 1) + [False]
    takes = Take.objects.filter(shot__campaign=campaign)
    assert takes.filter(verdict="rejected").count() == 1
    assert takes.filter(promoted_from__isnull=False).count() == 1
    assert takes.exclude(factors={}).count() == 4
    assert AdResult.objects.count() == 8
    assert any(shot.winner is not None for shot in report(campaign).shots)
    assert Batch.objects.filter(name=story.BATCH).get().total == 4
    assert Job.objects.filter(prompt__in=(story.FAILING, story.REFUSED)).count() == 2
    [budget] = Budget.objects.all()
    assert (budget.hard, budget.cost_centre_id) == (False, campaign.centre_id)
    assert RateCard.objects.get().client_id == campaign.client.centre_id
    assert PromptTemplate.objects.exclude(starter="").exists()
    assert campaign.films.exists()


def test_a_step_that_dies_is_done_anew_as_if_it_had_never_begun(access, shop, monkeypatch):
    running.start(access)

    def dies(run: FirstRun, access: Access) -> None:
        steps.making.make_drafts(run, access)
        raise KeyboardInterrupt

    broken = [*STEPS]
    broken[DRAFTS - 1] = steps.Step(words="Drafts", does=dies)
    monkeypatch.setattr(running, "STEPS", tuple(broken))
    with pytest.raises(KeyboardInterrupt):
        running.go_on()
    assert FirstRun.objects.get().step == DRAFTS - 1
    assert Take.objects.count() == 0 and LedgerLine.objects.count() == 0
    monkeypatch.setattr(running, "STEPS", STEPS)
    running.go_on()
    assert FirstRun.objects.get().step == JUDGED
    assert Take.objects.count() == 2 * Shot.objects.count()


def test_a_refusal_stops_it_with_words_and_another_press_goes_on(access, shop, monkeypatch):
    running.start(access)

    def refuses(run: FirstRun, access: Access) -> None:
        raise Refused("Nobody makes drafts today.", field="tier")

    broken = [*STEPS]
    broken[DRAFTS - 1] = steps.Step(words="Drafts", does=refuses)
    monkeypatch.setattr(running, "STEPS", tuple(broken))
    running.go_on()
    run = FirstRun.objects.get()
    assert (run.step, run.due_at, run.reason) == (DRAFTS - 1, None, "Nobody makes drafts today.")
    monkeypatch.setattr(running, "STEPS", STEPS)
    running.start(access)
    running.go_on()
    assert FirstRun.objects.get().step == JUDGED


def test_never_in_live_mode_and_never_without_the_rights(access, workspace, shop):
    live = Access(
        workspace_id=workspace.pk, mode=Mode.LIVE, role=Role.OWNER, user_id=access.user_id
    )
    with pytest.raises(Refused, match="test mode"):
        running.start(live)
    looks = Access(
        workspace_id=workspace.pk, mode=Mode.TEST, role=Role.VIEWER, user_id=access.user_id
    )
    with pytest.raises(Forbidden):
        running.start(looks)
    assert FirstRun.objects.count() == 0 and Client.objects.count() == 0


def test_who_has_left_the_workspace_makes_nothing_more(access, shop):
    running.start(access)
    Membership.objects.all().delete()
    running.go_on()
    run = FirstRun.objects.get()
    assert (run.step, run.reason) == (0, running.GONE) and Client.objects.count() == 0


def test_removed_is_archived_and_the_next_one_has_names_of_its_own(access, shop):
    running.start(access)
    running.go_on()
    spent = LedgerLine.objects.count()
    running.remove(access)
    running.remove(access)
    assert Campaign.objects.get().archived_at and Client.objects.get().archived_at
    assert Budget.objects.get().active is False and LedgerLine.objects.count() == spent
    assert running.run_of(access) is None
    running.go_on()
    assert FirstRun.objects.get().step == JUDGED  # it stays where it was
    running.start(access)
    running.go_on()
    names = list(Campaign.objects.order_by("pk").values_list("centre__name", flat=True))
    assert names == [story.CAMPAIGN, f"{story.CAMPAIGN} 2"]


def test_its_page_offers_shows_and_removes(access, browser, viewer, shop):
    assert "Start a rehearsal campaign · $0.00" in browser.get("/").text
    assert "Start a rehearsal campaign" not in viewer.get("/").text
    assert viewer.post("/first-run/start/").status_code == 403
    assert browser.post("/first-run/start/").status_code == 302
    assert "A client with its brand kit" in browser.get("/first-run/").text
    running.go_on()
    shown = browser.get("/first-run/", headers={"HX-Request": "true"})
    assert shown.status_code == 200 and "of 12 takes are back" in shown.text
    FirstRun.objects.update(step=len(STEPS), due_at=None, done_at=timezone.now())
    shown = browser.get("/first-run/", headers={"HX-Request": "true"})
    assert shown.status_code == 286 and "What to look at" in shown.text
    uid = Campaign.objects.get().uid
    assert "This is the rehearsal campaign" in browser.get(f"/campaigns/{uid}/").text
    assert browser.post("/first-run/remove/").status_code == 302
    assert Campaign.objects.get().archived_at is not None


def test_another_workspace_sees_nothing_of_it(access, stranger, shop):
    running.start(access)
    running.go_on()
    assert "See every room filled" in stranger.get("/first-run/").text
    stranger.post("/first-run/remove/")
    assert FirstRun.objects.get().removed_at is None


def test_the_drawn_photo_is_the_same_every_time():
    assert product_photo(0) == product_photo(0)
    assert product_photo(0) != product_photo(1)
    assert product_photo(0)[:3] == b"\xff\xd8\xff"


def test_the_sweep_finds_what_is_due(access, shop):
    assert not running.anything_due()
    running.start(access)
    assert running.anything_due()
    FirstRun.objects.update(due_at=clock.after(60))
    assert not running.anything_due()
