"""Shots by the API: one by one, in their order, with their price; refusals change nothing."""

import pytest

from campaigns.models import Shot
from generation.models import IdempotentAnswer, Quote
from tests.campaigns.planning.conftest import board, golden  # noqa: F401 - fixtures
from tests.generation.api.conftest import make_caller, only_error

PROMPT = "Hands open the box on a table, slow push in, soft daylight"


def send(caller, method, path, body):
    kind = "application/json"
    call = getattr(caller.client, method)
    return call(f"/api/{path}", body, content_type=kind, headers=caller._headers({}))


@pytest.fixture
def one(board, caller):  # noqa: F811
    return caller.get(f"campaigns/{board.uid}/shots").json()["results"][0]


def untouched(before):
    assert list(Shot.objects.order_by("pk").values()) == before


def test_add_behind_another_once(board, one, caller):  # noqa: F811
    body = {"prompt": PROMPT, "after": one["shot_id"], "seed": 7}
    made = caller.post(f"campaigns/{board.uid}/shots", body, key="a1")
    assert made.status_code == 201
    told = made.json()
    assert (told["position"], told["quality"], told["aspect_ratio"]) == (2, "draft", "9:16")
    assert (told["offer"]["likely_cost"], told["blocked"], told["takes"]) == (0.1, None, 0)
    assert caller.post(f"campaigns/{board.uid}/shots", body, key="a1").json() == told
    assert Shot.objects.count() == 11
    assert caller.get(f"shots/{told['shot_id']}").json() == told


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({}, "prompt"),
        ({"prompt": "  "}, "prompt"),
        ({"prompt": "x", "duration": 2}, "duration"),
        ({"prompt": "x", "duration": "5"}, "duration"),
        ({"prompt": "x", "quality": "best"}, "quality"),
        ({"prompt": "x", "aspect_ratio": "21:9"}, "aspect_ratio"),
        ({"prompt": "x", "image": "asset_none"}, "image"),
        ({"prompt": "x", "product": "prod_none"}, "product"),
        ({"prompt": "x", "after": "shot_none"}, "after"),
        ({"prompt": "x", "lenght": 5}, "lenght"),
        ({"prompt": "x\x07"}, "prompt"),
    ],
)
def test_a_shot_that_cannot_be_is_refused_by_its_field(board, caller, body, attr):  # noqa: F811
    before = list(Shot.objects.order_by("pk").values())
    answer = caller.post(f"campaigns/{board.uid}/shots", body, key="k")
    status, _, at, _ = only_error(answer)
    assert (status, at) == (400, attr)
    untouched(before)
    assert not IdempotentAnswer.objects.exists()


def test_change_only_what_is_sent(one, caller):
    path = f"shots/{one['shot_id']}"
    told = send(caller, "patch", path, {"duration": 12, "style": "cinematic"}).json()
    assert (told["duration"], told["style"], told["prompt"]) == (12, "cinematic", one["prompt"])
    assert told["offer"] is None
    assert (told["blocked"]["setting"], told["blocked"]["value"]) == ("duration", "10")
    cleared = send(caller, "patch", path, {"style": None, "duration": 5}).json()
    assert cleared == one


def test_a_locked_shot_changes_only_with_its_unlocking(one, caller):
    path = f"shots/{one['shot_id']}"
    assert send(caller, "patch", path, {"locked": True}).json()["locked"] is True
    before = list(Shot.objects.order_by("pk").values())
    answer = send(caller, "patch", path, {"prompt": PROMPT})
    assert only_error(answer)[:3] == (400, "locked", "shot")
    answer = caller.call("DELETE", path)
    assert only_error(answer)[:3] == (400, "locked", "shot")
    untouched(before)
    told = send(caller, "patch", path, {"locked": False, "prompt": PROMPT}).json()
    assert (told["locked"], told["prompt"]) == (False, PROMPT)


def test_take_out_and_put_back(board, one, caller):  # noqa: F811
    path = f"shots/{one['shot_id']}"
    assert caller.call("DELETE", path).json()["removed"] is True
    row = caller.get(f"campaigns/{board.uid}/shots").json()["results"]
    assert [shot["position"] for shot in row] == list(range(1, 10))
    assert one["shot_id"] not in [shot["shot_id"] for shot in row]
    told = send(caller, "patch", path, {"removed": False}).json()
    assert (told["removed"], told["position"]) == (False, 1)


