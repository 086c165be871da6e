"""The webhooks' pages: who is told, how well each listens, and what was delivered."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts.access import Access
from generation import clock
from generation.asks import Refused
from generation.idempotency import StillAtWork
from generation.models import Notice, WebhookEndpoint
from generation.notices import endpoints
from generation.notices.endpoints import EndpointAsk
from generation.notices.kinds import ANY, KINDS
from generation.notices.signing import former_until
from generation.pages.door import page
from generation.pages.once import made_once, new_token
from generation.pages.refusals import STILL_AT_WORK
from generation.pages.webhook_rows import delivery_of, row_of

PER_PAGE = 30
STATES = (
    ("", "All states"),
    ("waiting", "To be sent"),
    ("delivered", "Delivered"),
    ("failed", "Failed"),
)
OVERLAPS = (("24", "For 24 hours more"), ("1", "For one hour more"), ("0", "Not at all"))


@page("webhooks:read")
def webhook_list(request: HttpRequest, access: Access) -> HttpResponse:
    found = endpoints.mine(access).order_by("-pk")[: endpoints.MOST]
    return render(request, "generation/webhooks.html", {"rows": [row_of(one) for one in found]})


@page("webhooks:write", methods=("GET", "POST"))
def webhook_new(request: HttpRequest, access: Access) -> HttpResponse:
    """Its secret is shown once, on the page that answers the form."""
    if request.method != "POST":
        return _form(request, typed={"events": [ANY]})
    typed = _typed(request)
    try:
        uid = made_once(request, access, lambda: endpoints.create(access, _ask(typed)).uid)
    except Refused as refused:
        return _form(request, typed=typed, errors={refused.field: refused.message}, status=422)
    except StillAtWork:
        return _form(request, typed=typed, errors={"form": STILL_AT_WORK}, status=422)
    return _secret(request, endpoint_or_404(access, uid), fresh=True)


@page("webhooks:read")
def webhook(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Filtered by its address: `state`, `before` (a delivery)."""
    return _show(request, access, endpoint_or_404(access, uid))


@page("webhooks:write", methods=("POST",))
def webhook_change(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found, typed = endpoint_or_404(access, uid), _typed(request)
    try:
        endpoints.change(access, found, changes=typed)
    except Refused as refused:
        errors = {refused.field: refused.message}
        return _show(request, access, found, status=422, typed=typed, errors=errors)
    messages.success(request, "Saved.")
    return redirect("generation:webhook", uid=uid)


@page("webhooks:write", methods=("POST",))
def webhook_switch(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """`to` is on or off."""
    on = request.POST.get("to") == "on"
    endpoints.change(access, endpoint_or_404(access, uid), changes={"enabled": on})
    words = "Switched on." if on else "Switched off: nothing is sent there."
    messages.success(request, words)
    return redirect("generation:webhook", uid=uid)


@page("webhooks:write", methods=("POST",))
def webhook_rotate(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = endpoint_or_404(access, uid)
    hours = request.POST.get("overlap_hours", "")
    if hours not in dict(OVERLAPS):
        hours = OVERLAPS[0][0]
    try:
        made_once(
            request,
            access,
            lambda: endpoints.rotate(access, found, overlap_hours=int(hours)).uid,
        )
    except Refused as refused:
        return _show(request, access, found, status=422, errors={"overlap": refused.message})
    except StillAtWork:
        return _show(request, access, found, status=422, errors={"overlap": STILL_AT_WORK})
    return _secret(request, endpoint_or_404(access, uid), fresh=False)


@page("webhooks:write", methods=("POST",))
def webhook_test(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    endpoints.ping(access, endpoint_or_404(access, uid))
    messages.info(request, "A ping is on its way. Its answer stands here in a moment.")
    return redirect("generation:webhook", uid=uid)


@page("webhooks:write", methods=("POST",))
def webhook_remove(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    endpoints.remove(access, endpoint_or_404(access, uid))
    messages.success(request, "Removed. Nothing is sent there any more.")
    return redirect("generation:webhooks")


@page("webhooks:write", methods=("POST",))
def webhook_again(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    """Send one delivery again."""
    notice = endpoints.deliveries(access).filter(uid=uid, endpoint__isnull=False).first()
    if notice is None or notice.endpoint is None:
        raise Http404("There is no such delivery in this workspace and mode.")
    try:
        endpoints.replay(access, notice)
    except Refused as refused:
        messages.error(request, refused.message)
    else:
        messages.info(request, f"{notice.kind} is sent again. Its answer stands here in a moment.")
    return redirect("generation:webhook", uid=notice.endpoint.uid)


def endpoint_or_404(access: Access, uid: str) -> WebhookEndpoint:
    found = endpoints.mine(access).filter(uid=uid).first()
    if found is None:
        raise Http404("There is no such webhook endpoint in this workspace and mode.")
    return found


def _typed(request: HttpRequest) -> dict[str, Any]:
    """What was typed. Everything together makes the single choices pointless."""
    chosen = request.POST.getlist("events")[: len(KINDS) + 1]
    return {
        "url": request.POST.get("url", "").strip()[:2001],
        "events": [ANY] if ANY in chosen else chosen,
        "description": request.POST.get("description", "")[:400],
    }


def _ask(typed: dict[str, Any]) -> EndpointAsk:
    return EndpointAsk(**typed)


def _form(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    context = {"token": new_token(), "errors": {}, "kinds": KINDS.items(), **more}
    return render(request, "generation/webhook_new.html", context, status=status)


def _secret(request: HttpRequest, endpoint: WebhookEndpoint, *, fresh: bool) -> HttpResponse:
    """Rendered at once: through a message or a redirect the secret would lie somewhere."""
    context = {
        "endpoint": endpoint,
        "row": row_of(endpoint),
        "secret": endpoints.secret_of(endpoint),
        "fresh": fresh,
        "former_until": _former_until(endpoint),
    }
    response = render(request, "generation/webhook_secret.html", context)
    response["Cache-Control"] = "no-store"
    return response


def _former_until(endpoint: WebhookEndpoint) -> Any:
    return max(former_until(endpoint, at=clock.now()), default=None)


def _show(
    request: HttpRequest,
    access: Access,
    found: WebhookEndpoint,
    *,
    status: int = 200,
    **more: Any,
) -> HttpResponse:
    state = request.GET.get("state", "") if request.GET.get("state") in dict(STATES) else ""
    rows = endpoints.in_state(endpoints.deliveries(access, found), state)
    if before := request.GET.get("before", "")[:40]:
        rows = rows.filter(pk__lt=Notice.objects.filter(uid=before).values("pk")[:1])
    sent = list(rows.order_by("-pk")[: PER_PAGE + 1])
    may = access.may("webhooks:write")
    context = {
        "endpoint": found,
        "row": row_of(found),
        "deliveries": [delivery_of(one, may=may) for one in sent[:PER_PAGE]],
        "older": sent[PER_PAGE - 1].uid if len(sent) > PER_PAGE else "",
        "state": state,
        "filtered": bool(state or before),
        "states": STATES,
        "kinds": KINDS.items(),
        "overlaps": OVERLAPS,
        "former_until": _former_until(found),
        "typed": {"url": found.url, "events": found.events, "description": found.description},
        "errors": {},
        "token": new_token(),
        **more,
    }
    return render(request, "generation/webhook.html", context, status=status)
