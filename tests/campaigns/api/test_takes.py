"""Takes, variants, finals and results over HTTP."""

import pytest

from campaigns import judging
from campaigns.models import AdResult, Take
from generation.models import IdempotentAnswer, Job, LedgerLine
from tests.campaigns.footing import drafted, failed, shot_of, take_of
from tests.generation.api.conftest import make_caller, only_error


@pytest.fixture
def shot(shop, campaign):
    return shot_of(campaign)


@pytest.fixture
def take(access, shot):
    return drafted(access, shot)


@pytest.fixture
def nothing_spent(db):
    """Asserts, at the end, that a refusal made, held and kept nothing."""
    kinds = (Job, LedgerLine, Take, IdempotentAnswer)
    before = [kind.objects.count() for kind in kinds]
    yield
    assert [kind.objects.count() for kind in kinds] == before


def patch(caller, path, body):
    return caller.client.patch(
        f"/api/{path}", body, content_type="application/json", headers=caller._headers({})
    )


def test_takes_are_listed_filtered_and_paged(caller, access, campaign, shot, take):
    refused = take_of(access, shot, note="slower")
    failed(refused, error="Runway refused this prompt.", cost_micros=250_000)
    first = caller.get(f"campaigns/{campaign.uid}/takes", limit=1).json()
    assert [one["take_id"] for one in first["results"]] == [refused.uid]
    told = first["results"][0]
    assert (told["state"], told["cost"], told["note"], told["verdict"]) == (
        "failed",
        0.25,
        "slower",
        "none",
    )
    following = caller.client.get(first["next"], headers=caller._headers({})).json()
    assert [one["take_id"] for one in following["results"]] == [take.uid]
    assert following["next"] is None
    done = caller.get(f"campaigns/{campaign.uid}/takes", state="completed").json()["results"]
    assert [one["take_id"] for one in done] == [take.uid]
    assert done[0]["video_url"].startswith("http")
    assert caller.get(f"campaigns/{campaign.uid}/takes", verdict="picked").json()["results"] == []


def test_a_verdict_is_given_and_told(caller, take):
    told = patch(caller, f"takes/{take.uid}", {"rating": 4, "verdict": "picked"}).json()
    assert (told["rating"], told["verdict"], told["picked"], told["final"]) == (
        4,
        "picked",
        True,
        False,
    )
    told = patch(caller, f"takes/{take.uid}", {"final": True, "rating": 0}).json()
    assert (told["rating"], told["final"]) == (None, True)
    body = {"verdict": "rejected", "reject_reason": "look", "reject_note": "too dark"}
    told = patch(caller, f"takes/{take.uid}", body).json()
    assert (told["verdict"], told["reject_reason"], told["picked"]) == ("rejected", "look", False)
    assert caller.get(f"takes/{take.uid}").json() == told


@pytest.mark.parametrize(
    ("body", "attr"),
    [
        ({"rating": 6}, "rating"),
        ({"verdict": "loved"}, "verdict"),
        ({"verdict": "rejected"}, "reject_reason"),
        ({"reject_reason": "look"}, "verdict"),
        ({"final": False}, "final"),
        ({"stars": 3}, "stars"),
    ],
)
def test_a_verdict_that_is_none_is_refused_by_name(caller, take, body, attr):
    assert only_error(patch(caller, f"takes/{take.uid}", body))[0:3:2] == (400, attr)
    take.refresh_from_db()
    assert (take.rating, take.verdict, take.judged_at) == (None, "", None)


def test_a_refused_verdict_takes_its_stars_back(caller, access, shot):
    running = take_of(access, shot)
    response = patch(caller, f"takes/{running.uid}", {"rating": 5, "verdict": "picked"})
    assert only_error(response)[:3] == (400, "no_clip", "verdict")
    running.refresh_from_db()
    assert running.rating is None


