"""Pages travel compressed: a board of fifty takes is 60 KB of markup and 8 KB on the wire."""

from django.http import HttpRequest, HttpResponseBase
from django.middleware.gzip import GZipMiddleware


class CompressedPages(GZipMiddleware):
    """Compresses HTML alone.

    Clips and exports stream and are small or packed already; API answers may show a secret next
    to what the caller sent. Pages hold no secret that stays the same: the CSRF token is masked
    anew in each answer, and Django adds a random length to every compressed answer.
    """

    def process_response(
        self, request: HttpRequest, response: HttpResponseBase
    ) -> HttpResponseBase:
        if response.streaming or not response.get("Content-Type", "").startswith("text/html"):
            return response
        answer: HttpResponseBase = super().process_response(request, response)
        return answer
