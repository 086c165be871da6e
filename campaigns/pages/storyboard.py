"""The storyboard: its page, a new plan beside it, its price as one ticks, and the press."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse

from accounts.access import Access, require
from campaigns import drafting, replanning, storyboard
from campaigns.models import Campaign, Shot, ShotRole
from campaigns.pages.door import campaign_or_404
from campaigns.pages.draft_ways import draft_ways
from campaigns.pages.shot_cards import Board, board_of
from campaigns.pages.shot_form import TypedShot, typed_of
from campaigns.planning.reading import plan_of
from campaigns.replanning import Change, Diff, Fate
from generation.asks import LONGEST, RATIOS, SHORTEST, Refused
from generation.money.budgets import BudgetExceeded
from generation.pages.ask_more import Asked, AskMore, ask_beside, ask_more, asked_before
from generation.pages.door import is_partial, page
from generation.pages.once import StillAtWork, made_once, new_token
from generation.pages.refusals import STILL_AT_WORK, budget_words
from generation.styles import STYLES
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS
from providers.micros import dollars
from providers.types import Tier

TAKES = (1, 2, 3, 4, 5)
FATES = {
    Fate.ADDED: ("plus", "Added", "good"),
    Fate.CHANGED: ("pencil", "Changed", "accent"),
    Fate.KEPT: ("check", "Kept", "wait"),
    Fate.REMOVED: ("minus", "Taken out", "bad"),
}


@page("campaigns:read")
def storyboard_page(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`?edit=<shot>` opens that shot's form, `?add=1` an empty one, `?plan=1` a new plan;
    `?asked=<question>` ticks what a budget has refused."""
    campaign = campaign_or_404(access, uid)
    if question := asked_before(request, access):
        return show(request, access, campaign, asked=question.typed, question=question)
    return show(request, access, campaign_or_404(access, uid), asked=request.GET)


