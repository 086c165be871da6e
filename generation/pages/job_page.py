"""One job's page, and the part of it that keeps itself fresh until the job has ended."""

from dataclasses import dataclass, replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone

from accounts.access import Access
from generation.asks import Refused, route_for
from generation.centres import client_and_campaign
from generation.jobs import ask_of
from generation.media import signed_path
from generation.models import Job
from generation.pages.ask_more import asked_before
from generation.pages.door import PATIENCE_STATUS, job_or_404, page
from generation.pages.job_view import JobView, job_view
from generation.pages.once import new_token
from generation.wording import provider_name
from providers.market import Market, market
from providers.types import Tier

# Young jobs may end within seconds; older ones are asked about half as often.
YOUNG_SECONDS = 20
# The same request would fail the same way again.
CHANGE_FIRST = {"moderation", "invalid"}


@dataclass(frozen=True, kw_only=True)
class Repeat:
    """A way to ask for the clip again: at which tier, by whom, for how much."""

    tier: str
    provider: str
    micros: int


@page("jobs:read")
def job(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`?asked=<question>` says how a repeat stands that a budget has refused."""
    asked = asked_before(request, access)
    return show(request, access, job_or_404(access, uid), asked=asked)


@page("jobs:read")
def live(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """The changing part: 204 while it is as the browser has it, 286 once nothing more comes."""
    row = job_or_404(access, uid)
    view = job_view(access, row)
    if not view.settled and request.GET.get("v") == view.version:
        return HttpResponse(status=204)
    status = PATIENCE_STATUS if view.settled else 200
    return render(request, "generation/_job_live.html", _context(access, row, view), status=status)


def show(
    request: HttpRequest, access: Access, row: Job, *, status: int = 200, **more: Any
) -> HttpResponse:
    """The whole page, with `error` and `ask_more` at the top where a button was refused."""
    context = {**_context(access, row, job_view(access, row)), **more}
    return render(request, "generation/job.html", context, status=status)


def _context(access: Access, row: Job, view: JobView) -> dict[str, Any]:
    again, higher = (None, []) if not view.ended else _repeats(access, row)
    young = (timezone.now() - row.created_at).total_seconds() < YOUNG_SECONDS
    return {
        "job": row,
        # Where a switch of the theme or of the mode leads to: this page, and what it hangs from.
        "here": reverse("generation:job", args=[row.uid]),
        "mode_next": reverse("generation:jobs"),
        "view": view,
        "shape": f"r-{row.ratio.replace(':', 'x')}",
        "picture": signed_path(row.picture, thumbnail=True) if row.picture else "",
        "last_picture": signed_path(row.last_picture, thumbnail=True) if row.last_picture else "",
        "asked_provider": provider_name(row.provider) if row.provider else "",
        "paid_by": " · ".join(one.name for one in client_and_campaign(row.cost_centre) if one),
        "again": again,
        "higher": higher,
        "change_first": row.error_class in CHANGE_FIRST,
        "token": new_token() if view.ended else "",
        "every": 1 if young else 2,
    }


def _repeats(access: Access, row: Job) -> tuple[Repeat | None, list[Repeat]]:
    """The same request once more, and what was good at each higher tier, as far as each can be
    made now."""
    if not access.may("jobs:write"):
        return None, []
    trade = market(access.mode)
    own = Tier(row.tier)
    better = list(Tier)[list(Tier).index(own) + 1 :] if row.state == "completed" else []
    higher = [found for tier in better if (found := _repeat(access, row, tier, trade))]
    return _repeat(access, row, own, trade), higher


def _repeat(access: Access, row: Job, tier: Tier, trade: Market) -> Repeat | None:
    ask = ask_of(row)
    if tier != ask.tier:
        ask = replace(ask, tier=tier, provider="")
    try:
        route = route_for(access, ask, trade=trade)
    except Refused:
        return None
    provider = provider_name(route.legs[0].provider)
    return Repeat(tier=tier.value, provider=provider, micros=route.likely_micros)
