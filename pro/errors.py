"""What the client raises: only for what never became a job, or was asked about one in vain.

    AIVideoError
    ├── NotConfigured          no API key, or no usable address
    ├── InvalidRequest         the input was refused; `errors` names each field
    ├── BudgetExceeded         the budget has too little left; nothing was made
    ├── AuthenticationFailed   the API key was refused
    ├── NotAllowed             the key may not do this
    ├── NotFound               no such job, batch or clip in this workspace
    ├── RateLimited            asked to wait longer than the client's patience
    ├── ConnectionFailed       no answer, even after trying again
    └── ServerFailed           an answer that makes no sense

A job that fails is a result with status FAILED, never an exception. A docstring is the message
where the server sends none.
"""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class FieldError:
    """One refusal: what is wrong, and with which field (None: with the whole)."""

    code: str
    detail: str
    attr: str | None = None

    def __str__(self) -> str:
        return f"{self.attr}: {self.detail}" if self.attr else self.detail


class AIVideoError(Exception):
    """Something went wrong."""

    def __init__(
        self,
        message: str = "",
        *,
        errors: Sequence[FieldError] = (),
        status_code: int | None = None,
    ) -> None:
        """`status_code` is the HTTP status, None where there was no answer."""
        told = "; ".join(str(error) for error in errors)
        super().__init__(message or told or type(self).__doc__)
        self.errors = tuple(errors)
        self.status_code = status_code


class NotConfigured(AIVideoError):
    """No API key. Run `make run`, which writes var/demo.env, or set AIVIDEO_API_KEY."""


class InvalidRequest(AIVideoError):
    """The request was refused."""


class BudgetExceeded(AIVideoError):
    """The budget has too little left."""


class AuthenticationFailed(AIVideoError):
    """The API key was refused. Check AIVIDEO_API_KEY."""


class NotAllowed(AIVideoError):
    """This API key may not do that."""


class NotFound(AIVideoError):
    """There is no such thing in this workspace. Is AIVIDEO_BASE_URL right?"""


class RateLimited(AIVideoError):
    """Too many requests. Try again later."""


class ConnectionFailed(AIVideoError):
    """The server does not answer.

    `idempotency_key` is set where the request may have arrived: the same request with this key
    gives the job that it made, if it made one, and never a second.
    """

    def __init__(self, message: str, *, idempotency_key: str | None = None) -> None:
        super().__init__(message)
        self.idempotency_key = idempotency_key


class ServerFailed(AIVideoError):
    """The server failed."""
