"""From a refusal to the owners, and back to the very request: nothing typed is lost on the way."""

import re
from html import unescape

import pytest
from django.test import Client

from accounts.models import Membership, Notification, Role, User
from generation import batches, centres, clock
from generation.asks import JobAsk
from generation.models import ApprovalRequest, Batch, BudgetPeriod, Event, Job, LedgerLine
from providers.types import Tier
from tests.generation.money.budgets_by_hand import budget_of
from tests.generation.pages.test_generate import FORM, HTMX

WISH = {**FORM, "prompt": "Ünïque kettle & steam", "tier": "high", "seconds": "6", "seed": "7"}
MANY = {
    "switches_shown": "1",
    "prompts": "One kettle\nTwo kettles\nThree kettles",
    "tier": "standard",
    "seconds": "5",
    "name": "Kettles",
    "token": "m",
}


@pytest.fixture
def maker(workspace, owner, shop) -> Client:
    user = User.objects.create_user("cora", password=None)
    Membership.objects.create(workspace=workspace, user=user, role=Role.CREATOR)
    client = Client()
    client.force_login(user)
    return client


def words(response) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", response.content.decode())))


def carried(response) -> dict[str, str]:
    """What the button of the refusal sends."""
    page = response.content.decode()
    fields = re.findall(r'<input type="hidden" form="ask-form" name="(\w+)" value="([^"]*)"', page)
    [ask] = re.findall(r'form="ask-form" name="ask" value="([^"]+)"', page)
    return {"ask": ask, **{name: unescape(value) for name, value in fields}}


