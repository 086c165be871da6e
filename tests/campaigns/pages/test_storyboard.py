"""The storyboard's page: planning, changing shots in place, the price on the button, the press."""

import re
from dataclasses import replace
from html import unescape

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from campaigns import briefs, shot_editing, storyboard
from campaigns.models import Campaign, Shot, Take
from generation.models import Batch, Job, LedgerLine, Quote
from tests.campaigns.planning.conftest import board, golden  # noqa: F401 - fixtures
from tests.generation.money.budgets_by_hand import budget_of

HTMX = {"HX-Request": "true"}


def at(campaign, tail=""):
    return f"/campaigns/{campaign.uid}/storyboard/{tail}"


def words(response) -> str:
    text = re.sub(r"<[^>]+>", " ", response.content.decode())
    return re.sub(r"\s+", " ", text)


def row(campaign):
    return list(storyboard.shots_of(campaign))


def ticked(shots, **more):
    return {"chosen": "1", "shots": [shot.uid for shot in shots], **more}


def test_an_empty_storyboard_says_what_the_brief_asks_for(browser, golden):  # noqa: F811
    said = words(browser.get(at(golden)))
    assert "The brief asks for 10 shots of 44 s together." in said
    assert "Plan the shots" in said


def test_planning_an_empty_storyboard_writes_it_and_spends_nothing(browser, golden):  # noqa: F811
    answer = browser.post(at(golden, "plan/"), follow=True)
    said = words(answer)
    assert "10 added. Nothing was spent." in said
    assert "Generate 1 draft of 10 shots · $1.18" in said
    for figure in ("Length 44 s", "Low $0.98", "Likely $1.18", "Worst $2.20"):
        assert figure in said
    assert "Pika: cheapest draft that does 9:16" in said
    counted = [kind.objects.count() for kind in (Job, LedgerLine, Take, Batch, Quote)]
    assert (len(row(golden)), counted) == (10, [0] * 5)


def test_a_new_plan_is_shown_before_it_is_taken_over(browser, board, access):  # noqa: F811
    shots = row(board)
    shot_editing.lock(access, shots[0], locked=True)
    brief = board.brief
    fields = replace(briefs.fields_of(brief), transition_count=1)
    briefs.change(access, board, fields, version=brief.version)
    shown = browser.post(at(board, "plan/"), follow=True)
    assert "8 kept, 2 taken out." in words(shown).lower()
    assert len(row(board)) == 10
    [fingerprint] = re.findall(r'name="fingerprint" value="(\w+)"', shown.content.decode())
    stale = browser.post(at(board, "plan/"), {"fingerprint": "0123456789abcdef"})
    assert stale.status_code == 422
    assert "Look at it again." in words(stale)
    assert len(row(board)) == 10
    browser.post(at(board, "plan/"), {"fingerprint": fingerprint})
    assert len(row(board)) == 8


def test_the_button_says_the_price_of_what_is_ticked(browser, board):  # noqa: F811
    five = [shot for shot in row(board) if shot.role == "b_roll"]
    told = browser.get(at(board, "total/"), ticked(five, takes_each="3"))
    assert "Generate 3 drafts of 5 shots · $1.50" in words(told)


def test_a_press_makes_what_the_button_said_once(browser, board):  # noqa: F811
    shots = [shot for shot in row(board) if shot.role == "b_roll"]
    sent = ticked(shots, takes_each="3", shown="1500000", token="t1")
    for _ in range(2):
        assert browser.post(at(board, "drafts/"), sent).status_code == 302
    assert (Batch.objects.count(), Take.objects.count()) == (1, 15)
    assert sum(line.held_delta for line in LedgerLine.objects.all()) == 1_500_000
    shown = words(browser.get(at(board)))
    assert "3 takes" in shown
    assert "Generate 1 draft of 5 shots · $0.68" in shown


@pytest.mark.parametrize("shown", ["", "1", "1490000"])
def test_a_price_that_was_not_shown_is_not_paid(browser, board, shown):  # noqa: F811
    answer = browser.post(at(board, "drafts/"), ticked(row(board), shown=shown))
    assert answer.status_code == 422
    assert "The price is $1.18 now. Press again to agree." in words(answer)
    assert (Job.objects.count(), LedgerLine.objects.count()) == (0, 0)


def test_a_shot_that_nobody_can_make_names_what_blocks_it(browser, board, access):  # noqa: F811
    shot = row(board)[0]
    shot_editing.edit(access, shot, replace(shot_editing.fields_of(shot), seconds=12))
    said = words(browser.get(at(board)))
    assert "The length alone blocks it: at 10 s, Kling makes it for $0.30." in said
    assert "Generate 1 draft of 9 shots · $1.08" in said
    pressed = browser.post(at(board, "drafts/"), ticked([shot], shown="0"))
    assert "Nobody can make shot 1 as it is. Untick it." in words(pressed)
    assert Job.objects.count() == 0


