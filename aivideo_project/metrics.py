"""/metrics in Prometheus text: what was counted, about requests here, and what is read now.

With METRICS_DIR every process of the product counts into files there and any web process
answers for all of them; without it, a process answers for itself.
"""

import hmac
import ipaddress
from pathlib import Path

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_GET
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client import generate_latest as as_text
from prometheus_client.multiprocess import MultiProcessCollector

from aivideo_project.counted_files import settled
from aivideo_project.figures import WorkFigures

REQUESTS = Counter("aivideo_requests_total", "Requests answered.", ["method", "route", "status"])
REQUEST_SECONDS = Histogram(
    "aivideo_request_seconds",
    "Seconds from a request's arrival to its answer.",
    ["route"],
    buckets=(0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5),
)


@require_GET
def metrics(request: HttpRequest) -> HttpResponse:
    """200 with the figures; 401 without the token; 403 from elsewhere when no token is set."""
    if settings.METRICS_TOKEN:
        if not _has_token(request):
            return HttpResponse(
                "Send METRICS_TOKEN as a bearer token.\n",
                status=401,
                content_type="text/plain",
                headers={"WWW-Authenticate": "Bearer"},
            )
    elif not _from_this_machine(request):
        return HttpResponse(
            "Set METRICS_TOKEN to read the metrics from another machine.\n",
            status=403,
            content_type="text/plain",
        )
    return HttpResponse(_counted() + _read(), content_type=CONTENT_TYPE_LATEST)


def _counted() -> bytes:
    """What was counted as it happened."""
    if not settings.METRICS_DIR:
        return as_text(REGISTRY)
    with settled(Path(settings.METRICS_DIR)):
        registry = CollectorRegistry()
        MultiProcessCollector(registry, path=settings.METRICS_DIR)  # type: ignore[no-untyped-call]
        return as_text(registry)


def _read() -> bytes:
    """What the database says now."""
    registry = CollectorRegistry()
    registry.register(WorkFigures())
    return as_text(registry)


def _has_token(request: HttpRequest) -> bool:
    given = request.headers.get("Authorization", "").encode()
    return hmac.compare_digest(given, f"Bearer {settings.METRICS_TOKEN}".encode())


def _from_this_machine(request: HttpRequest) -> bool:
    # A proxy on this machine would make every visitor look local.
    if "Forwarded" in request.headers or "X-Forwarded-For" in request.headers:
        return False
    try:
        return ipaddress.ip_address(request.META.get("REMOTE_ADDR", "")).is_loopback
    except ValueError:
        return False
