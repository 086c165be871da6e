"""The refusals that HTTP has a status of its own for."""

from rest_framework.exceptions import APIException, ErrorDetail, ValidationError

from generation.busy import RETRY_AFTER


class OverBudget(APIException):
    status_code = 402
    default_code = "budget_exceeded"


class OtherBody(APIException):
    status_code = 422
    default_code = "idempotency_conflict"
    default_detail = (
        "This Idempotency-Key was used before, with another request. Send a new key,"
        " or the same request again."
    )


class AtWork(APIException):
    status_code = 409
    default_code = "idempotency_in_progress"
    default_detail = "The first request with this Idempotency-Key is still at work. Ask again."
    wait = 1  # seconds, sent as Retry-After


class Busy(APIException):
    status_code = 503
    default_code = "busy"
    default_detail = (
        "The database is busy. Try again in a few seconds; with the same Idempotency-Key nothing"
        " is made or paid twice."
    )
    wait = RETRY_AFTER


class TooLarge(APIException):
    status_code = 413
    default_code = "too_large"
    default_detail = "The request is too large."


def refusal(message: str, *, attr: str, code: str = "invalid") -> ValidationError:
    return ValidationError({attr: [ErrorDetail(message, code=code)]})
