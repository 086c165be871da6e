"""A budget that refuses takes, variants or a template's clip: nothing is spent, the owners can be
asked from there, and with their yes the very request goes through."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import Membership, Role, User
from campaigns.models import Take
from campaigns.prompts.library import templates, versions
from campaigns.prompts.library.content import read_content
from generation.models import ApprovalRequest, Batch, BudgetPeriod, Event, Job, LedgerLine
from tests.campaigns.conftest import signed_in
from tests.campaigns.footing import shot_of
from tests.generation.money.budgets_by_hand import budget_of
from tests.generation.pages.test_ask_more import carried, hidden, words

VARIANTS = {"setting": "kitchen\nstreet", "camera": "static\norbit", "most": "12"}
ROWS = (Job, Batch, LedgerLine, Event, Take, ApprovalRequest)


@pytest.fixture
def shot(shop, campaign):
    return shot_of(campaign)


@pytest.fixture
def maker(workspace) -> Client:
    user = User.objects.create_user("cora", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.CREATOR)
    return signed_in(user)


def counts() -> list[int]:
    return [kind.objects.count() for kind in ROWS]


def asked(maker: Client, refused, *, amount: str, carries: str) -> ApprovalRequest:
    """From the refusal by its button to the owners; `carries` is what they read."""
    asking = maker.post("/approvals/new/", carried(refused))
    page = unescape(asking.content.decode())
    assert f'name="amount" value="{amount}"' in page
    assert carries in page
    maker.post("/approvals/", {**hidden(asking), "amount": amount, "reason": "The client asked"})
    return ApprovalRequest.objects.get()


def approved(owner: Client, request: ApprovalRequest) -> str:
    """Where whoever asked goes on."""
    owner.post(f"/approvals/{request.uid}/decide/", {"decision": "approve", "answer": "Go on"})
    return f"{request.came_from}?asked={request.uid}"


def test_more_takes(maker, browser, access, campaign, shot):
    budget = budget_of(access, name="November", limit_micros=250_000)
    typed = {
        "count": "6",
        "tier": "draft",
        "prompt": "A kettle sings & steams",
        "note": "warmer",
        "shown": "600000",
        "token": "t",
    }
    refused = maker.post(f"/shots/{shot.uid}/more/", typed)
    assert refused.status_code == 422
    said = words(refused)
    assert "Ask for $0.35 more" in said
    assert "2 takes cost $0.20." in said
    assert "A cheaper tier saves nothing: these are the cheapest offers." in said
    # What was typed stands in its form.
    page = unescape(refused.content.decode())
    assert "A kettle sings & steams</textarea>" in page
    assert 'autocomplete="off" value="warmer"' in page
    assert '<option value="6" selected>' in page
    assert "Make 6 takes · $0.60" in said
    assert counts() == [0] * 6
    request = asked(maker, refused, amount="0.35", carries="6 more takes of shot 1: A kettle sings")
    assert counts() == [0] * 5 + [1]
    back = maker.get(approved(browser, request))
    assert request.came_from == f"/campaigns/{campaign.uid}/drafts/"
    assert "$0.35 more in “November” is approved." in words(back)
    assert "Make 6 takes · $0.60" in words(back)
    assert "A kettle sings & steams</textarea>" in unescape(back.content.decode())
    assert maker.post(f"/shots/{shot.uid}/more/", {**typed, "token": "u"}).status_code == 302
    takes = Take.objects.values_list("number", "note", "job__prompt")
    assert list(takes) == [(n, "warmer", "A kettle sings & steams") for n in range(1, 7)]
    period = BudgetPeriod.objects.get(budget=budget)
    assert (period.limit_micros, period.held_micros) == (600_000, 600_000)
    # Approved once, used once.
    assert maker.post(f"/shots/{shot.uid}/more/", {**typed, "token": "v"}).status_code == 422
    assert Job.objects.count() == 6


def test_a_dearer_tier_is_named_with_what_drafts_would_cost(maker, access, shot):
    budget_of(access, limit_micros=50_000)
    typed = {"count": "2", "tier": "high", "shown": "9000000"}
    said = words(maker.post(f"/shots/{shot.uid}/more/", typed))
    assert "Not even one take can be paid with what is left." in said
    assert "All in the draft tier: $0.20." in said
    assert counts() == [0] * 6


def test_variants(maker, browser, access, shot):
    address = f"/shots/{shot.uid}/variants/"
    budget = budget_of(access, name="November", limit_micros=100_000)
    refused = maker.post(address, {**VARIANTS, "shown": "400000", "token": "t"})
    assert refused.status_code == 422
    assert "Ask for $0.30 more" in words(refused)
    assert "1 take costs $0.10." in words(refused)
    assert counts() == [0] * 6
    request = asked(maker, refused, amount="0.30", carries="4 more takes of shot 1: ")
    back = maker.get(approved(browser, request))
    assert request.came_from == address
    assert "$0.30 more in “November” is approved." in words(back)
    assert "Make 4 variants · $0.40" in words(back)
    form = back.content.decode()
    form = form[form.index('method="post" data-once') :]
    sent = dict(re.findall(r'<textarea name="(\w+)" hidden>([^<]*)</textarea>', form))
    again = {**sent, "most": "12", "shown": "400000", "token": "u"}
    assert maker.post(address, again).status_code == 302
    assert Take.objects.count() == 4
    assert BudgetPeriod.objects.get(budget=budget).held_micros == 400_000


def test_a_template_keeps_its_filling(maker, browser, access, shop):
    told = {
        "body": "A {size} cup, static shot, soft light.",
        "variables": [{"name": "size", "default": "small"}],
        "settings": {"tier": "draft"},
    }
    template = templates.create(access, name="Cup", kind="food", content=read_content(told))
    versions.publish(access, versions.by_number(template, 1))
    budget_of(access, name="November", limit_micros=60_000)
    typed = {"v-size": "giant", "version": "1", "token": "t"}
    refused = maker.post(f"/library/{template.uid}/generate/", typed)
    assert refused.status_code == 422
    assert "Ask for $0.04 more" in words(refused)
    assert counts() == [0] * 6
    request = asked(maker, refused, amount="0.04", carries="One clip of “Cup”")
    back = maker.get(approved(browser, request))
    assert request.came_from == f"/library/{template.uid}/"
    assert 'value="giant"' in back.content.decode()
    again = {**typed, "token": "u"}
    assert maker.post(f"/library/{template.uid}/generate/", again).status_code == 302
    assert Job.objects.get().prompt == "A giant cup, soft light, static shot"


def test_nobody_elses_question_fills_the_board(maker, stranger, access, campaign, shot):
    budget_of(access, limit_micros=50_000)
    typed = {"count": "1", "prompt": "A secret kettle", "shown": "100000"}
    refused = maker.post(f"/shots/{shot.uid}/more/", typed)
    request = asked(maker, refused, amount="0.05", carries="One more take of shot 1")
    other = shot_of(campaign, position=2)
    assert stranger.get(f"{request.came_from}?asked={request.uid}").status_code == 404
    elsewhere = maker.get(f"/shots/{other.uid}/variants/?asked={request.uid}").content.decode()
    assert "A secret kettle" not in elsewhere