def hidden(response) -> dict[str, str]:
    page = response.content.decode()
    main = page[page.index("<main") :]
    found = dict(re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', main))
    return {name: unescape(value) for name, value in found.items()}


def nothing_was_made() -> bool:
    rows = (Job, LedgerLine, Event, ApprovalRequest)
    return [kind.objects.count() for kind in rows] == [0] * 4


@pytest.mark.parametrize("headers", [{}, HTMX])
def test_a_refused_clip_is_asked_for_approved_and_made_as_it_was(
    maker, browser, access, owner, headers
):
    client = centres.open_client(access, name="Zephyr")
    budget = budget_of(access, name="November", limit_micros=60_000)
    refused = maker.post("/generate/", {**WISH, "client": client.uid}, headers=headers)
    assert refused.status_code == 422
    said = words(refused)
    assert "has $0.06 left; this clip needs $1.50" in said
    assert "Shorter is not enough: 3 s cost $0.75." in said
    assert "A cheaper tier is not enough: $0.12 at the least." in said
    assert "Ask for $1.44 more" in said
    assert nothing_was_made()
    asking = maker.post("/approvals/new/", carried(refused))
    assert 'name="amount" value="1.44"' in asking.content.decode()
    assert "One high clip of 6 s: Ünïque kettle & steam</textarea>" in unescape(
        asking.content.decode()
    )
    assert nothing_was_made()
    fields = {**hidden(asking), "amount": "1.44", "reason": "The opening shot"}
    asked = maker.post("/approvals/", fields)
    request = ApprovalRequest.objects.get()
    assert asked.url == f"/generate/?asked={request.uid}"
    assert maker.post("/approvals/", fields).url == asked.url  # pressed twice, asked once
    back = maker.get(asked.url)
    assert "$1.44 more in “November” waits for an owner." in words(back)
    assert Job.objects.count() == 0
    browser.post(f"/approvals/{request.uid}/decide/", {"decision": "approve", "answer": "Go on"})
    told = Notification.objects.get(user__username="cora")
    assert (told.words, told.link) == ("Approved: $1.44 more, once.", asked.url)
    back = maker.get(told.link)
    page = unescape(back.content.decode())
    assert "$1.44 more in “November” is approved." in words(back)
    assert "Ünïque kettle & steam</textarea>" in page
    assert 'name="seed" inputmode="numeric" value="7"' in page
    assert f'value="{client.uid}" selected' in page
    again = {**WISH, "client": client.uid, "token": hidden(back)["token"]}
    assert maker.post("/generate/", again).status_code == 302
    job = Job.objects.get()
    assert (job.prompt, job.tier, job.seconds, job.seed) == (WISH["prompt"], "high", 6, 7)
    period = BudgetPeriod.objects.get(budget=budget)
    assert (period.limit_micros, period.held_micros) == (1_500_000, 1_500_000)
    # Approved once, used once.
    assert maker.post("/generate/", {**again, "token": "other"}).status_code == 422
    assert Job.objects.count() == 1


def test_the_ways_out_lead_to_the_form_with_that_one_change(maker, access, owner):
    budget_of(access, limit_micros=200_000)
    typed = {**WISH, "tier": "standard", "seconds": "5"}
    page = maker.post("/generate/", typed).content.decode()
    ways = dict(re.findall(r'<a href="(/generate/\?[^"]+)">([^<]+)</a>', page))
    assert list(ways.values()) == ["4 s instead of 5 s: $0.20.", "Draft instead: $0.10."]
    shorter, cheaper = (maker.get(unescape(way)).content.decode() for way in ways)
    assert 'name="seconds" min="3" max="20" step="1" inputmode="numeric" value="4"' in shorter
    assert 'value="draft" checked' in cheaper
    for form in (shorter, cheaper):
        assert "Ünïque kettle &amp; steam</textarea>" in form and "$0.20 left" in form


def test_many_refused_prompts_come_back_with_the_answer(maker, browser, access, owner):
    budget_of(access, name="November", limit_micros=300_000)
    refused = maker.post("/generate/many/", MANY)
    said = words(refused)
    assert "The first clip alone costs $0.25." in said
    assert "Draft instead: $0.30." in said
    asking = maker.post("/approvals/new/", carried(refused))
    fields = {**hidden(asking), "amount": "0.45", "reason": "All three"}
    asked = maker.post("/approvals/", fields)
    request = ApprovalRequest.objects.get()
    assert asked.url == f"/generate/many/?asked={request.uid}"
    refusal = {"decision": "refuse", "answer": "Next month"}
    browser.post(f"/approvals/{request.uid}/decide/", refusal)
    back = maker.get(asked.url)
    assert "was refused. olga: Next month" in words(back).replace(owner.get_username(), "olga")
    assert "One kettle\nTwo kettles\nThree kettles</textarea>" in back.content.decode().replace(
        "\r", ""
    )
    assert 'name="name" value="Kettles"' in back.content.decode()
    assert (Job.objects.count(), BudgetPeriod.objects.filter(held_micros__gt=0).count()) == (0, 0)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"amount": "0"}, "Name a sum above $0."),
        ({"reason": " "}, "Say why."),
        ({"typed": "p" * 200_001}, "too long to be kept"),
    ],
)
def test_a_question_that_is_refused_keeps_the_way_back(maker, access, owner, change, said):
    budget = budget_of(access)
    sent = {"budget": budget.uid, "came_from": "/generate/", "typed": "prompt=Kettle&seconds=4"}
    answer = maker.post("/approvals/", {**sent, "amount": "1", "reason": "More", **change})
    assert (answer.status_code, said in answer.content.decode()) == (422, True)
    assert hidden(answer)["typed"] == {**sent, **change}["typed"]
    assert ApprovalRequest.objects.count() == 0


def test_the_way_back_leads_to_our_own_pages_and_to_nobody_elses_request(
    maker, viewer, access, owner
):
    budget = budget_of(access)
    sent = {"budget": budget.uid, "amount": "1", "reason": "More", "typed": "prompt=Kettle"}
    assert viewer.post("/approvals/", sent).status_code == 403
    assert viewer.post("/approvals/new/", {"ask": f"{budget.uid}:5"}).status_code == 403
    assert maker.post("/approvals/new/", {"ask": "bud_nobody:5"}).status_code == 404
    outside = maker.post("/approvals/", {**sent, "came_from": "//elsewhere.example/"})
    assert outside.url == f"/budgets/{budget.uid}/"
    kept = ApprovalRequest.objects.get()
    assert (kept.came_from, kept.typed) == ("", "")
    ApprovalRequest.objects.update(came_from="/generate/many/", typed="prompts=Secret")
    assert "Secret" not in maker.get(f"/generate/?asked={kept.uid}").content.decode()
    maker.post("/mode/", {"mode": "live"})
    assert "Secret" not in maker.get(f"/generate/many/?asked={kept.uid}").content.decode()


