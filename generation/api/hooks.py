"""Where vendors call back: kept, then looked into by a worker; answered at once."""

from collections.abc import Callable, Mapping
from functools import partial

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from accounts.access import ip_of
from generation import callbacks
from generation.api.errors import plain
from providers.errors import CallbackRefused

MOST_BYTES = 256 * 1024
# Callbacks a minute, by each process: about one attempt, and to an account's from one sender.
MOST_AN_ATTEMPT = 60
MOST_AN_ACCOUNT = 3000

# Takes header names in lower case and the body; False for a callback that came before.
Receiver = Callable[[Mapping[str, str], bytes], bool]


@csrf_exempt  # the caller is a vendor, known by the token and by its signature
@require_POST
def hook(request: HttpRequest, provider: str, mode: str, token: str) -> HttpResponse:
    """200 for a callback that was kept, 400 for one that does not hold, 404 for no such token."""
    try:
        attempt = callbacks.attempt_for(provider, mode, token)
    except callbacks.UnknownToken:
        return _nothing_here()
    if _too_often(f"hook:{attempt.pk}", most=MOST_AN_ATTEMPT):
        return _later()
    return _received(request, partial(callbacks.receive, attempt))


@csrf_exempt  # the caller is a vendor, known by its signature
@require_POST
def account_hook(request: HttpRequest, provider: str, mode: str) -> HttpResponse:
    """As `hook`, for all tasks of an account. 404 where none is heard, and for a task that is not
    known (yet), so that the vendor says it again."""
    if not callbacks.hears(provider, mode):
        return _nothing_here()
    # The address is no secret: whoever floods it must not keep the vendor out.
    if _too_often(f"hook:{provider}:{mode}:{ip_of(request)}", most=MOST_AN_ACCOUNT):
        return _later()
    return _received(request, partial(callbacks.receive_for_account, provider, mode))


def _received(request: HttpRequest, receive: Receiver) -> HttpResponse:
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return plain(413, code="too_large", detail="The callback is too large.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        fresh = receive(headers, body)
    except CallbackRefused as refused:
        return plain(400, code="callback_refused", detail=str(refused))
    except callbacks.UnknownTask:
        return plain(404, code="not_found", detail="No such task is known here (yet).")
    return JsonResponse({"status": "received" if fresh else "received before"})


def _nothing_here() -> HttpResponse:
    return plain(404, code="not_found", detail="There is nothing at this address.")


def _later() -> HttpResponse:
    response = plain(429, code="throttled", detail="Too many callbacks.")
    response["Retry-After"] = "60"
    return response


def _too_often(key: str, *, most: int) -> bool:
    """Before any cryptography, by each process for itself."""
    if cache.add(key, 1, timeout=60):
        return False
    try:
        return cache.incr(key) > most
    except ValueError:  # it ran out in between
        return False
