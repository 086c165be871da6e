"""From an HTTP answer of the desk to its JSON, or to one of our errors."""

from collections.abc import Mapping
from typing import Any

import httpx

from pro.errors import (
    AIVideoError,
    AuthenticationFailed,
    BudgetExceeded,
    FieldError,
    InvalidRequest,
    NotAllowed,
    NotFound,
    ServerFailed,
)

BY_STATUS: Mapping[int, type[AIVideoError]] = {
    400: InvalidRequest,
    401: AuthenticationFailed,
    402: BudgetExceeded,
    403: NotAllowed,
    404: NotFound,
    409: InvalidRequest,
    413: InvalidRequest,
    415: InvalidRequest,
    422: InvalidRequest,
}
STILL_AT_WORK = "idempotency_in_progress"


def body_of(response: httpx.Response) -> dict[str, Any]:
    """The answer's JSON object; also that of a 409 which says how things stand.

    Raises an AIVideoError for every other status, and for what is not the desk's answer.
    """
    body = _json(response)
    if response.is_success and body is not None:
        return body
    if response.status_code == httpx.codes.CONFLICT and body and "success" in body:
        return body
    raise error_of(response)


def error_of(response: httpx.Response) -> AIVideoError:
    status, errors = response.status_code, errors_in(response)
    kind = BY_STATUS.get(status, ServerFailed)
    if errors or kind is not ServerFailed:
        return kind(errors=errors, status_code=status)
    media_type = response.headers.get("content-type", "no content type").partition(";")[0]
    return ServerFailed(
        f"The answer is not the desk's (HTTP {status}, {media_type})."
        f" Is AIVIDEO_BASE_URL right? It was asked at {response.request.url.host}.",
        status_code=status,
    )


def errors_in(response: httpx.Response) -> tuple[FieldError, ...]:
    """The refusals that an answer lists; none where it is not in the desk's own shape."""
    listed = (_json(response) or {}).get("errors")
    if not isinstance(listed, list):
        return ()
    return tuple(_field_error(told) for told in listed if isinstance(told, dict))


def still_at_work(response: httpx.Response) -> bool:
    """Whether the first request with the same key has not been answered yet."""
    return response.status_code == httpx.codes.CONFLICT and any(
        error.code == STILL_AT_WORK for error in errors_in(response)
    )


def _field_error(told: Mapping[str, Any]) -> FieldError:
    return FieldError(
        code=str(told.get("code", "")), detail=str(told.get("detail", "")), attr=told.get("attr")
    )


def _json(response: httpx.Response) -> dict[str, Any] | None:
    try:
        body = response.json()
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
