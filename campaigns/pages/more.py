"""More takes of a shot from the board, and variants of it: priced as one types, then made.

What a budget refuses is not lost: the page stands as it was typed, with a way to ask for more.
"""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access, require
from campaigns.models import Shot
from campaigns.more_takes import wishes_of
from campaigns.pages.board import TIERS, show_board
from campaigns.pages.draft_ways import take_ways
from campaigns.pages.more_form import more_of, note_typed, tier_typed, typed_more
from campaigns.take_reading import shot_by
from campaigns.takes import TakeWish, ask_for, make
from campaigns.variants.making import wishes
from campaigns.variants.matrix import MOST_VARIANTS, Matrix, matrix
from campaigns.variants.words import FACTORS, KNOWN, suggested
from generation.asks import Checker, Refused
from generation.money.budgets import BudgetExceeded
from generation.pages.ask_more import AskMore, ask_more, asked_before, reason_of
from generation.pages.door import page
from generation.pages.money_form import whole_typed
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK, budget_words
from providers.micros import dollars

MOST_AT_FIRST = 12


@page("campaigns:write")
def more_price(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The words on the button for what is typed: how many, and for how much."""
    shot = shot_or_404(access, uid)
    context: dict[str, Any] = {"shot_uid": shot.uid}
    try:
        more = more_of(request.GET)
        context |= {"count": more.count, "micros": _price(access, shot, wishes_of(shot, more))}
    except Refused as refused:
        context["problem"] = refused.message
    return render(request, "campaigns/_more_label.html", context)


@page("campaigns:write", methods=("POST",))
def more(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    require(access, "jobs:write")
    shot = shot_or_404(access, uid)
    campaign = shot.campaign
    address = reverse("campaigns:drafts", args=[campaign.uid])
    wanted: list[TakeWish] = []
    try:
        wanted = wishes_of(shot, more_of(request.POST))
        _not_dearer(request.POST, _price(access, shot, wanted))
        made_once(request, access, lambda: make(access, campaign, wanted).batch.uid)
    except (Refused, BudgetExceeded, StillAtWork) as fault:
        typed = _of_shot(shot, request.POST)
        return show_board(
            request,
            access,
            campaign,
            filled=typed_more(typed),
            error=words_of(fault),
            ask_more=_ask_more(access, fault, shot, wanted, path=address, typed=typed),
            status=422,
        )
    return redirect(f"{address}#shot-{shot.uid}")


@page("campaigns:write", methods=("GET", "POST"))
def variants(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """A GET with values shows what they make and cost; the button on that makes it.
    `?asked=<question>` shows what a budget has refused."""
    shot = shot_or_404(access, uid)
    asked = asked_before(request, access)
    typed = request.POST if request.method == "POST" else asked.typed if asked else request.GET
    found: Matrix | None = None
    wanted: list[TakeWish] = []
    micros, error, more = 0, "", None
    try:
        if any(typed.get(name, "").strip() for name in FACTORS):
            found = matrix(shot.prompt, factors=_factors(typed), most=_most(typed))
            wanted = wishes(shot, found.variants, tier=tier_typed(typed), note=note_typed(typed))
            micros = _price(access, shot, wanted)
            if request.method == "POST":
                require(access, "jobs:write")
                _not_dearer(typed, micros)
                made_once(request, access, lambda: make(access, shot.campaign, wanted).batch.uid)
                address = reverse("campaigns:drafts", args=[shot.campaign.uid])
                return redirect(f"{address}?shot={shot.uid}")
    except (Refused, BudgetExceeded, StillAtWork) as fault:
        error = words_of(fault)
        more = _ask_more(access, fault, shot, wanted, path=request.path, typed=typed)
    return _show_variants(
        request,
        shot,
        typed,
        found=found,
        micros=micros,
        error=error,
        asked=asked,
        ask_more=more,
        status=422 if error else 200,
    )


def shot_or_404(access: Access, uid: str) -> Shot:
    shot = shot_by(access, uid)
    if shot is None:
        raise Http404("There is no such shot in this workspace and mode.")
    return shot


def words_of(fault: Refused | BudgetExceeded | StillAtWork) -> str:
    if isinstance(fault, BudgetExceeded):
        return budget_words(fault)
    return fault.message if isinstance(fault, Refused) else STILL_AT_WORK


def _of_shot(shot: Shot, typed: QueryDict) -> QueryDict:
    """The form with its shot, which its address names and the board's does not."""
    data = typed.copy()
    data["shot"] = shot.uid
    return data


def _ask_more(
    access: Access,
    fault: Exception,
    shot: Shot,
    wanted: list[TakeWish],
    *,
    path: str,
    typed: QueryDict,
) -> AskMore | None:
    """The question to the owners, where it was a budget that refused."""
    if not isinstance(fault, BudgetExceeded):
        return None
    takes = "One more take" if len(wanted) == 1 else f"{len(wanted)} more takes"
    return ask_more(
        fault,
        path=path,
        typed=typed,
        reason=reason_of(wanted[0].prompt or shot.prompt, f"{takes} of shot {shot.position}"),
        ways=take_ways(access, shot.campaign, wanted, left=fault.left_micros),
    )


def _show_variants(
    request: HttpRequest, shot: Shot, typed: QueryDict, *, status: int, **more: Any
) -> HttpResponse:
    begin = suggested(shot.role)
    fields = [
        {
            "name": name,
            "label": label,
            "typed": typed.get(name, "")[:1000] if typed else "\n".join(begin.get(name, ())),
            "known": KNOWN[name],
        }
        for name, label in FACTORS.items()
    ]
    context = {
        "campaign": shot.campaign,
        "shot": shot,
        "fields": fields,
        "most": typed.get("most", "")[:4] or MOST_AT_FIRST,
        "tier": typed.get("tier", "") or shot.tier,
        "note": note_typed(typed),
        "tiers": TIERS,
        "token": new_token(),
        **more,
    }
    return render(request, "campaigns/variants.html", context, status=status)


def _factors(typed: QueryDict) -> dict[str, list[str]]:
    """One value a line."""
    told = {name: typed.get(name, "")[:4000].splitlines() for name in FACTORS}
    return {name: [line.strip() for line in lines if line.strip()] for name, lines in told.items()}


def _most(typed: QueryDict) -> int:
    return whole_typed(typed.get("most", "") or str(MOST_AT_FIRST), field="most") or MOST_VARIANTS


def _price(access: Access, shot: Shot, wanted: list[TakeWish]) -> int:
    """Likely micro-dollars of all. Raises Refused."""
    checker = Checker(access)
    return sum(checker.route(ask_for(shot.campaign, wish)).likely_micros for wish in wanted)


def _not_dearer(typed: QueryDict, micros: int) -> None:
    """A button never spends more than it said. Raises Refused."""
    shown = typed.get("shown", "")
    if not (shown.isascii() and shown.isdigit()) or micros > int(shown[:18]):
        raise Refused(
            f"The price has changed to {dollars(micros)}. Press once more to agree to it.",
            field="shown",
        )
