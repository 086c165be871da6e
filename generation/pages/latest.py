"""The latest jobs beside the form: always the newest, kept fresh while anything is open."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from generation.models import Job
from generation.pages.door import page
from generation.pages.rows import rows_of, version_of

SHOWN = 8


def latest_context(access: Access) -> dict[str, Any]:
    rows = rows_of(list(Job.objects.within(access).order_by("-pk")[:SHOWN]))
    return {
        "latest": rows,
        "latest_open": any(not row.ended for row in rows),
        "latest_version": version_of(rows),
    }


@page("jobs:read")
def latest(request: HttpRequest, access: Access) -> HttpResponse:
    """The list anew, or 204 while nothing in it has changed since `?v=`."""
    context = latest_context(access)
    if request.GET.get("v") == context["latest_version"] and context["latest_open"]:
        return HttpResponse(status=204)
    return render(request, "generation/_latest.html", context)
