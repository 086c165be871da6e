"""Repeating a rehearsed campaign live, from its storyboard."""

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import Access
from accounts.models import Mode
from campaigns.pages.door import campaign_or_404
from campaigns.pages.storyboard import show
from campaigns.rehearsal.repeat_live import Repeated, repeat_live, source_of
from generation.asks import Refused
from generation.pages.door import page
from providers.micros import dollars


@page("campaigns:write", methods=("POST",))
def live(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Copies the plan and quotes it there. Spends nothing, and leaves this page in test mode."""
    campaign = campaign_or_404(access, uid)
    if access.mode != Mode.TEST:
        raise Http404("A live campaign is not a rehearsal.")
    try:
        source = source_of(access, uid)
        if source is None:
            raise Http404("There is no such campaign in this workspace.")
        done = repeat_live(access, source)
    except Refused as refused:
        return show(request, access, campaign, error=refused.message, status=422)
    messages.info(request, _words(done))
    return redirect("campaigns:storyboard", uid=uid)


def _words(done: Repeated) -> str:
    begun = "is ready in live mode" if done.new else "has been in live mode already"
    if done.quote is None:
        price = f"It has no price yet: {done.problem}"
    else:
        likely, worst = dollars(done.quote.likely_micros), dollars(done.quote.worst_micros)
        price = f"One take of each shot is quoted there at {likely}, {worst} at most."
    return f"“{done.campaign.name}” {begun}. {price} Switch to Live and open Campaigns to go on."
