"""Finals: which picks wait for one, what that costs as one batch, and how near the draft it is."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access, require
from campaigns import finals, promoting
from campaigns.final_options import affordable
from campaigns.finals import ShotFinal
from campaigns.models import Campaign
from campaigns.pages.board import TIERS
from campaigns.pages.door import campaign_or_404
from campaigns.pages.more import words_of
from campaigns.pages.take_cards import TakeCard, card_of
from campaigns.promoting import Priced, Promotion
from campaigns.sources import versions
from footage.drift import NEEDS_A_LOOK
from generation.asks import Refused
from generation.batches import MOST
from generation.models import Quote
from generation.money.budgets import BudgetExceeded
from generation.pages.ask_more import ask_beside, ask_more, asked_before
from generation.pages.door import is_partial, page
from generation.pages.once import StillAtWork, made_once, new_token
from providers.types import Tier


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """A pick without a final. `priced` is None for one that has the wanted tier already."""

    number: int
    role: str
    card: TakeCard
    tier: str
    priced: Priced | None
    chosen: bool


@dataclass(frozen=True, kw_only=True)
class Made:
    """A pick with its newest final. Money is micro-dollars."""

    number: int
    role: str
    draft: TakeCard
    final: TakeCard
    is_final: bool
    drift: float | None
    drift_words: str
    needs_a_look: bool
    quoted_micros: int
    worst_micros: int
    cost_micros: int | None


@page("campaigns:read")
def finals_page(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    campaign = campaign_or_404(access, uid)
    if question := asked_before(request, access):
        return _show(request, access, campaign, typed=question.typed, asked=question)
    return _show(request, access, campaign)


@page("campaigns:write", methods=("POST",))
def finals_price(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Keeps a quote for what is chosen; nothing is held until it is confirmed."""
    require(access, "jobs:write")
    campaign = campaign_or_404(access, uid)
    told = _quoted(access, campaign, request.POST)
    if is_partial(request):
        context = {"campaign": campaign, **told, **_beside(campaign, request.POST)}
        return render(request, "campaigns/_finals_price.html", context)
    return _show(request, access, campaign, typed=request.POST, **told)


