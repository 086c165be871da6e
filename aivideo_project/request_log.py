"""Every request gets an id, a log line and a count."""

import logging
import re
import time
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponseBase

from aivideo_project.logs import request_id
from aivideo_project.metrics import REQUEST_SECONDS, REQUESTS

log = logging.getLogger(__name__)
GIVEN_ID = re.compile(r"[0-9A-Za-z-]{8,64}")
NOT_LOGGED = frozenset({"healthz", "metrics"})


class RequestLog:
    """Middleware, outermost. A caller's own X-Request-ID is kept if it looks like one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        given = request.headers.get("X-Request-ID", "")
        current = given if GIVEN_ID.fullmatch(given) else uuid.uuid4().hex
        token = request_id.set(current)
        begun = time.perf_counter()
        try:
            response = self.get_response(request)
            self._note(request, status=response.status_code, seconds=time.perf_counter() - begun)
        finally:
            request_id.reset(token)
        response["X-Request-ID"] = current
        return response

    def _note(self, request: HttpRequest, *, status: int, seconds: float) -> None:
        # The route, not the path: a signed link is a secret for as long as it holds.
        match = request.resolver_match
        route = match.route if match else "unmatched"
        method = request.method or ""
        REQUESTS.labels(method, route, str(status)).inc()
        REQUEST_SECONDS.labels(route).observe(seconds)
        if route not in NOT_LOGGED:
            said = {"method": method, "route": route, "status": status}
            if match and "job_id" in match.kwargs:
                said["job"] = match.kwargs["job_id"]
            log.info("answered", extra={**said, "ms": round(seconds * 1000, 1)})
