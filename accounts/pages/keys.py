"""The API keys' page: which programs come in, and with what rights."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from accounts.access import Access
from accounts.door import page, person
from accounts.key_rotation import rotate
from accounts.keys import make_key, revoke
from accounts.models import ApiKey, Mode, Workspace
from accounts.permissions import PERMISSIONS, SCOPES
from accounts.refused import Refused

LIVES = ((30, "30 days"), (90, "90 days"), (180, "180 days"), (365, "A year"))
OVERLAPS = ((24, "24 hours more"), (168, "7 days more"), (1, "One hour more"), (0, "Not at all"))
SOON = timedelta(days=14)
MOST_OVER = 30


@dataclass(frozen=True, kw_only=True)
class KeyRow:
    """`tone` and `icon` say how the key stands, as `state` does in words."""

    key: ApiKey
    state: str
    tone: str
    icon: str
    open: bool
    moment: datetime
    scopes: str


@page("keys:read")
def key_list(request: HttpRequest, access: Access) -> HttpResponse:
    return _show(request, access)


@page("keys:write", methods=("GET", "POST"))
def key_new(request: HttpRequest, access: Access) -> HttpResponse:
    """The text is shown once, on the page that answers the form."""
    if request.method != "POST":
        return _form(request, typed={"scopes": list(SCOPES), "days": "90"})
    typed = {
        "name": " ".join(request.POST.get("name", "").split())[:81],
        "scopes": request.POST.getlist("scopes")[: len(SCOPES) + 1],
        "days": request.POST.get("days", ""),
    }
    errors = _wrong(typed)
    if errors:
        return _form(request, typed=typed, errors=errors, status=422)
    made, text = make_key(
        Workspace.objects.get(pk=access.workspace_id),
        mode=Mode(access.mode),
        name=str(typed["name"]),
        created_by=person(request),
        scopes=typed["scopes"],
        expires_in=timedelta(days=int(str(typed["days"]))),
    )
    return _shown_once(request, made, text=text)


@page("keys:write", methods=("POST",))
def key_rotate(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    hours = request.POST.get("overlap_hours", "")
    known = {str(one): one for one, _ in OVERLAPS}
    overlap = timedelta(hours=known.get(hours, OVERLAPS[0][0]))
    former = key_or_404(access, number)
    try:
        made, text = rotate(former, by=access, person=person(request), overlap=overlap)
    except Refused as refused:
        return _show(request, access, errors={"form": refused.words}, status=422)
    former.refresh_from_db()
    return _shown_once(request, made, text=text, former=former)


@page("keys:write", methods=("POST",))
def key_revoke(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    key = key_or_404(access, number)
    if revoke(key, by=access, reason="by hand"):
        messages.success(request, f"“{key.name}” is revoked. It opens nothing any more.")
    return redirect("accounts:keys")


def key_or_404(access: Access, number: int) -> ApiKey:
    found = ApiKey.objects.within(access).filter(pk=number).first()
    if found is None:
        raise Http404("There is no such API key in this workspace and mode.")
    return found


def row_of(key: ApiKey) -> KeyRow:
    now = timezone.now()
    state, tone, icon, moment = "Good until", "good", "circle-check", key.expires_at
    if key.revoked_at is not None:
        state, tone, icon, moment = "Revoked", "wait", "ban", key.revoked_at
    elif key.expires_at <= now:
        state, tone, icon = "Expired", "wait", "clock"
    elif key.expires_at - now <= SOON:
        state, tone, icon = "Expires", "accent", "triangle-alert"
    every = len(key.scopes) == len(SCOPES)
    scopes = "All scopes" if every else ", ".join(key.scopes)
    still = key.revoked_at is None and key.expires_at > now
    return KeyRow(
        key=key, state=state, tone=tone, icon=icon, open=still, moment=moment, scopes=scopes
    )


def _show(request: HttpRequest, access: Access, *, status: int = 200, **more: Any) -> HttpResponse:
    found = ApiKey.objects.within(access).select_related("created_by").order_by("-pk")
    rows = [row_of(key) for key in found]
    context = {
        "rows": [row for row in rows if row.open],
        "over": [row for row in rows if not row.open][:MOST_OVER],
        "overlaps": OVERLAPS,
        "errors": {},
        **more,
    }
    return render(request, "accounts/keys.html", context, status=status)


def _wrong(typed: dict[str, Any]) -> dict[str, str]:
    errors = {}
    if not typed["name"]:
        errors["name"] = "Say what the key is for, as in “Edit suite”."
    elif len(typed["name"]) > 80:
        errors["name"] = "At most 80 characters."
    if not typed["scopes"] or set(typed["scopes"]) - set(SCOPES):
        errors["scopes"] = "Tick at least one."
    if typed["days"] not in {str(days) for days, _ in LIVES}:
        errors["days"] = "Choose one of these."
    return errors


def _form(request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
    scopes = [(scope, PERMISSIONS[scope].words) for scope in SCOPES]
    context = {"scopes": scopes, "lives": LIVES, "errors": {}, **more}
    return render(request, "accounts/key_new.html", context, status=status)


def _shown_once(request: HttpRequest, key: ApiKey, **more: Any) -> HttpResponse:
    """Rendered at once: through a message or a redirect the text would lie somewhere."""
    response = render(request, "accounts/key_made.html", {"key": key, **more})
    response["Cache-Control"] = "no-store"
    return response