@page("campaigns:write", methods=("POST",))
def finals_make(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Confirms the quote that stands on the button: one batch, one hold."""
    require(access, "jobs:write")
    campaign = campaign_or_404(access, uid)
    try:
        wanted = _wanted(access, campaign, request.POST)
        quote = request.POST.get("quote", "")[:40]
        if not quote:
            raise Refused("Look at the price first, then press the button.", field="quote_id")

        def make() -> str:
            return promoting.promote(access, campaign, wanted, quote_uid=quote).batch.uid

        made_once(request, access, make)
    except BudgetExceeded as fault:
        words, told = words_of(fault), _quoted(access, campaign, request.POST)
        more = ask_more(fault, path=_path(campaign), typed=request.POST, reason=_reason(campaign))
        return _show(
            request, access, campaign, typed=request.POST, error=words, ask_more=more, status=422,
            **told,
        )  # fmt: skip
    except (Refused, StillAtWork) as fault:
        return _show(
            request, access, campaign, typed=request.POST, error=words_of(fault), status=422
        )
    many = "final is" if len(wanted) == 1 else "finals are"
    messages.info(request, f"{len(wanted)} {many} being made.")
    return redirect("campaigns:finals", uid=campaign.uid)


def _show(
    request: HttpRequest,
    access: Access,
    campaign: Campaign,
    *,
    typed: QueryDict | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    shots = finals.shots_of(campaign)
    asked = request.GET if typed is None else typed
    current = versions(campaign)
    made = [_made(one, current=current) for one in shots if one.under_way or one.is_final]
    waiting = _rows(access, campaign, shots, asked, current=current)
    context = {
        "campaign": campaign,
        "here": _path(campaign),
        **_beside(campaign, asked),
        "mode_next": reverse("campaigns:campaigns"),
        "waiting": waiting,
        "any_priced": any(row.priced is not None for row in waiting),
        "asked_tier": _tier(asked) or campaign.brief.tier,
        "made": [one for one in made if one is not None],
        "moving": any(one is not None and _moves(one) for one in made),
        "tier": _tier(asked),
        "tiers": TIERS[1:],
        "pin": bool(asked.get("pin")),
        "token": new_token(),
        "picked": len(shots),
        **more,
    }
    name = "campaigns/_finals_made.html" if is_partial(request) else "campaigns/finals.html"
    return render(request, name, context, status=status)


def _beside(campaign: Campaign, typed: QueryDict) -> dict[str, object]:
    return ask_beside(_path(campaign), typed, reason=_reason(campaign))


def _path(campaign: Campaign) -> str:
    return reverse("campaigns:finals", args=[campaign.uid])


def _reason(campaign: Campaign) -> str:
    return f"Finals of “{campaign.name}”"


def _rows(
    access: Access,
    campaign: Campaign,
    shots: list[ShotFinal],
    asked: QueryDict,
    *,
    current: dict[str, tuple[str, int]],
) -> list[Waiting]:
    tier, pin = _tier(asked), bool(asked.get("pin"))
    chosen = set(asked.getlist("take")[:MOST])
    found = finals.waiting(shots)
    better = {one.picked.pk: finals.tier_of(one.picked, campaign, tier=tier) for one in found}
    higher = [
        Promotion(take=one.picked, tier=to, pin=pin, pin_last=pin)
        for one in found
        if (to := better[one.picked.pk]) is not None
    ]
    prices = {one.promotion.take.pk: one for one in promoting.price(access, higher)}
    return [
        _row(
            one,
            prices.get(one.picked.pk),
            chosen=not chosen or one.picked.uid in chosen,
            current=current,
        )
        for one in found
    ]


def _row(
    one: ShotFinal,
    priced: Priced | None,
    *,
    chosen: bool,
    current: dict[str, tuple[str, int]],
) -> Waiting:
    return Waiting(
        number=one.shot.position,
        role=one.shot.get_role_display(),
        card=card_of(one.picked, current=current),
        tier=priced.promotion.tier.value if priced else one.picked.job.tier,
        priced=priced,
        chosen=chosen and priced is not None and priced.route is not None,
    )


def _made(one: ShotFinal, *, current: dict[str, tuple[str, int]]) -> Made | None:
    final = one.newest
    if final is None:  # the draft itself was made final
        final = one.picked
    job = final.job
    return Made(
        number=one.shot.position,
        role=one.shot.get_role_display(),
        draft=card_of(one.picked, current=current),
        final=card_of(final, current=current),
        is_final=one.shot.final_id == final.pk,
        drift=final.drift,
        drift_words=_drift_words(one),
        needs_a_look=one.needs_a_look,
        quoted_micros=job.estimated_micros,
        worst_micros=max(leg["price_micros"] for leg in job.route),
        cost_micros=job.cost_micros if job.is_ended else None,
    )


def _drift_words(one: ShotFinal) -> str:
    final = one.newest
    if final is None:
        return "The draft itself goes on."
    if final.drift_note:
        return final.drift_note
    if final.drift is None:
        done = final.job.state == "completed"
        return "Being compared with its draft." if done else "Compared with its draft when done."
    worst = int(final.drift_worst_second or 0)
    if final.drift >= NEEDS_A_LOOK:
        return f"Far from its draft, most at second {worst}. Look before you confirm it."
    return "Practically the same as its draft." if final.drift < 0.05 else "Close to its draft."


def _moves(one: Made) -> bool:
    return not one.final.ended or one.drift_words.startswith("Being compared")


def _quoted(access: Access, campaign: Campaign, typed: QueryDict) -> dict[str, Any]:
    """The kept quote with the limits that it meets; or why there is none."""
    try:
        wanted = _wanted(access, campaign, typed)
        quote: Quote = promoting.quote(access, campaign, wanted)
        rooms, short = affordable(access, campaign, wanted)
    except Refused as refused:
        return {"problem": refused.message}
    return {"quote": quote, "count": len(wanted), "rooms": rooms, "short": short}


def _wanted(access: Access, campaign: Campaign, typed: QueryDict) -> list[Promotion]:
    """What is ticked, at the tier and with the pin that is chosen. Raises Refused."""
    uids = typed.getlist("take")[:MOST]
    if not uids:
        raise Refused("Tick at least one shot.", field="takes", code="required")
    takes = finals.named(access, campaign, uids)
    pin = bool(typed.get("pin"))
    return finals.promotions_of(campaign, takes, tier=_tier(typed), pin=pin, pin_last=pin)


def _tier(typed: QueryDict) -> Tier | None:
    text = typed.get("tier", "")
    return Tier(text) if text in TIERS[1:] else None
