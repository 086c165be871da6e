"""The OpenAPI description: answers from their own types, one error shape, two ways to sign in."""

from inspect import cleandoc
from typing import Any, TypedDict, is_typeddict

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.plumbing import ResolvedComponent, resolve_type_hint
from drf_spectacular.utils import OpenApiParameter, OpenApiResponse

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description=(
        "Any text of up to 255 characters, made new for each thing that you want. The same key"
        " with the same request gives the first answer again, with Idempotent-Replayed: true,"
        " and nothing is made or paid twice. Kept for 30 days."
    ),
)
UPLOAD_FORM = {
    "type": "object",
    "properties": {"file": {"type": "string", "format": "binary"}},
    "required": ["file"],
}
SAID = {
    400: "Something in the request has to be changed; `attr` names it.",
    401: "No key, or one that is unknown, revoked or expired.",
    402: "`budget_exceeded`: the budget, what it has left, and what was needed.",
    403: "The key or role may not do this.",
    404: "There is no such thing in this workspace and mode.",
    409: (
        "`already_ended`; `idempotency_in_progress`: ask again in a moment; or"
        " `version_conflict`: read it again, then send the change once more."
    ),
    413: "The request is too large.",
    415: "Another media type than the endpoint takes.",
    422: "`idempotency_conflict`: the same key with another request.",
    429: "Too many requests; `Retry-After` says for how many seconds to wait.",
}
EVERYWHERE = (401, 403)


class Fault(TypedDict):
    """`code` is for programs, `detail` for people; `attr` names the field at fault."""

    code: str
    detail: str
    attr: str | None


class Error(TypedDict):
    """Every refusal. `type` is validation_error, client_error or server_error."""

    type: str
    errors: list[Fault]


def errors(*statuses: int) -> dict[Any, Any]:
    """The refusals that an operation documents, besides those that all of them share."""
    return {
        status: OpenApiResponse(Error, description=SAID[status])
        for status in sorted({*statuses, *EVERYWHERE})
    }


class Schema(AutoSchema):
    """Takes a TypedDict as an answer and makes a named component of it."""

    def get_tags(self) -> list[str]:
        if self.path.startswith("/api/ai-video/"):
            return ["AI video"]
        if self.path.startswith("/api/webhook-"):
            return ["Webhooks"]
        return ["Campaigns" if type(self.view).__module__.startswith("campaigns.") else "Money"]

    def _get_response_for_code(  # type: ignore[no-untyped-def]
        self, serializer, status_code, media_types=None, direction="response"
    ):
        shape = serializer.response if isinstance(serializer, OpenApiResponse) else serializer
        if is_typeddict(shape):
            said = getattr(serializer, "description", "") or cleandoc(shape.__doc__ or "")
            serializer = OpenApiResponse(self._named(shape), description=said)
        return super()._get_response_for_code(  # type: ignore[no-untyped-call]
            serializer, status_code, media_types, direction
        )

    def _named(self, shape: Any) -> dict[str, Any]:
        component = ResolvedComponent(  # type: ignore[no-untyped-call]
            name=shape.__name__,
            type=ResolvedComponent.SCHEMA,
            object=shape,
            schema=with_null(resolve_type_hint(shape)),  # type: ignore[no-untyped-call]
        )
        self.registry.register_on_missing(component)
        ref: dict[str, Any] = component.ref
        return ref


def with_null(schema: Any) -> Any:
    """OpenAPI 3.1 has no `nullable`: null is one type among others."""
    if isinstance(schema, list):
        return [with_null(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    told = {name: with_null(part) for name, part in schema.items() if name != "nullable"}
    if not schema.get("nullable"):
        return told
    if isinstance(told.get("type"), str) and "enum" not in told:
        return {**told, "type": [told["type"], "null"]}
    return {"oneOf": [told, {"type": "null"}]}


class BearerKeyScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api_auth.BearerKey"
    name = "api-key"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        said = "A key that begins with aiv_test_ or aiv_live_."
        return {"type": "http", "scheme": "bearer", "description": said}


class BrowserSessionScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    target_class = "accounts.api_auth.BrowserSession"
    name = "session"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, str]:
        said = "The pages' own session; writing needs X-CSRFToken as well."
        return {"type": "apiKey", "in": "cookie", "name": "sessionid", "description": said}
