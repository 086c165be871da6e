"""/healthz: whether each part of the product works now, one word each."""

from datetime import datetime, timedelta

from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from kombu.exceptions import OperationalError

from aivideo_project.celery import app
from generation.heartbeat import last_beats

FRESH = timedelta(seconds=30)
GOOD = "good"


@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """200 when every part is good, else 503 with the same body."""
    parts = {"web": GOOD, "broker": broker(), **stored()}
    good = all(word == GOOD for word in parts.values())
    status = GOOD if good else "bad"
    return JsonResponse({"status": status, **parts}, status=200 if good else 503)


def broker() -> str:
    try:
        with app.connection_for_write() as link:
            link.ensure_connection(max_retries=1, interval_start=0, timeout=2)
    except (OperationalError, OSError):
        return "down"
    return GOOD


def stored() -> dict[str, str]:
    """The database, and what worker and scheduler last wrote there."""
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        beats = last_beats()
    except DatabaseError:
        return {"database": "down", "worker": "unknown", "scheduler": "unknown"}
    now = timezone.now()
    seen = {name: age(beats.get(name), now=now) for name in ("worker", "scheduler")}
    return {"database": GOOD, **seen}


def age(beat: datetime | None, *, now: datetime) -> str:
    if beat is None:
        return "missing"
    return GOOD if now - beat < FRESH else "late"
