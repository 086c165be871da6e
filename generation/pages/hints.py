"""One sentence beside a hard word, until the person who reads it has had enough of it.

Kept in a cookie for each person, so that two who share a browser are told each for themselves.
"""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from accounts.access import Access
from accounts.door import local
from generation.pages.door import is_partial, page

YEAR = 365 * 24 * 3600
HINTS = {
    "hold": "Held is money set aside for clips under way. It is charged when a clip is billed, and"
    " given back when it is not.",
    "tier": "A tier is how good and how dear a clip is. Try out in draft; pay for more once you"
    " know what you want.",
    "worst": "Likely is what it costs if every first choice works. Worst is the most it can come"
    " to when other providers have to step in.",
    "takes": "A take is one answer to a shot. Give stars, pick the best one, and only the pick is"
    " made again in full quality.",
}


def wanted(request: HttpRequest, name: str) -> str:
    """The sentence, or nothing for somebody who has put it away."""
    return "" if name in _away(request) else HINTS[name]


@page("jobs:read", methods=("POST",))
def hint_off(request: HttpRequest, access: Access) -> HttpResponse:
    """Put one away and go back; an unknown name changes nothing."""
    away = _away(request) | ({request.POST.get("hint", "")} & HINTS.keys())
    target = local(request, request.POST.get("next", "")) or "/"
    answer = HttpResponse() if is_partial(request) else redirect(target)
    answer.set_cookie(
        _cookie(request),
        ".".join(sorted(away)),
        max_age=YEAR,
        samesite="Lax",
        httponly=True,
        secure=settings.HTTPS_ONLY,
    )
    return answer


def _away(request: HttpRequest) -> set[str]:
    return set(request.COOKIES.get(_cookie(request), "").split(".")) & HINTS.keys()


def _cookie(request: HttpRequest) -> str:
    return f"hints-{request.user.pk}"
