"""Whose turn it is, as a pure question: rows in, an order out."""

from collections import Counter

from generation.lanes import Lane, LaneKind, Room, Turns, Waiting, choose, in_order, lane_from

HOT, SINGLE, BATCH = LaneKind.HOT, LaneKind.SINGLE, LaneKind.BATCH


def lane(kind=SINGLE, workspace=1, client=10, account=7, model="gen4.5"):
    return Lane(
        kind=kind, account_id=account, model=model, workspace_id=workspace, client_id=client
    )


def line(*lanes):
    """Attempts numbered from 1, in the order of their turns."""
    return [Waiting(attempt_id=n, lane=one) for n, one in enumerate(lanes, 1)]


def chosen(waiting, *, free=100, models=None, served=None, most=100):
    accounts = {one.lane.account_id for one in waiting}
    rooms = {pk: Room(free=free, models=dict(models or {})) for pk in accounts}
    return choose(waiting, rooms=rooms, served=served or {}, most=most)


def test_a_key_names_its_lane_even_where_the_model_has_slashes():
    one = lane(BATCH, model="fal-ai/pika/v2.2")
    assert one.key == "3/7/fal-ai/pika/v2.2/1/10"
    assert lane_from(one.key) == one


def test_first_come_first_served_within_a_lane():
    assert chosen(line(lane(), lane(), lane())).ids == (1, 2, 3)


def test_a_single_clip_goes_before_a_batch_that_came_first():
    waiting = line(*[lane(BATCH)] * 5, lane(SINGLE, workspace=2))
    assert chosen(waiting, free=2).ids == (6, 1)


def test_every_fourth_turn_is_a_batchs_while_single_clips_keep_coming():
    waiting = line(*[lane(SINGLE)] * 9, *[lane(BATCH, workspace=2)] * 5)
    assert chosen(waiting, free=8).ids == (1, 2, 3, 10, 4, 5, 6, 11)


def test_the_fourth_turn_is_kept_over_many_looks_of_one_slot():
    """An account that runs one clip at a time looks anew for each: who was served is remembered."""
    served, order = {}, []
    single, batch = lane(SINGLE), lane(BATCH, workspace=2)
    for _ in range(12):
        choice = chosen(line(single, single, batch, batch), free=1, served=served)
        served |= choice.served
        order.append(choice.ids[0])
    assert "".join("s" if pk == 1 else "b" for pk in order) == "sssbsssbsssb"


def test_workspaces_take_turns_however_much_one_asks_for():
    waiting = line(*[lane(BATCH, workspace=1)] * 50, *[lane(BATCH, workspace=2, client=20)] * 3)
    assert chosen(waiting, free=6).ids == (1, 51, 2, 52, 3, 53)


def test_clients_of_a_workspace_share_its_turns_and_take_none_of_others():
    lanes = [lane(BATCH, client=11), lane(BATCH, client=12), lane(BATCH, workspace=2, client=20)]
    waiting = line(*[one for one in lanes for _ in range(20)])
    ids = chosen(waiting, free=12).ids
    assert Counter(waiting[pk - 1].lane.client_id for pk in ids) == {11: 3, 12: 3, 20: 6}


def test_the_hot_lane_goes_first_in_its_workspace_only():
    waiting = line(
        *[lane(SINGLE, workspace=2, client=20)] * 3, *[lane(SINGLE)] * 2, *[lane(HOT, client=0)] * 2
    )
    assert chosen(waiting, free=5).ids == (1, 6, 2, 7, 3)


def test_nothing_goes_past_a_full_account_or_model():
    waiting = line(lane(model="a"), lane(model="a"), lane(model="b"), lane(model="b"))
    assert chosen(waiting, free=0).ids == ()
    assert chosen(waiting, free=10, models={"a": 0}).ids == (3, 4)
    assert chosen(waiting, free=10, models={"a": 1, "b": -3}).ids == (1,)
    assert chosen(waiting, free=3, models={"a": 5}).ids == (1, 3, 2)


def test_accounts_do_not_wait_for_each_other_and_no_more_go_than_asked_for():
    waiting = line(*[lane()] * 5, *[lane(account=8)] * 5)
    assert chosen(waiting, most=4).ids == (1, 6, 2, 7)


def test_only_a_contended_account_remembers_who_was_served():
    assert chosen(line(lane(), lane())).served == {}
    assert chosen(line(lane(), lane()), free=1).served == {lane(): 1}


def test_who_was_served_longest_ago_is_next():
    lanes = [lane(BATCH, workspace=n, client=n) for n in (1, 2, 3)]
    served = {lanes[0]: 41, lanes[1]: 40, lanes[2]: 42}
    assert chosen(line(*lanes), served=served).ids == (2, 1, 3)


def test_the_order_to_come_is_the_order_of_the_turns():
    single, batch = lane(SINGLE), lane(BATCH, workspace=2)
    order = in_order({single: 4, batch: 2}, turns=Turns({}), most=5)
    assert order == [single, single, single, batch, single]