def test_a_shot_is_edited_where_it_stands(browser, board):  # noqa: F811
    shot = row(board)[1]
    form = browser.get(at(board), {"edit": shot.uid}, headers=HTMX)
    assert form.content.decode().lstrip().startswith('<div id="storyboard"')
    assert f"{shot.prompt}</textarea>" in form.content.decode()
    typed = {
        "prompt": "A hand closes the lid, slow push in, soft daylight",
        "role": "hook",
        "seconds": "4",
        "tier": "standard",
        "ratio": "9:16",
    }
    done = browser.post(at(board, f"{shot.uid}/edit/"), typed, headers=HTMX)
    assert done.status_code == 200
    assert "A hand closes the lid" in words(done)
    shot.refresh_from_db()
    assert (shot.role, shot.seconds, shot.tier) == ("hook", 4, "standard")


def test_a_wrong_field_keeps_what_was_typed_and_changes_nothing(browser, board):  # noqa: F811
    shot = row(board)[1]
    typed = {"prompt": "Another scene", "role": "b_roll", "seconds": "99", "tier": "draft"}
    answer = browser.post(at(board, f"{shot.uid}/edit/"), {**typed, "ratio": "9:16"})
    assert answer.status_code == 422
    assert "A clip is 3 to 20 seconds long, not 99." in words(answer)
    assert "Another scene</textarea>" in answer.content.decode()
    assert Shot.objects.get(pk=shot.pk).prompt == shot.prompt


def test_the_buttons_move_lock_double_split_and_take_out(browser, board, access):  # noqa: F811
    first, second, *_ = row(board)
    browser.post(at(board, f"{second.uid}/up/"))
    assert [shot.uid for shot in row(board)[:2]] == [second.uid, first.uid]
    browser.post(at(board, f"{second.uid}/duplicate/"))
    assert row(board)[1].prompt == second.prompt
    assert len(row(board)) == 11
    browser.post(at(board, f"{second.uid}/lock/"))
    refused = browser.post(at(board, f"{second.uid}/remove/"))
    assert (refused.status_code, len(row(board))) == (422, 11)
    gone = browser.post(at(board, f"{first.uid}/remove/"), follow=True)
    assert "A shot is taken out" in words(gone)
    browser.post(at(board, f"{first.uid}/restore/"))
    assert first.uid in [shot.uid for shot in row(board)]
    shot_editing.edit(access, first, replace(shot_editing.fields_of(first), seconds=8))
    browser.post(at(board, f"{first.uid}/split/"), {"first_seconds": "5"})
    assert [shot.seconds for shot in row(board) if shot.prompt == first.prompt] == [5, 3]


def test_dropping_a_shot_elsewhere_puts_all_into_that_order(browser, board):  # noqa: F811
    wanted = [shot.uid for shot in reversed(row(board))]
    browser.post(at(board, "order/"), {"order": wanted})
    assert [shot.uid for shot in row(board)] == wanted
    answer = browser.post(at(board, "order/"), {"order": wanted[1:]})
    assert answer.status_code == 422
    assert [shot.uid for shot in row(board)] == wanted


def test_the_ticked_shots_change_their_tier_together(browser, board):  # noqa: F811
    two = row(board)[:2]
    browser.post(at(board, "tier/"), ticked(two, tier="master"))
    assert [shot.tier for shot in row(board)[:3]] == ["master", "master", "draft"]


def test_a_stale_mark_says_why_and_goes_when_somebody_says_so(
    browser,
    board,  # noqa: F811
    access,
):
    brief = board.brief
    fields = replace(briefs.fields_of(brief), goal="Something else")
    briefs.change(access, board, fields, version=brief.version)
    said = words(browser.get(at(board)))
    assert said.count("The brief has changed since (version 2, now 3).") == 10
    browser.post(at(board, f"{row(board)[0].uid}/accept/"))
    assert words(browser.get(at(board))).count("The brief has changed since") == 9


def test_who_may_look_sees_prices_and_no_button(viewer, board):  # noqa: F811
    said = words(viewer.get(at(board)))
    assert "Likely $1.18" in said
    assert "Generate" not in said.split("Length")[1]
    before = [shot.uid for shot in row(board)]
    for tail in ("plan/", "drafts/", "order/", "tier/", "shots/", "live/"):
        assert viewer.post(at(board, tail)).status_code == 403
    for action in ("up", "lock", "remove", "edit", "split"):
        assert viewer.post(at(board, f"{before[1]}/{action}/")).status_code == 403
    assert [shot.uid for shot in row(board)] == before


