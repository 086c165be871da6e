"""Comparing, finals and results on the pages."""

import re
from html import unescape

import pytest

from campaigns import judging
from campaigns.models import AdResult, Take
from generation.models import Budget, BudgetKind, Job, Quote
from generation.money import budget_terms
from generation.money.budget_terms import BudgetAsk
from providers.types import Tier
from tests.campaigns.footing import drafted, finished, reread, shot_of, take_of


@pytest.fixture
def shots(shop, campaign):
    return [shot_of(campaign, position=at, prompt=f"Scene {at} in rain") for at in (1, 2)]


@pytest.fixture
def picks(access, shots):
    takes = [drafted(access, shot) for shot in shots]
    for take in takes:
        judging.pick(access, take)
    return takes


def page(browser, campaign, room, **query):
    return browser.get(f"/campaigns/{campaign.uid}/{room}/", query)


def priced(browser, campaign, picks, **more):
    typed = {"take": [take.uid for take in picks], **more}
    return browser.post(f"/campaigns/{campaign.uid}/finals/price/", typed).content.decode()


def test_finals_are_priced_by_a_kept_quote_and_confirmed_once(browser, campaign, picks):
    listed = page(browser, campaign, "finals").content.decode()
    assert listed.count('name="take"') == 2 and "Draft to standard" in listed
    assert not Quote.objects.exists()  # looking keeps nothing
    shown = priced(browser, campaign, picks)
    assert "Make 2 finals · " in shown and "$0.50" in shown
    quote = Quote.objects.get().uid
    assert f'name="quote" value="{quote}"' in shown
    before = Job.objects.count()
    typed = {"take": [take.uid for take in picks], "quote": quote, "token": "t"}
    for _ in range(2):
        answer = browser.post(f"/campaigns/{campaign.uid}/finals/make/", typed)
        assert answer.url == f"/campaigns/{campaign.uid}/finals/"
    assert Job.objects.count() == before + 2
    under_way = page(browser, campaign, "finals").content.decode()
    assert 'hx-trigger="every 2s"' in under_way and "Compared with its draft when done" in under_way


def test_nothing_is_confirmed_without_a_price(browser, campaign, picks):
    before = Job.objects.count()
    typed = {"take": [picks[0].uid]}
    answer = browser.post(f"/campaigns/{campaign.uid}/finals/make/", typed)
    assert answer.status_code == 422
    assert "Look at the price first" in answer.content.decode()
    assert (
        "Tick at least one shot"
        in browser.post(f"/campaigns/{campaign.uid}/finals/price/", {}).content.decode()
    )
    assert Job.objects.count() == before and not Quote.objects.exists()


def test_a_short_budget_says_what_can_be_done(browser, access, campaign, picks):
    ask = BudgetAsk(
        name="Spring", kind=BudgetKind.CENTRE, target=campaign.uid, limit_micros=2_000_000
    )
    budget_terms.create(access, ask)
    shown = priced(browser, campaign, picks, tier="high")
    assert "Make 2 finals · " in shown and "$2.50" in shown
    assert "has $2.00 left; these finals cost $2.50" in shown
    assert "Leave out shot 1: $1.25 less, $1.25 in all." in shown
    assert "One tier lower: $2.00 less, $0.50 in all." in shown
    assert "Ask for $0.50 more." in shown
    typed = {"take": [take.uid for take in picks], "tier": "high", "quote": Quote.objects.get().uid}
    before = Job.objects.count()
    answer = browser.post(f"/campaigns/{campaign.uid}/finals/make/", typed)
    assert answer.status_code == 422 and Job.objects.count() == before
    for asking in (shown, answer.content.decode()):
        [ask] = set(re.findall(r'form="ask-form" name="ask" value="([^"]+)"', asking))
        assert ask == f"{Budget.objects.get().uid}:500000"
        fields = re.findall(r'form="ask-form" name="(\w+)" value="([^"]*)"', asking)
        assert dict(fields)["came_from"] == f"/campaigns/{campaign.uid}/finals/"
    back = {name: unescape(value) for name, value in fields}
    sent = {**back, "budget": ask.partition(":")[0], "amount": "0.50", "reason": "The two finals"}
    asked = browser.post("/approvals/", sent)
    assert asked.url.startswith(f"/campaigns/{campaign.uid}/finals/?asked=apr_")
    again = browser.get(asked.url).content.decode()
    assert "waits for an owner" in again
    assert '<option value="high" selected>' in again
    assert Job.objects.count() == before


def test_a_pick_of_the_briefs_tier_is_used_as_it_is(browser, access, campaign, shots):
    good = drafted(access, shots[0], tier=Tier.STANDARD)
    judging.pick(access, good)
    shown = page(browser, campaign, "finals").content.decode()
    assert "It is standard already, as the brief asks." in shown and "Use as final" in shown
    answer = browser.post(f"/takes/{good.uid}/judge/", {"do": "final", "next": "finals"})
    assert answer.url == f"/campaigns/{campaign.uid}/finals/"
    assert "The draft itself goes on." in page(browser, campaign, "finals").content.decode()