@pytest.mark.parametrize(
    ("deed", "typed", "missing", "tier"),
    [("again", {}, "0.05", "draft"), ("higher", {"tier": "high"}, "1.20", "high")],
)
def test_a_repeat_of_a_clip(maker, browser, access, ask, finish, deed, typed, missing, tier):
    first = ask()
    finish(first)
    budget = budget_of(access, name="November", limit_micros=50_000)
    before = [kind.objects.count() for kind in (Job, LedgerLine, Event)]
    path = f"/jobs/{first.uid}/{deed}/"
    refused = maker.post(path, {**typed, "token": "t"})
    assert refused.status_code == 402
    assert f"Ask for ${missing} more" in words(refused)
    assert [kind.objects.count() for kind in (Job, LedgerLine, Event)] == before
    asking = maker.post("/approvals/new/", carried(refused))
    assert f"One {tier} clip of 5 s again: A kettle boils</textarea>" in asking.content.decode()
    maker.post("/approvals/", {**hidden(asking), "amount": missing, "reason": "It was good"})
    request = ApprovalRequest.objects.get()
    assert request.came_from == f"/jobs/{first.uid}/"
    browser.post(f"/approvals/{request.uid}/decide/", {"decision": "approve"})
    back = maker.get(f"{request.came_from}?asked={request.uid}")
    assert f"${missing} more in “November” is approved." in words(back)
    assert f'action="{path}"' in back.content.decode()
    assert maker.post(path, {**typed, "token": "u"}).status_code == 302
    assert Job.objects.get(made_from=first).tier == tier
    period = BudgetPeriod.objects.get(budget=budget)
    assert period.held_micros == period.limit_micros
    assert maker.post(path, {**typed, "token": "v"}).status_code == 402


def test_what_failed_in_a_batch(maker, browser, access, shop):
    asks = [JobAsk(prompt=f"Shot {n}", tier=Tier.DRAFT) for n in range(3)]
    batch = batches.create(access, asks, use_cost_optimization=False, name="Kettles").batch
    Job.objects.filter(item_index__gt=0).update(state="failed", ended_at=clock.now())
    budget = budget_of(access, name="November", limit_micros=60_000)
    path, page = f"/batches/{batch.uid}/again/", f"/batches/{batch.uid}/"
    before = [kind.objects.count() for kind in (Job, Batch, LedgerLine, Event)]
    refused = maker.post(path, {"token": "t"})
    assert refused.status_code == 402
    assert "Ask for $0.14 more" in words(refused)
    assert [kind.objects.count() for kind in (Job, Batch, LedgerLine, Event)] == before
    asking = maker.post("/approvals/new/", carried(refused))
    assert "What failed in “Kettles” once more</textarea>" in asking.content.decode()
    maker.post("/approvals/", {**hidden(asking), "amount": "0.14", "reason": "Both are wanted"})
    request = ApprovalRequest.objects.get()
    assert request.came_from == page
    browser.post(f"/approvals/{request.uid}/decide/", {"decision": "approve"})
    back = maker.get(f"{page}?asked={request.uid}")
    assert "$0.14 more in “November” is approved." in words(back)
    assert "Retry 2 failed · $0.20" in words(back)
    assert maker.post(path, {"token": "u"}).status_code == 302
    assert Batch.objects.get(made_from=batch).jobs.count() == 2
    period = BudgetPeriod.objects.get(budget=budget)
    assert (period.limit_micros, period.held_micros) == (200_000, 200_000)