def test_another_workspaces_storyboard_does_not_exist(stranger, board):  # noqa: F811
    shot = row(board)[0]
    assert stranger.get(at(board)).status_code == 404
    for tail in ("plan/", "drafts/", "order/", "tier/", "shots/", "live/", f"{shot.uid}/lock/"):
        assert stranger.post(at(board, tail)).status_code == 404
    shot.refresh_from_db()
    assert not shot.locked


def test_repeating_live_copies_the_plan_and_says_its_price(browser, board, settings):  # noqa: F811
    answer = browser.post(at(board, "live/"), follow=True)
    assert "is ready in live mode." in words(answer)
    assert Campaign.objects.filter(made_from=board, mode="live").count() == 1
    assert (Job.objects.count(), LedgerLine.objects.count()) == (0, 0)


def test_the_page_takes_as_many_queries_for_ten_shots_as_for_two(browser, board):  # noqa: F811
    browser.get(at(board))  # the catalogue is read once a process
    with CaptureQueriesContext(connection) as ten:
        browser.get(at(board))
    kept = [shot.pk for shot in row(board)[-2:]]
    Shot.objects.exclude(pk__in=kept).delete()
    with CaptureQueriesContext(connection) as two:
        browser.get(at(board))
    assert len(ten) == len(two)


def test_a_budget_that_refuses_drafts_shows_three_ways_out_and_the_way_to_the_owners(
    browser,
    access,
    golden,  # noqa: F811
):
    browser.post(at(golden, "plan/"))
    budget = budget_of(access, name="November", limit_micros=300_000)
    shots = row(golden)[:4]
    ticks = ticked(shots, takes_each="1")
    total = browser.get(at(golden, "total/"), ticks).content.decode()
    press = int(re.search(r'name="shown" value="(\d+)"', total)[1])
    assert press > 300_000
    assert f'name="ask" value="{budget.uid}:{press - 300_000}"' in total
    elsewhere = {"kind": "provider", "provider": "sora", "limit_micros": 1}
    budget_of(access, name="Sora cap", **elsewhere)
    assert "Sora cap" not in browser.get(at(golden, "total/"), ticks).content.decode()
    refused = browser.post(at(golden, "drafts/"), {**ticks, "shown": press, "token": "t"})
    assert refused.status_code == 402
    said = words(refused)
    assert "has $0.30 left" in said
    assert re.search(r"Tick only shots? [\d, ]+: \$0\.\d\d\.", said)
    assert "draft tier" in said or "A cheaper tier saves nothing" in said
    page = refused.content.decode()
    [ask] = re.findall(r'form="ask-form" name="ask" value="([^"]+)"', page)
    assert ask == f"{budget.uid}:{press - 300_000}"
    fields = re.findall(r'form="ask-form" name="(\w+)" value="([^"]*)"', page)
    back = {name: unescape(value) for name, value in fields}
    sent = {**back, "budget": budget.uid, "amount": "1", "reason": "These four"}
    asked = browser.post("/approvals/", sent)
    assert asked.url.startswith(f"{at(golden)}?asked=apr_")
    again = browser.get(asked.url)
    assert "$1.00 more in “November” waits for an owner." in words(again)
    assert f"Generate 1 draft of {len(shots)} shots" in words(again)
    assert [kind.objects.count() for kind in (Job, LedgerLine, Take, Batch)] == [0] * 4


def test_a_shots_form_reviews_its_prompt_for_the_client_and_picks_from_the_library(
    browser,
    golden,  # noqa: F811
):
    browser.post(at(golden, "plan/"))
    shot = row(golden)[0]
    page = browser.get(at(golden), {"edit": shot.uid}).content.decode()
    assert 'hx-post="/generate/review/"' in page and 'hx-post="/generate/rewrite/"' in page
    assert 'hx-include="#shot-form"' in page
    assert f'name="client" value="{golden.client.uid if golden.client else ""}"' in page
    assert f'hx-get="/library/pick/?shot={shot.uid}"' in page
    picked = browser.get("/library/pick/", {"shot": shot.uid}).content.decode()
    assert re.search(rf'href="/library/tpl_\w+/\?shot={shot.uid}"', picked)
    adding = browser.get(at(golden), {"add": "1"}).content.decode()
    assert f'hx-get="/library/pick/?campaign={golden.uid}"' in adding
    # The fields of the review are none of the shot's.
    typed = {"prompt": "Hands open a box", "role": "b_roll", "seconds": "5", "tier": "draft"}
    review = {"mode": "image_to_video", "client": "cc_nobody", "ratio": "16:9"}
    assert browser.post(at(golden, f"{shot.uid}/edit/"), {**typed, **review}).status_code < 400