def test_a_drifted_final_asks_for_a_person(browser, access, campaign, picks):
    take = take_of(access, picks[0].shot, promoted_from=picks[0], tier=Tier.STANDARD)
    finished(take)
    Take.objects.filter(pk=take.pk).update(drift=0.53, drift_worst_second=3)
    shown = page(browser, campaign, "finals").content.decode()
    assert "Far from its draft, most at second 3" in shown and "Confirm as final" in shown
    browser.post(f"/takes/{take.uid}/judge/", {"do": "final", "next": "finals"})
    picks[0].shot.refresh_from_db()
    assert picks[0].shot.final == take


def test_takes_are_compared_with_what_differs(browser, access, campaign, shots):
    one = drafted(access, shots[0])
    two = drafted(access, shots[0], prompt="Scene 1 in bright sun")
    sent = browser.get(f"/campaigns/{campaign.uid}/compare/", {"take": [one.uid, two.uid]})
    assert sent.url == f"/campaigns/{campaign.uid}/compare/?takes={one.uid},{two.uid}"
    shown = browser.get(sent.url).content.decode()
    assert shown.count("<video") == 2 and 'id="wipe"' in shown
    assert re.search(r"<ins>bright sun\s*</ins>", shown)
    answer = browser.post(
        f"/takes/{two.uid}/judge/",
        {"do": "pick", "next": "compare", "takes": f"{one.uid},{two.uid}"},
    )
    assert answer.url == f"/campaigns/{campaign.uid}/compare/?takes={one.uid}%2C{two.uid}"
    assert reread(two).verdict == "picked"


@pytest.mark.parametrize("takes", ["", "take_none", "take_none,,x"])
def test_nothing_to_compare_leads_to_the_board(browser, campaign, shop, takes):
    answer = page(browser, campaign, "compare", takes=takes)
    assert answer.url == f"/campaigns/{campaign.uid}/drafts/"


def test_results_are_imported_and_ruled_in_words(browser, access, campaign, shots):
    one, two = drafted(access, shots[0]), drafted(access, shots[0])
    assert "No results yet" in page(browser, campaign, "results").content.decode()
    rows = (
        f"take,day,impressions,clicks\n{one.uid},2026-11-01,1000,20\n{two.uid},2026-11-01,1000,31"
    )
    path = f"/campaigns/{campaign.uid}/results/import/"
    assert browser.post(path, {"rows": rows}).status_code == 302
    shown = page(browser, campaign, "results").content.decode()
    assert "Take 2 is better than the others with 93 %: not enough to call." in shown
    assert "Wait for about 250 more impressions." in shown
    assert "2 rows are new, 0 were replaced, 0 were the same." in shown


def test_bad_rows_are_named_and_kept_in_the_field(browser, access, campaign, shots):
    take = drafted(access, shots[0])
    rows = f"take,day,impressions,clicks\n{take.uid},2026-11-01,5,9"
    answer = browser.post(f"/campaigns/{campaign.uid}/results/import/", {"rows": rows})
    shown = answer.content.decode()
    assert answer.status_code == 422
    assert "9 clicks of 5 impressions." in shown and rows.splitlines()[1] in shown
    assert not AdResult.objects.exists()


@pytest.mark.parametrize("room", ["compare", "finals", "results"])
def test_strangers_find_nothing_and_viewers_only_look(viewer, stranger, campaign, picks, room):
    query = {"takes": picks[0].uid} if room == "compare" else {}
    assert page(stranger, campaign, room, **query).status_code == 404
    shown = page(viewer, campaign, room, **query)
    assert shown.status_code == 200
    for button in ("make-finals", "Import</button>", 'name="do"'):
        assert button not in shown.content.decode()


def test_viewers_spend_and_judge_nothing(viewer, campaign, picks):
    before = Job.objects.count()
    for path in ("finals/price/", "finals/make/", "results/import/"):
        answer = viewer.post(f"/campaigns/{campaign.uid}/{path}", {"take": picks[0].uid})
        assert answer.status_code == 403
    assert Job.objects.count() == before and not Quote.objects.exists()


def test_the_finals_ask_the_same_number_of_questions(
    browser, access, campaign, picks, django_assert_max_num_queries
):
    page(browser, campaign, "finals")
    with django_assert_max_num_queries(50) as few:
        page(browser, campaign, "finals")
    for at in (3, 4, 5):
        judging.pick(access, drafted(access, shot_of(campaign, position=at)))
    with django_assert_max_num_queries(len(few)):
        page(browser, campaign, "finals")
