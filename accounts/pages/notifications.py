"""The bell of the top bar, its sheet, and the page with everything."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from accounts import notifications
from accounts.access import Access
from accounts.door import page
from accounts.models import Notification, NotificationKind

PER_PAGE = 30
ON_SHEET = 8
LOOKS: dict[str, tuple[str, str]] = {
    NotificationKind.JOB_FAILED: ("circle-x", "bad"),
    NotificationKind.BATCH_FINISHED: ("circle-check", "good"),
    NotificationKind.OUTCOME_UNKNOWN: ("circle-help", "accent"),
    NotificationKind.BUDGET: ("wallet", "accent"),
    NotificationKind.KEY_EXPIRING: ("key-round", "accent"),
    NotificationKind.INVITATION_ACCEPTED: ("users", "info"),
}


@page("jobs:read")
def bell(request: HttpRequest, access: Access) -> HttpResponse:
    """A piece: how many are unread."""
    return render(request, "accounts/_bell.html", {"unread": notifications.unread(access)})


@page("jobs:read")
def sheet(request: HttpRequest, access: Access) -> HttpResponse:
    """A piece: the newest few. Looking at them here marks nothing as read."""
    rows = list(notifications.mine(access).order_by("-pk")[:ON_SHEET])
    return render(request, "accounts/_notification_sheet.html", {"rows": _looks(rows)})


@page("jobs:read")
def notification_list(request: HttpRequest, access: Access) -> HttpResponse:
    """Filtered by its address: `unread`, `before` (a number)."""
    only_unread = request.GET.get("unread") == "yes"
    rows = notifications.mine(access)
    if only_unread:
        rows = rows.filter(read_at=None)
    before = request.GET.get("before", "")
    if before.isdecimal() and len(before) < 19:
        rows = rows.filter(pk__lt=int(before))
    found = list(rows.order_by("-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    context = {
        "rows": _looks(shown),
        "newest": shown[0].pk if shown else 0,
        "any_unread": any(row.read_at is None for row in shown),
        "older": shown[-1].pk if len(found) > PER_PAGE else None,
        "only_unread": only_unread,
        "later": bool(before),
    }
    return render(request, "accounts/notifications.html", context)


@page("jobs:read", methods=("POST",))
def mark_read(request: HttpRequest, access: Access) -> HttpResponse:
    """All up to the newest that the page showed."""
    newest = request.POST.get("up_to", "")
    if newest.isdecimal() and len(newest) < 19:
        notifications.read(access, up_to=int(newest))
    return redirect("accounts:notifications")


@page("jobs:read", methods=("POST",))
def follow(request: HttpRequest, access: Access, number: int) -> HttpResponse:
    """Go to what a notification tells of, which then counts as read."""
    row = notifications.mine(access).filter(pk=number).first()
    if row is None:
        return redirect("accounts:notifications")
    notifications.read_one(row)
    return redirect(row.link)


def _looks(rows: list[Notification]) -> list[tuple[Notification, str, str]]:
    return [(row, *LOOKS.get(row.kind, ("info", "info"))) for row in rows]
