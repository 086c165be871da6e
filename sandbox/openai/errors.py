"""OpenAI's refusals: one body for all, `{"error": {message, type, param, code}}`."""

from aiohttp import web


class Refused(Exception):
    """A refusal on its way out. The arguments are those of `refusal`."""

    def __init__(
        self,
        message: str,
        *,
        status: int = 400,
        code: str | None = None,
        param: str | None = None,
        kind: str = "invalid_request_error",
    ) -> None:
        super().__init__(message)
        self.response = refusal(message, status=status, code=code, param=param, kind=kind)


def refusal(
    message: str,
    *,
    status: int = 400,
    code: str | None = None,
    param: str | None = None,
    kind: str = "invalid_request_error",
    headers: dict[str, str] | None = None,
) -> web.Response:
    error = {"message": message, "type": kind, "param": param, "code": code}
    return web.json_response({"error": error}, status=status, headers=headers)


def rate_limited() -> web.Response:
    return refusal(
        "Rate limit reached for sora-2 on requests per min (RPM).",
        status=429,
        kind="requests",
        code="rate_limit_exceeded",
        headers={"retry-after": "1", "retry-after-ms": "1000"},
    )


def out_of_quota() -> web.Response:
    return refusal(
        "You exceeded your current quota, please check your plan and billing details.",
        status=429,
        kind="insufficient_quota",
        code="insufficient_quota",
    )


def wrong_key() -> web.Response:
    return refusal("Incorrect API key provided.", status=401, code="invalid_api_key")


def no_model(model: str, *, status: int = 404) -> web.Response:
    return refusal(
        f"The model `{model}` does not exist or you do not have access to it.",
        status=status,
        code="model_not_found",
    )


def no_video() -> web.Response:
    return refusal("Video not found.", status=404, code="not_found")


def broken(status: int) -> web.Response:
    if status == 503:
        return refusal(
            "The server is currently overloaded. Please try again later.",
            status=503,
            kind="service_unavailable",
            code="server_is_overloaded",
        )
    return refusal(
        "The server had an error while processing your request.",
        status=status,
        kind="server_error",
    )
