"""A new plan beside the storyboard that stands: what stays, what changes, what goes."""

from dataclasses import replace

import pytest

from campaigns import briefs, replanning, shot_editing, storyboard, takes
from campaigns.models import Shot
from campaigns.planning.reading import plan_of
from campaigns.replanning import Fate
from campaigns.shot_editing import ShotFields
from campaigns.takes import TakeWish
from generation.asks import Refused
from tests.campaigns.planning.conftest import SCENES


def row(campaign):
    return list(storyboard.shots_of(campaign))


def rebrief(access, campaign, **more):
    brief = campaign.brief
    brief.refresh_from_db()
    briefs.change(access, campaign, replace(briefs.fields_of(brief), **more), version=brief.version)


def counts(found):
    return {fate.value: found.count(fate) for fate in Fate if found.count(fate)}


def apply(access, campaign):
    return replanning.apply(access, campaign, plan_of(campaign))


def test_the_same_brief_again_changes_nothing(board, access):
    before = [(shot.uid, shot.prompt) for shot in row(board)]
    found = apply(access, board)
    assert (counts(found), found.changes_nothing) == ({"kept": 10}, True)
    assert [(shot.uid, shot.prompt) for shot in row(board)] == before


def test_looking_at_a_plan_writes_nothing(board, access):
    rebrief(access, board, scenes=("Another scene",), style="cinematic")
    before = list(Shot.objects.order_by("pk").values())
    assert not replanning.diff(board, plan_of(board)).changes_nothing
    assert list(Shot.objects.order_by("pk").values()) == before


def test_a_changed_scene_is_changed_in_its_place(board, access):
    second = row(board)[1]
    rebrief(access, board, scenes=(SCENES[0], "A bar fills up", SCENES[2]))
    assert counts(apply(access, board)) == {"kept": 9, "changed": 1}
    second.refresh_from_db()
    assert (second.prompt, second.made_of["brief"]) == ("A bar fills up", 3)


def test_what_is_locked_has_takes_or_was_written_by_hand_stays(board, access):
    locked, taken, _, edited, *_ = row(board)
    shot_editing.lock(access, locked, locked=True)
    takes.make(access, board, [TakeWish(shot=taken)])
    words = replace(shot_editing.fields_of(edited), prompt="By hand")
    shot_editing.edit(access, edited, words)
    rebrief(access, board, scenes=("One", "Two"), b_roll_count=5)
    found = apply(access, board)
    kept = {change.shot.uid: change.stays for change in found.row if change.stays}
    assert kept == {
        locked.uid: "locked",
        taken.uid: "has takes",
        edited.uid: "written by hand",
    }
    prompts = [shot.prompt for shot in row(board) if shot.role == "b_roll"]
    assert {SCENES[0], SCENES[1], "By hand", "One", "Two"} <= set(prompts)
    # Two are new, three stay: nothing is left to invent.
    assert len(prompts) == 5


def test_a_photo_that_is_gone_takes_its_shot_along_and_a_new_one_brings_one(board, access):
    rebrief(access, board, products=())
    found = apply(access, board)
    assert [change.shot.role for change in found.removed] == ["product", "product"]
    assert [shot.position for shot in row(board)] == list(range(1, 9))
    assert Shot.objects.filter(campaign=board, removed_at__isnull=False).count() == 2


def test_a_plan_that_is_not_the_one_that_was_shown_is_refused(board, access):
    shown = replanning.diff(board, plan_of(board)).fingerprint
    rebrief(access, board, style="cinematic")
    before = list(Shot.objects.order_by("pk").values())
    with pytest.raises(Refused, match="Look at it again"):
        replanning.apply(access, board, plan_of(board), fingerprint=shown)
    assert list(Shot.objects.order_by("pk").values()) == before


def test_a_shot_by_hand_stands_where_it_stood(board, access):
    third = row(board)[2]
    shot = shot_editing.add(access, board, ShotFields(prompt="Extra"), after=third)
    assert row(board).index(shot) == 3
    rebrief(access, board, b_roll_count=6)
    apply(access, board)
    assert row(board).index(shot) == 3 or shot in row(board)


def test_an_edited_prompt_no_longer_hangs_on_the_brief(board, access):
    shot = row(board)[0]
    assert shot.made_of["brief"] == 2
    cheaper = replace(shot_editing.fields_of(shot), seconds=4)
    assert "brief" in shot_editing.edit(access, shot, cheaper).made_of
    worded = replace(shot_editing.fields_of(shot), prompt="Said otherwise")
    assert shot_editing.edit(access, shot, worded).made_of == {"brand_kit": 1}
