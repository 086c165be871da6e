"""The draft board: its page, the part that keeps itself fresh, and verdicts given on it."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from accounts.access import Access
from campaigns import judging
from campaigns.judging import REASONS
from campaigns.models import Campaign, Shot, Take
from campaigns.pages.board_view import Asked, board_of, price_of
from campaigns.pages.door import campaign_or_404
from campaigns.pages.more_form import COUNTS, TypedMore, begun_with, typed_more
from campaigns.pages.take_cards import STATES, card_of
from campaigns.sources import versions
from campaigns.take_reading import shot_by, take_by
from campaigns.takes import TakeWish
from generation.asks import Checker, Refused
from generation.pages.ask_more import asked_before
from generation.pages.door import PATIENCE_STATUS, is_partial, page
from generation.pages.once import new_token
from providers.types import Tier

TIERS = ("draft", "standard", "high", "master")


@page("campaigns:read")
def drafts(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Filtered by its address: `shot`, `state`. `from` names a take whose prompt to begin with,
    `asked` a question about takes that a budget has refused."""
    campaign = campaign_or_404(access, uid)
    if question := asked_before(request, access):
        filled = typed_more(question.typed)
        return show_board(request, access, campaign, filled=filled, asked=question)
    filled = typed_more(request.GET) or _begun(access, request, campaign)
    return show_board(request, access, campaign, filled=filled)


@page("campaigns:read")
def drafts_live(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The sheet anew: 204 while it is as the browser has it, 286 once nothing more comes."""
    campaign = campaign_or_404(access, uid)
    board = board_of(access, campaign, Asked(shot=asked_of(request).shot))
    if board.open and request.GET.get("v") == board.version:
        return HttpResponse(status=204)
    status = 200 if board.open else PATIENCE_STATUS
    context = _context(board=board, campaign=campaign, figures=pick_figures(campaign))
    return render(request, "campaigns/_board.html", context, status=status)


@page("campaigns:write", methods=("POST",))
def judge(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """One press: `rating`, or `do` as pick, reject, undo or final. Answers the take's card, and
    with it the card of the take that lost its pick."""
    take = take_or_404(access, uid)
    before = take.shot.picked
    try:
        _verdict(request)(access, take)
    except Refused as refused:
        if is_partial(request):
            return _cards(request, access, [take.uid], error=refused.message, status=422)
        return show_board(request, access, take.shot.campaign, error=refused.message, status=422)
    if not is_partial(request):
        return redirect(_back(request, take))
    changed = [take.uid]
    if before is not None and before.pk != take.pk and request.POST.get("do") == "pick":
        changed.append(before.uid)
    return _cards(request, access, changed)


def take_or_404(access: Access, uid: str) -> Take:
    take = take_by(access, uid)
    if take is None:
        raise Http404("There is no such take in this workspace and mode.")
    return take


def pick_figures(campaign: Campaign) -> dict[str, int]:
    """How many shots there are, and of how many one take is picked."""
    shots = Shot.objects.filter(campaign=campaign, removed_at=None)
    return shots.aggregate(shots=Count("pk"), picked=Count("picked"))


def asked_of(request: HttpRequest) -> Asked:
    state = request.GET.get("state", "")
    return Asked(shot=request.GET.get("shot", "")[:64], state=state if state in STATES else "")


def show_board(
    request: HttpRequest,
    access: Access,
    campaign: Campaign,
    *,
    filled: TypedMore | None = None,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    """The page; `filled` is the form of one of its shots as it was typed."""
    board = board_of(access, campaign, asked_of(request))
    context = {
        **_context(board=board),
        "campaign": campaign,
        "figures": pick_figures(campaign),
        "here": reverse("campaigns:drafts", args=[campaign.uid]),
        "mode_next": reverse("campaigns:campaigns"),
        "live_at": _with_query(reverse("campaigns:drafts_live", args=[campaign.uid]), board.asked),
        "states": [(key, word, board.counts[key]) for key, word in STATES.items()],
        "tiers": TIERS,
        "counts": COUNTS,
        "filled": filled,
        "own_price": _price(access, campaign, filled) if filled else None,
        "token": new_token(),
        **more,
    }
    return render(request, "campaigns/drafts.html", context, status=status)


def _price(access: Access, campaign: Campaign, filled: TypedMore) -> dict[str, Any]:
    """Likely micro-dollars of the takes that are typed, or why nobody can make them."""
    shot = shot_by(access, filled.shot)
    if shot is None:
        return {}
    tier = Tier(filled.tier) if filled.tier else None
    wish = TakeWish(shot=shot, prompt=filled.prompt or None, tier=tier)
    micros, problem = price_of(Checker(access), campaign, wish)
    return {"micros": micros and filled.count * micros, "problem": problem}


def _begun(access: Access, request: HttpRequest, campaign: Campaign) -> TypedMore | None:
    take = take_by(access, request.GET.get("from", "")[:64])
    return begun_with(take) if take and take.shot.campaign_id == campaign.pk else None


def _context(**more: Any) -> dict[str, Any]:
    return {"reasons": REASONS.items(), "stars": range(1, judging.BEST + 1), **more}


def _verdict(request: HttpRequest) -> Callable[[Access, Take], None]:
    """What the pressed button does. Raises Refused for a button that is none."""
    typed = request.POST
    if rating := typed.get("rating", ""):
        stars = int(rating) if rating.isascii() and rating.isdigit() and len(rating) < 3 else 99
        return lambda access, take: judging.rate(access, take, rating=stars or None)
    reason, note = typed.get("reason", ""), typed.get("note", "").strip()
    does: dict[str, Callable[[Access, Take], None]] = {
        "pick": judging.pick,
        "undo": judging.undo,
        "final": judging.confirm_final,
        "reject": lambda access, take: judging.reject(access, take, reason=reason, note=note),
    }
    found = does.get(typed.get("do", ""))
    if found is None:
        raise Refused("Choose one of the buttons.", field="do")
    return found


def _cards(
    request: HttpRequest, access: Access, uids: list[str], *, error: str = "", status: int = 200
) -> HttpResponse:
    takes = [take_or_404(access, uid) for uid in uids]
    current = versions(takes[0].shot.campaign)
    cards = [card_of(take, current=current) for take in takes]
    picked = takes[0].shot.picked
    context = _context(
        card=cards[0],
        others=cards[1:],
        error=error,
        shot={"uid": takes[0].shot.uid, "picked": picked.number if picked else None},
        campaign=takes[0].shot.campaign,
        figures=pick_figures(takes[0].shot.campaign),
    )
    return render(request, "campaigns/_judged.html", context, status=status)


def _back(request: HttpRequest, take: Take) -> str:
    """To the page that the button was on, at the take."""
    named = request.POST.get("next", "")
    own = reverse("campaigns:drafts", args=[take.shot.campaign.uid])
    known = {
        "finals": reverse("campaigns:finals", args=[take.shot.campaign.uid]),
        "compare": _compare(take, request.POST.get("takes", "")[:200]),
    }
    return known.get(named, f"{own}#take-{take.uid}")


def _compare(take: Take, takes: str) -> str:
    address = reverse("campaigns:compare", args=[take.shot.campaign.uid])
    return f"{address}?{urlencode({'takes': takes or take.uid})}"


def _with_query(address: str, asked: Asked) -> str:
    return f"{address}?{asked.query}" if asked.query else address