def test_more_takes_are_priced_then_made_on_the_quote(caller, campaign, shot):
    body = {"count": 3, "note": "warmer"}
    quote = caller.post(f"shots/{shot.uid}/takes", {**body, "dry_run": True})
    assert (quote.status_code, quote.json()["likely_cost"]) == (201, 0.3)
    assert not Job.objects.exists()
    body |= {"quote_id": quote.json()["quote_id"]}
    made = caller.post(f"shots/{shot.uid}/takes", body, key="once")
    assert made.status_code == 202
    told = made.json()
    assert (told["campaign_id"], told["total_estimated_cost"]) == (campaign.uid, 0.3)
    assert [one["number"] for one in told["takes"]] == [1, 2, 3]
    assert caller.post(f"shots/{shot.uid}/takes", body, key="once").json() == told
    assert Job.objects.count() == 3


def test_variants_are_priced_then_made(caller, shot):
    body = {
        "factors": {"hook": ["question", "reveal"], "setting": ["kitchen", "street"]},
        "most": 4,
    }
    priced = caller.post(f"shots/{shot.uid}/variants", {**body, "dry_run": True}).json()
    assert (len(priced["variants"]), priced["possible"]) == (4, 4)
    assert priced["quote"]["likely_cost"] == 0.4
    assert priced["variants"][0]["prompt"].startswith("Opens with somebody who pauses")
    quoted = {**body, "quote_id": priced["quote"]["quote_id"]}
    made = caller.post(f"shots/{shot.uid}/variants", quoted)
    assert made.status_code == 202
    jobs = Job.objects.order_by("item_index").values_list("prompt", flat=True)
    assert list(jobs) == [one["prompt"] for one in priced["variants"]]


def test_finals_are_quoted_and_only_a_quote_makes_them(caller, access, campaign, take):
    judging.pick(access, take)
    before = Job.objects.count()
    quoted = caller.post(f"campaigns/{campaign.uid}/finals", {"quality": "high"})
    assert quoted.status_code == 201
    assert Job.objects.count() == before
    quote = quoted.json()["quote_id"]
    made = caller.post(f"campaigns/{campaign.uid}/finals", {"quality": "high", "quote_id": quote})
    assert made.status_code == 202
    [final] = made.json()["takes"]
    told = caller.get(f"takes/{final['take_id']}").json()
    assert (told["promoted_from"], told["quality"]) == (take.uid, "high")
    assert told["drift"] is None
    again = caller.post(f"campaigns/{campaign.uid}/finals", {"quality": "high"})
    assert only_error(again)[:3] == (400, "required", "takes")


def test_a_quote_of_finals_says_which_frames_are_pinned(caller, access, campaign, take):
    judging.pick(access, take)
    pins = {"pin_first_frame": True, "pin_last_frame": True}
    told = []
    for quality in ("high", "master"):
        quoted = caller.post(f"campaigns/{campaign.uid}/finals", {"quality": quality, **pins})
        [line] = quoted.json()["lines"]
        told.append((line["label"], [leg["provider"] for leg in line["route"]]))
    assert told == [
        ("Take 1, high, first and last frames pinned", ["kling"]),
        ("Take 1, master, first frame pinned", ["runway"]),
    ]


def test_one_take_is_promoted_by_itself(caller, take):
    path = f"takes/{take.uid}/promote"
    quote = caller.post(path, {"dry_run": True})
    assert (quote.status_code, quote.json()["lines"][0]["quality"]) == (201, "standard")
    made = caller.post(path, {"quote_id": quote.json()["quote_id"]}, key="k")
    assert made.status_code == 202
    assert caller.post(path, {"quote_id": quote.json()["quote_id"]}, key="k").json() == made.json()
    assert Take.objects.filter(promoted_from=take).count() == 1


def test_results_come_in_and_are_told(caller, access, campaign, shot, take):
    other = drafted(access, shot)
    csv = (
        "take,day,impressions,clicks\n"
        f"{take.uid},2026-11-01,10000,200\n{other.uid},2026-11-01,10000,300\n"
    )
    path = f"campaigns/{campaign.uid}/results"
    done = caller.post(path, {"csv": csv, "file_name": "meta.csv"})
    assert (done.status_code, done.json()) == (201, {"added": 2, "changed": 0, "unchanged": 0})
    told = caller.get(path).json()
    [one] = told["shots"]
    assert (one["winner"], told["winners"]) == (other.uid, 1)
    assert told["cost_per_winner"] == 0.2
    [ruling] = [r for r in one["rulings"] if r["measure"] == "click_through"]
    assert ruling["winner"] == other.uid and "Take 2 wins on click-through" in ruling["words"]