def test_the_order_names_every_shot_once(board, caller):  # noqa: F811
    path = f"campaigns/{board.uid}/shots"
    ids = [shot["shot_id"] for shot in caller.get(path).json()["results"]]
    told = caller.post(f"{path}/order", {"shots": ids[::-1]}).json()
    assert [shot["shot_id"] for shot in told["results"]] == ids[::-1]
    before = list(Shot.objects.order_by("pk").values())
    for wrong in (ids[1:], [*ids, ids[0]], [*ids[1:], "shot_none"]):
        assert only_error(caller.post(f"{path}/order", {"shots": wrong}))[2] == "shots"
    untouched(before)


def test_split_and_duplicate(board, one, caller):  # noqa: F811
    path = f"shots/{one['shot_id']}"
    short = caller.post(f"{path}/split", {"first_seconds": 3})
    assert only_error(short)[2] == "first_seconds"
    send(caller, "patch", path, {"duration": 8})
    row = caller.post(f"{path}/split", {"first_seconds": 5, "prompt": PROMPT}).json()["results"]
    assert [(shot["duration"], shot["prompt"]) for shot in row[:2]] == [
        (5, one["prompt"]),
        (3, PROMPT),
    ]
    twin = caller.post(f"{path}/duplicate", {}).json()
    assert (twin["position"], twin["prompt"], twin["duration"]) == (2, one["prompt"], 5)
    assert len(caller.get(f"campaigns/{board.uid}/shots").json()["results"]) == 12


def test_quote_and_drafts_name_the_shot_at_fault(board, one, caller):  # noqa: F811
    send(caller, "patch", f"shots/{one['shot_id']}", {"duration": 12})
    for door in ("quote", "drafts"):
        status, code, attr, detail = only_error(caller.post(f"campaigns/{board.uid}/{door}", {}))
        assert (status, code) == (400, "no_offer")
        assert detail.startswith("Shot 1: No offer of this request makes 12 s.")
        assert attr == f"shots.{one['shot_id']}.duration"


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"shots": ["shot_none"]}, "shots"),
        ({"takes_each": 0}, "takes_each"),
        ({"takes_each": 21}, "takes_each"),
        ({"shot": []}, "shot"),
    ],
)
def test_a_wrong_quote_keeps_none(board, caller, body, attr):  # noqa: F811
    for door in ("quote", "drafts"):
        assert only_error(caller.post(f"campaigns/{board.uid}/{door}", body))[2] == attr
    assert Quote.objects.count() == 0


def test_spending_needs_the_right_that_generate_needs(board, workspace, owner):  # noqa: F811
    planner = make_caller(workspace, owner, scopes=["campaigns:read", "campaigns:write"])
    assert planner.post(f"campaigns/{board.uid}/plan", {}).status_code == 200
    assert planner.post(f"campaigns/{board.uid}/drafts", {}).status_code == 403
    reader = make_caller(workspace, owner, scopes=["campaigns:read"])
    assert reader.get(f"campaigns/{board.uid}/shots").status_code == 200
    for door in ("plan", "shots", "shots/order", "quote", "drafts"):
        assert reader.post(f"campaigns/{board.uid}/{door}", {}).status_code == 403


def test_a_stranger_and_the_other_mode_find_nothing(
    board,  # noqa: F811
    one,
    foreign_caller,
    live_caller,
):
    before = list(Shot.objects.order_by("pk").values())
    for who in (foreign_caller, live_caller):
        assert who.get(f"campaigns/{board.uid}/shots").status_code == 404
        assert who.get(f"shots/{one['shot_id']}").status_code == 404
        for door in ("plan", "shots", "shots/order", "quote", "drafts"):
            assert who.post(f"campaigns/{board.uid}/{door}", {}).status_code == 404
        for door in ("split", "duplicate"):
            assert who.post(f"shots/{one['shot_id']}/{door}", {}).status_code == 404
        assert send(who, "patch", f"shots/{one['shot_id']}", {"duration": 8}).status_code == 404
        assert who.call("DELETE", f"shots/{one['shot_id']}").status_code == 404
    untouched(before)
