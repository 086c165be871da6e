"""Verdicts: one pick a shot, rejections with a reason, who and when, and nothing on refusal."""

import pytest

from accounts.models import AuditEntry
from campaigns import judging
from campaigns.models import Shot, Take
from generation.asks import Refused
from tests.campaigns.footing import drafted, reread, shot_of, take_of


@pytest.fixture
def shot(shop, campaign) -> Shot:
    return shot_of(campaign)


def actions():
    return list(AuditEntry.objects.filter(action__startswith="take.").values_list("action"))


def test_a_shot_has_one_pick(access, shot):
    one, two = drafted(access, shot), drafted(access, shot)
    judging.pick(access, one)
    judging.pick(access, two)
    shot.refresh_from_db()
    assert shot.picked == two
    assert list(Take.objects.order_by("number").values_list("verdict", flat=True)) == ["", "picked"]
    assert [action for (action,) in actions()] == ["take.pick", "take.unpick", "take.pick"]


def test_picking_twice_is_one_verdict(access, shot):
    take = drafted(access, shot)
    judging.pick(access, take)
    when = reread(take).judged_at
    judging.pick(access, take)
    assert reread(take).judged_at == when
    assert len(actions()) == 1


def test_rejecting_the_pick_unpicks_it_and_undo_takes_it_back(access, owner, shot):
    take = drafted(access, shot)
    judging.pick(access, take)
    judging.reject(access, take, reason="product", note="The cap is blue")
    shot.refresh_from_db()
    assert shot.picked is None
    take = reread(take)
    assert (take.verdict, take.reject_reason, take.reject_note) == (
        "rejected",
        "product",
        "The cap is blue",
    )
    assert take.judged_by == owner and take.judged_at is not None
    judging.undo(access, take)
    take = reread(take)
    assert (take.verdict, take.reject_reason, take.reject_note) == ("", "", "")


def test_stars_are_one_to_five_and_can_be_taken_back(access, shot):
    take = drafted(access, shot)
    judging.rate(access, take, rating=5)
    assert reread(take).rating == 5
    judging.rate(access, take, rating=None)
    assert reread(take).rating is None
    for wrong in (0, 6, -1):
        with pytest.raises(Refused) as refused:
            judging.rate(access, take, rating=wrong)
        assert refused.value.field == "rating"


def test_what_has_no_clip_is_neither_picked_nor_final(access, shot):
    take = take_of(access, shot)
    for deed, field in ((judging.pick, "verdict"), (judging.confirm_final, "final")):
        with pytest.raises(Refused, match="no clip") as refused:
            deed(access, take)
        assert (refused.value.field, refused.value.code) == (field, "no_clip")
    shot.refresh_from_db()
    assert (shot.picked, shot.final) == (None, None)
    assert actions() == []


def test_a_reason_is_one_of_the_list(access, shot):
    take = drafted(access, shot)
    with pytest.raises(Refused) as refused:
        judging.reject(access, take, reason="ugly")
    assert refused.value.field == "reject_reason"
    assert reread(take).verdict == "" and actions() == []


def test_a_person_makes_any_take_final(access, shot):
    take = drafted(access, shot)
    judging.confirm_final(access, take)
    judging.confirm_final(access, take)
    shot.refresh_from_db()
    assert shot.final == take
    assert AuditEntry.objects.filter(action="shot.final").count() == 1
