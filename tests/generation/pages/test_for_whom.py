"""The client and campaign of a form: who pays, which budgets are hit, and what is remembered."""

import re

import pytest

from generation import centres
from generation.models import BudgetPeriod, Event, Job, LedgerLine
from tests.generation.money.budgets_by_hand import budget_of
from tests.generation.pages.test_generate import FORM, HTMX

MANY = {"switches_shown": "1", "prompts": "One\nTwo", "tier": "draft", "seconds": "5", "token": "m"}


@pytest.fixture
def zephyr(access, shop):
    return centres.open_client(access, name="Zephyr")


@pytest.fixture
def spring(access, zephyr):
    return centres.open_campaign(access, name="Spring", client=zephyr)


@pytest.fixture
def other(access, shop):
    client = centres.open_client(access, name="Borealis")
    return centres.open_campaign(access, name="Polar night", client=client)


def budget_for(zephyr, **more):
    """A hard budget of the client over one dollar, unless `more` says otherwise."""
    return budget_of(zephyr, **{"kind": "centre", "cost_centre": zephyr, **more})


def words(response) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def chosen(page: str) -> list[str]:
    return re.findall(r'<option value="(cc_[0-9a-z]+)" selected', page)


def test_the_client_of_the_top_bar_is_chosen_and_their_campaigns_alone_are_offered(
    browser, zephyr, spring, other
):
    browser.post("/client/", {"client": zephyr.uid})
    for address in ("/generate/", "/generate/many/"):
        page = browser.get(address).content.decode()
        assert chosen(page) == [zephyr.uid]
        assert "Spring</option>" in page and "Polar night" not in page
        everybody = browser.get(address, {"client": ""}).content.decode()
        assert chosen(everybody) == []
        assert "Polar night · Borealis</option>" in everybody


@pytest.mark.parametrize("named", ["client", "campaign"])
def test_a_clip_is_paid_by_whom_it_is_for(browser, zephyr, spring, named):
    mine = budget_for(zephyr)
    centre = {"client": zephyr, "campaign": spring}[named]
    browser.post("/generate/", {**FORM, "client": zephyr.uid, named: centre.uid})
    job = Job.objects.get()
    assert job.cost_centre == centre
    assert LedgerLine.objects.get().cost_centre == centre
    assert BudgetPeriod.objects.get(budget=mine).held_micros == 100_000
    page = browser.get(f"/jobs/{job.uid}/")
    assert f"For {'Zephyr · Spring' if named == 'campaign' else 'Zephyr'}" in words(page)
    again = browser.get(f"/generate/?from={job.uid}").content.decode()
    assert chosen(again) == ([zephyr.uid, spring.uid] if named == "campaign" else [zephyr.uid])


def test_a_batch_is_paid_by_whom_it_is_for(browser, zephyr, spring):
    mine = budget_for(zephyr)
    sent = {**MANY, "client": zephyr.uid, "campaign": spring.uid, "campaigns_of": zephyr.uid}
    told = words(browser.post("/generate/many/price/", sent))
    assert "Quarter hard $1.00 left, $0.80 after" in told
    assert browser.post("/generate/many/", sent).status_code == 302
    first, second = Job.objects.order_by("pk")
    assert first.cost_centre == second.cost_centre
    assert first.cost_centre.parent == spring
    assert BudgetPeriod.objects.get(budget=mine).held_micros == 200_000


@pytest.mark.parametrize("headers", [{}, HTMX])
@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"client": "cc_nobody"}, "There is no such client in this workspace."),
        ({"campaign": "cc_nobody"}, "There is no campaign “cc_nobody” in this workspace."),
        ({"campaign": "other"}, "“Polar night” is no campaign of Zephyr. Choose one of theirs."),
    ],
)
def test_who_is_not_there_is_refused_and_nothing_is_made(
    browser, zephyr, other, change, said, headers
):
    change = {name: other.uid if uid == "other" else uid for name, uid in change.items()}
    sent = {**FORM, "client": zephyr.uid, **change}
    answer = browser.post("/generate/", sent, headers=headers)
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    many = browser.post("/generate/many/", {**MANY, "client": zephyr.uid, **change})
    assert (many.status_code, said in many.content.decode()) == (422, True)
    assert (Job.objects.count(), LedgerLine.objects.count(), Event.objects.count()) == (0, 0, 0)
    assert said in browser.get("/generate/price/", sent).content.decode()


def test_another_client_brings_their_campaigns_and_forgets_the_old_one(browser, zephyr, spring):
    sent = {**FORM, "client": zephyr.uid, "campaigns_of": "", "campaign": "cc_of_somebody"}
    page = browser.get("/generate/price/", sent).content.decode()
    assert 'id="for-campaign" hx-swap-oob="true"' in page
    assert f'value="{spring.uid}"' in page and chosen(page) == []
    assert "$0.10" in page
    same = browser.get("/generate/price/", {**sent, "campaigns_of": zephyr.uid, "campaign": ""})
    assert "for-campaign" not in same.content.decode()


def test_every_budget_that_a_clip_draws_on_is_named_with_what_is_left(browser, zephyr, spring):
    budget_for(zephyr, name="Zephyr autumn", limit_micros=300_000, hard=False)
    budget_for(zephyr, name="Spring", cost_centre=spring, limit_micros=400_000)
    budget_for(zephyr, name="Everything", kind="workspace", cost_centre=None)
    runway = {"kind": "provider", "cost_centre": None}
    budget_for(zephyr, name="Runway cap", provider="runway", **runway)
    budget_for(zephyr, name="Sora cap", provider="sora", **runway)
    budget_for(zephyr, name="Closed", active=False)
    sent = {**FORM, "client": zephyr.uid, "campaign": spring.uid}
    told = words(browser.get("/generate/price/", sent))
    assert "Zephyr autumn soft $0.30 left, $0.20 after" in told
    assert "Spring hard $0.40 left, $0.30 after" in told
    assert "Everything hard $1.00 left, $0.90 after" in told
    assert "Runway cap hard $1.00 left Drawn on only if others step in, by up to $0.25." in told
    assert "Sora cap" not in told and "Closed" not in told
    alone = words(browser.get("/generate/price/", FORM))
    assert "Everything hard $1.00 left, $0.90 after" in alone
    assert "Spring" not in alone and "Zephyr" not in alone
    assert BudgetPeriod.objects.count() == 0


@pytest.mark.parametrize(
    ("limit", "hard", "said"),
    [
        (60_000, True, "Quarter hard $0.06 left $0.04 short: it would refuse this clip."),
        (60_000, False, "$0.06 left $0.04 over: soft, so it goes on."),
        (120_000, True, "Enough for the first choice, too little for a fallback at $0.25."),
    ],
)
def test_a_budget_that_is_too_small_says_so_before_the_press(
    browser, zephyr, spring, limit, hard, said
):
    budget_for(zephyr, limit_micros=limit, hard=hard)
    assert said in words(browser.get("/generate/price/", {**FORM, "client": zephyr.uid}))


def test_the_form_asks_the_database_as_often_for_many_clients_as_for_few(
    browser, access, zephyr, spring, django_assert_max_num_queries
):
    browser.get("/generate/")
    counts = []
    for number in range(2):
        with django_assert_max_num_queries(60) as asked:
            browser.get("/generate/")
        counts.append(len(asked))
        for each in range(5):
            client = centres.open_client(access, name=f"Client {number} {each}")
            centres.open_campaign(access, name=f"Campaign {number} {each}", client=client)
    assert counts[0] == counts[1]