@page("campaigns:write", methods=("POST",))
def plan(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """An empty storyboard is planned at once; over one that stands, the difference comes first."""
    campaign = campaign_or_404(access, uid)
    fingerprint = request.POST.get("fingerprint", "")[:64]
    if not fingerprint and storyboard.shots_of(campaign).exists():
        return redirect(f"{reverse('campaigns:storyboard', args=[uid])}?plan=1")
    try:
        made = replanning.apply(access, campaign, plan_of(campaign), fingerprint=fingerprint)
    except Refused as refused:
        return show(request, access, campaign, error=refused.message, status=422)
    messages.info(request, f"{_planned(made)} Nothing was spent.")
    return redirect("campaigns:storyboard", uid=uid)


@page("campaigns:read")
def total(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The running total and the button for what is ticked. Reads only."""
    campaign = campaign_or_404(access, uid)
    context = {
        "board": _board(access, campaign, request.GET),
        "takes": TAKES,
        "token": new_token(),
        "campaign": campaign,
        **_beside(campaign, request.GET),
    }
    return render(request, "campaigns/_storyboard_total.html", context)


@page("campaigns:write", methods=("POST",))
def drafts(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Takes of the ticked shots as one batch, never for more than the button said."""
    require(access, "jobs:write")
    campaign = campaign_or_404(access, uid)
    board = _board(access, campaign, request.POST)
    try:
        _as_shown(request.POST, board)
        chosen = [card.shot.uid for card in board.cards if card.chosen]
        each = board.totals.takes_each
        made_once(
            request,
            access,
            lambda: drafting.make_drafts(access, campaign, chosen, takes_each=each).batch.uid,
        )
    except Refused as refused:
        return show(
            request, access, campaign, asked=request.POST, error=refused.message, status=422
        )
    except BudgetExceeded as fault:
        more = ask_more(
            fault,
            path=_path(campaign),
            typed=request.POST,
            reason=_reason(campaign),
            ways=draft_ways(access, campaign, board, left=fault.left_micros),
        )
        words = budget_words(fault)
        return show(
            request, access, campaign, asked=request.POST, error=words, more=more, status=402
        )
    except StillAtWork:
        return show(request, access, campaign, asked=request.POST, error=STILL_AT_WORK, status=409)
    return redirect(_after_drafts(uid))


@page("campaigns:write", methods=("POST",))
def order(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """All shots in the order in which they were dropped."""
    campaign = campaign_or_404(access, uid)
    try:
        storyboard.reorder(access, campaign, request.POST.getlist("order"))
    except Refused as refused:
        return show(request, access, campaign, error=refused.message, status=422)
    return done(request, access, campaign)


@page("campaigns:write", methods=("POST",))
def tier(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The ticked shots in another tier."""
    campaign = campaign_or_404(access, uid)
    chosen = request.POST.getlist("shots")
    wanted = request.POST.get("tier", "")
    try:
        if wanted not in set(Tier) or not chosen:
            raise Refused("Tick shots and choose one of the four tiers.", field="shots")
        storyboard.change_tier(access, campaign, chosen, Tier(wanted))
    except Refused as refused:
        return show(
            request, access, campaign, asked=request.POST, error=refused.message, status=422
        )
    return done(request, access, campaign)


def done(
    request: HttpRequest, access: Access, campaign: Campaign, *, at: str = "", **more: Any
) -> HttpResponse:
    """After a change: the storyboard in place for htmx, else the page anew, at one of its shots."""
    if is_partial(request):
        return show(request, access, campaign, asked=request.POST, **more)
    address = reverse("campaigns:storyboard", args=[campaign.uid])
    removed: Shot | None = more.get("removed")
    query = f"?removed={removed.uid}" if removed else ""
    return redirect(f"{address}{query}{f'#shot-{at}' if at else ''}")


def show(
    request: HttpRequest,
    access: Access,
    campaign: Campaign,
    *,
    asked: QueryDict | None = None,
    error: str = "",
    typed: TypedShot | None = None,
    editing: str = "",
    errors: dict[str, str] | None = None,
    removed: Shot | None = None,
    question: Asked | None = None,
    more: AskMore | None = None,
    status: int = 200,
) -> HttpResponse:
    """The page, or its changing part alone for htmx."""
    query = asked if asked is not None else QueryDict()
    board = _board(access, campaign, query)
    may = access.may("campaigns:write")
    editing = editing or (query.get("edit", "")[:64] if may else "")
    adding = may and (editing == "new" or "add" in query)
    opened = next((card.shot for card in board.cards if card.shot.uid == editing), None)
    context = {
        "campaign": campaign,
        "board": board,
        "error": error,
        "ask_more": more,
        "asked": question,
        **_beside(campaign, query),
        "errors": errors or {},
        "editing": editing,
        "adding": adding,
        "typed": typed or _typed(campaign, opened),
        "removed": removed or _gone(campaign, query.get("removed", "")[:64]),
        "replan": _replan(campaign) if may and "plan" in query else None,
        "outlook": plan_of(campaign) if not board.cards else None,
        "takes": TAKES,
        "token": new_token(),
        **CHOICES,
    }
    name = "_storyboard.html" if is_partial(request) else "storyboard.html"
    return render(request, f"campaigns/{name}", context, status=status)


CHOICES = {
    "roles": ShotRole.choices,
    "tiers": [(tier.value, tier.value.capitalize()) for tier in Tier],
    "ratios": RATIOS,
    "styles": tuple(STYLES),
    "providers": [(name, provider_name(name)) for name in PROVIDERS],
    "shortest": SHORTEST,
    "longest": LONGEST,
}


def _board(access: Access, campaign: Campaign, query: QueryDict) -> Board:
    chosen = query.getlist("shots") if "chosen" in query else None
    each = query.get("takes_each", "1")
    number = int(each) if each.isascii() and each.isdigit() and len(each) < 3 else 1
    return board_of(access, campaign, chosen=chosen, takes_each=number)


def _beside(campaign: Campaign, typed: QueryDict) -> dict[str, object]:
    return ask_beside(_path(campaign), typed, reason=_reason(campaign))


def _path(campaign: Campaign) -> str:
    return reverse("campaigns:storyboard", args=[campaign.uid])


def _reason(campaign: Campaign) -> str:
    return f"Drafts of “{campaign.name}”"


def _typed(campaign: Campaign, shot: Shot | None) -> TypedShot:
    return typed_of(shot) if shot else TypedShot(ratio=campaign.brief.ratio)


def _gone(campaign: Campaign, uid: str) -> Shot | None:
    """The shot that was just taken out, so that it can be put back."""
    if not uid:
        return None
    return Shot.objects.filter(campaign=campaign, uid=uid, removed_at__isnull=False).first()


def _replan(campaign: Campaign) -> dict[str, Any]:
    wanted = plan_of(campaign)
    found = replanning.diff(campaign, wanted)
    rows = [_fate(change) for change in (*found.row, *found.removed)]
    return {"diff": found, "rows": rows, "notes": wanted.notes, "words": _planned(found)}


def _fate(change: Change) -> dict[str, Any]:
    icon, word, tone = FATES[change.fate]
    changed = change.fate == Fate.CHANGED
    shown = change.planned if changed else change.shot or change.planned
    # Each field that differs, as it stands and as the plan has it.
    differing = [
        (name.replace("_", " "), getattr(change.shot, name), getattr(change.planned, name))
        for name in change.differs
    ]
    return {
        "icon": icon,
        "word": word,
        "tone": tone,
        "shown": shown,
        "role": ShotRole(shown.role).label if shown else "",
        "stays": change.stays,
        "differing": differing if not change.stays else [],
    }


def _planned(found: Diff) -> str:
    if found.changes_nothing:
        return "The storyboard already says what the brief asks for."
    words = [f"{found.count(fate)} {FATES[fate][1].lower()}" for fate in Fate if found.count(fate)]
    return f"{', '.join(words)}.".capitalize()


def _as_shown(data: QueryDict, board: Board) -> None:
    """Raises Refused where the button's price is not today's any more."""
    if board.totals.press_blocked:
        numbers = ", ".join(str(number) for number in board.totals.press_blocked)
        raise Refused(f"Nobody can make shot {numbers} as it is. Untick it.", field="shots")
    if not board.totals.chosen:
        raise Refused("Tick at least one shot.", field="shots")
    shown = data.get("shown", "")
    if shown != str(board.totals.press_micros):
        price = dollars(board.totals.press_micros)
        raise Refused(f"The price is {price} now. Press again to agree.", field="shots")


def _after_drafts(uid: str) -> str:
    try:
        return reverse("campaigns:drafts", args=[uid])
    except NoReverseMatch:
        return reverse("generation:batches")
