"""Every refusal in one shape: {"type", "errors": [{"code", "detail", "attr"}]}."""

import sys
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.views import defaults
from drf_standardized_errors.handler import ExceptionHandler
from rest_framework import exceptions
from rest_framework.exceptions import APIException

from generation.api.refusals import AtWork, Busy, OtherBody, OverBudget, TooLarge, refusal
from generation.asks import Refused
from generation.busy import RETRY_AFTER, is_busy
from generation.centres import NoSuchCentre
from generation.idempotency import IdempotencyConflict, StillAtWork
from generation.money.budgets import BudgetExceeded
from generation.money.pricing import dollars


class Handler(ExceptionHandler):
    """Our own exceptions, told as HTTP; whatever is left is the package's business."""

    def convert_known_exceptions(self, exc: Exception) -> Exception:
        known = as_http(exc)
        return known or super().convert_known_exceptions(exc)


def as_http(exc: Exception) -> APIException | None:
    match exc:
        case Refused():
            return refusal(exc.message, attr=exc.field, code=exc.code)
        case NoSuchCentre():
            return refusal(str(exc), attr=exc.field, code="not_found")
        case BudgetExceeded():
            return OverBudget(over_budget(exc))
        case IdempotencyConflict():
            return OtherBody()
        case StillAtWork():
            return AtWork()
        case OperationalError() if is_busy(exc):
            return Busy()
        case RequestDataTooBig():
            return TooLarge()
        case SuspiciousOperation():
            return exceptions.ParseError("The request is malformed.")
        case PermissionDenied() if str(exc):
            return exceptions.PermissionDenied(str(exc))
    return None


def over_budget(exc: BudgetExceeded) -> str:
    left = dollars(max(0, exc.left_micros))
    return (
        f"The budget “{exc.budget_name}” has {left} of {dollars(exc.limit_micros)} left, and this"
        f" needs {dollars(exc.asked_micros)}. Choose a cheaper tier, or ask an owner to raise the"
        " budget."
    )


def is_api(request: HttpRequest) -> bool:
    return request.path.startswith(("/api/", "/hooks/"))


def plain(status: int, *, code: str, detail: str) -> JsonResponse:
    """The same shape for what never reaches a view of the API."""
    kind = "server_error" if status >= 500 else "client_error"
    error = {"code": code, "detail": detail, "attr": None}
    return JsonResponse({"type": kind, "errors": [error]}, status=status)


def missing(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler404."""
    if is_api(request):
        return plain(404, code="not_found", detail="There is nothing at this address.")
    return defaults.page_not_found(request, exception)


def malformed(request: HttpRequest, exception: Exception) -> HttpResponse:
    """Django's handler400."""
    if isinstance(exception, RequestDataTooBig) and is_api(request):
        return plain(413, code="too_large", detail=TooLarge.default_detail)
    if is_api(request):
        return plain(400, code="parse_error", detail="The request is malformed.")
    return defaults.bad_request(request, exception)


def broken(request: HttpRequest, *args: Any) -> HttpResponse:
    """Django's handler500. A database without time is no defect, wherever it showed."""
    if is_busy(sys.exception()):
        return busy(request)
    if is_api(request):
        return plain(500, code="error", detail="Server Error (500)")
    return defaults.server_error(request)


def busy(request: HttpRequest) -> HttpResponse:
    """What a database that is locked for too long comes to at a door."""
    if is_api(request):
        response: HttpResponse = plain(503, code=Busy.default_code, detail=Busy.default_detail)
    else:
        # Without the request: who is signed in would have to be asked of the same database.
        response = HttpResponse(render_to_string("503.html"), status=503)
    response["Retry-After"] = str(RETRY_AFTER)
    return response
