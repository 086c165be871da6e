"""What every view of the API shares: the caller, strict JSON, one answer for one key."""

from collections.abc import Callable
from typing import Any, ClassVar

from rest_framework.exceptions import MethodNotAllowed, NotAuthenticated
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.access import Access
from generation import idempotency
from generation.api.json_body import MOST_BYTES, JsonBody
from generation.api.refusals import refusal
from generation.idempotency import Answer


class AlwaysJson(DefaultContentNegotiation):
    """JSON is all there is, so an Accept header changes nothing."""

    def select_renderer(
        self, request: Request, renderers: Any, format_suffix: str | None = None
    ) -> tuple[BaseRenderer, str]:
        return renderers[0], renderers[0].media_type


class Door(APIView):
    """Reads input into a typed value, calls one function, shapes the answer."""

    permissions_needed: ClassVar[dict[str, str]] = {}
    parser_classes: Any = (JsonBody,)
    content_negotiation_class = AlwaysJson
    most_bytes: ClassVar[int] = MOST_BYTES

    @property
    def access(self) -> Access:
        if not isinstance(self.request.auth, Access):
            raise NotAuthenticated
        return self.request.auth

    def check_permissions(self, request: Request) -> None:
        """A method that a door lacks is 405 to every known caller, whatever they may do."""
        known = isinstance(request.auth, Access)
        if known and not hasattr(self, (request.method or "").lower()):
            raise MethodNotAllowed(request.method or "")
        super().check_permissions(request)

    def finalize_response(self, request: Request, response: Any, *args: Any, **more: Any) -> Any:
        """Answers tell of money and carry links: no cache between us keeps them."""
        answer = super().finalize_response(request, response, *args, **more)
        answer.headers.setdefault("Cache-Control", "private, no-store")
        return answer

    def replayed(self) -> Response | None:
        """The answer that this key's first request got, before any work is done again."""
        known = idempotency.recall(self.access, key=self.key(), request_hash=self.request_hash())
        return reply(known) if known else None

    def once(self, effect: Callable[[], Answer], *, whole: bool = False) -> Response:
        """Run `effect` and answer; with an Idempotency-Key the answer is kept with it.

        `whole`: the effect is one transaction by itself.
        """
        kept = idempotency.once(
            self.access,
            key=self.key(),
            request_hash=self.request_hash(),
            effect=effect,
            whole=whole,
        )
        return reply(kept)

    def key(self) -> str:
        key: str = self.request.headers.get("Idempotency-Key", "").strip()
        if len(key) > idempotency.LONGEST_KEY or not key.isprintable():
            raise refusal(
                f"Keep the key under {idempotency.LONGEST_KEY + 1} printable characters.",
                attr="Idempotency-Key",
            )
        return key

    def request_hash(self) -> str:
        request = self.request
        return idempotency.fingerprint(
            request.method or "", request.path, body=self.what_was_sent()
        )

    def what_was_sent(self) -> Any:
        """The body as JSON values; a door that takes files says what stands for them."""
        return self.request.data


def reply(answer: Answer) -> Response:
    headers = {"Idempotent-Replayed": "true"} if answer.replayed else None
    return Response(answer.body, status=answer.status, headers=headers)