def test_bad_results_name_their_cells(caller, campaign, take):
    csv = f"take,day,impressions,clicks\n{take.uid},2026-11-01,5,9\n"
    response = caller.post(f"campaigns/{campaign.uid}/results", {"csv": csv})
    assert only_error(response)[:3] == (400, "bad_cell", "csv.2.clicks")
    assert not AdResult.objects.exists()


POSTS = [
    ("shots/{shot}/takes", {}),
    ("shots/{shot}/variants", {"factors": {"hook": ["question", "reveal"]}}),
    ("takes/{take}/promote", {}),
    ("campaigns/{campaign}/finals", {}),
]


@pytest.mark.parametrize(("path", "body"), POSTS)
def test_spending_needs_both_rights(workspace, owner, campaign, shot, take, path, body):
    named = path.format(shot=shot.uid, take=take.uid, campaign=campaign.uid)
    for scopes in (["campaigns:write"], ["jobs:write"]):
        narrow = make_caller(workspace, owner, scopes=scopes)
        before = Job.objects.count()
        assert narrow.post(named, body).status_code == 403
        assert Job.objects.count() == before


@pytest.mark.parametrize("who", ["foreign_caller", "live_caller"])
@pytest.mark.parametrize(("path", "body"), [*POSTS, ("campaigns/{campaign}/results", {"csv": "x"})])
def test_elsewhere_nothing_is_there(request, campaign, shot, take, nothing_spent, who, path, body):
    caller = request.getfixturevalue(who)
    named = path.format(shot=shot.uid, take=take.uid, campaign=campaign.uid)
    assert caller.post(named, body).status_code == 404
    assert caller.get(f"takes/{take.uid}").status_code == 404
    assert caller.get(f"campaigns/{campaign.uid}/takes").status_code == 404


@pytest.mark.parametrize(
    ("path", "body", "attr"),
    [
        ("shots/{shot}/takes", {"count": 21}, "count"),
        ("shots/{shot}/takes", {"quality": "best"}, "quality"),
        ("shots/{shot}/takes", {"prompt": "x" * 4001}, "prompt"),
        ("shots/{shot}/takes", {"quote_id": "quote_none"}, "quote_id"),
        ("shots/{shot}/variants", {"factors": {"hook": ["a"]}}, "factors"),
        ("shots/{shot}/variants", {"factors": {"mood": ["a", "b"]}}, "factors.mood"),
        ("takes/{take}/promote", {"quality": "draft"}, "quality"),
        ("takes/{take}/promote", {"pin_last_frame": True}, "pin_last_frame"),
        ("campaigns/{campaign}/finals", {"pin_last_frame": True}, "pin_last_frame"),
        ("campaigns/{campaign}/finals", {"takes": ["take_none"]}, "takes"),
        ("campaigns/{campaign}/finals", {}, "takes"),
        ("campaigns/{campaign}/finals", {"tier": "high"}, "tier"),
    ],
)
def test_refusals_name_the_field_and_spend_nothing(
    caller, campaign, shot, take, nothing_spent, path, body, attr
):
    named = path.format(shot=shot.uid, take=take.uid, campaign=campaign.uid)
    assert only_error(caller.post(named, body))[0:3:2] == (400, attr)


def test_the_list_asks_the_same_number_of_questions(
    caller, access, campaign, shot, take, django_assert_max_num_queries
):
    caller.get(f"campaigns/{campaign.uid}/takes")
    with django_assert_max_num_queries(30) as few:
        caller.get(f"campaigns/{campaign.uid}/takes")
    for _ in range(3):
        drafted(access, shot)
        take_of(access, shot)
    with django_assert_max_num_queries(len(few)):
        caller.get(f"campaigns/{campaign.uid}/takes")
