"""Where vendors call back: kept, then looked into by a worker; answered at once."""

from django.core.cache import cache
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from generation.api.errors import plain
from generation.callbacks import UnknownToken, attempt_for, receive
from providers.errors import CallbackRefused

MOST_BYTES = 256 * 1024
MOST_A_MINUTE = 60


@csrf_exempt  # the caller is a vendor, known by the token and by its signature
@require_POST
def hook(request: HttpRequest, provider: str, mode: str, token: str) -> HttpResponse:
    """200 for a callback that was kept, 400 for one that does not hold, 404 for no such token."""
    try:
        attempt = attempt_for(provider, mode, token)
    except UnknownToken:
        return plain(404, code="not_found", detail="There is nothing at this address.")
    if _too_often(attempt.pk):
        response = plain(429, code="throttled", detail="Too many callbacks.")
        response["Retry-After"] = "60"
        return response
    body = request.read(MOST_BYTES + 1)
    if len(body) > MOST_BYTES:
        return plain(413, code="too_large", detail="The callback is too large.")
    headers = {name.lower(): value for name, value in request.headers.items()}
    try:
        fresh = receive(attempt, headers, body)
    except CallbackRefused as refused:
        return plain(400, code="callback_refused", detail=str(refused))
    return JsonResponse({"status": "received" if fresh else "received before"})


def _too_often(attempt_id: int) -> bool:
    """Before any cryptography, by each process for itself."""
    key = f"hook:{attempt_id}"
    if cache.add(key, 1, timeout=60):
        return False
    try:
        return cache.incr(key) > MOST_A_MINUTE
    except ValueError:  # it ran out in between
        return False
