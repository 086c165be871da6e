"""Deeds of the back desk: what will happen to each row and what it costs, and never without a
reason. The deed itself is the function that every other door calls.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django import forms
from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.widgets import UnfoldAdminTextInputWidget

from accounts import refused as accounts_refused
from generation.asks import Refused
from generation.jobs import Ended
from generation.money.budgets import BudgetExceeded
from generation.pages.once import StillAtWork, new_token
from generation.pages.refusals import STILL_AT_WORK, budget_words

MOST_ROWS = 50
LONGEST_REASON = 200
# The choice of a form that changes what is chosen and nothing else.
SAME = ("", "As it is")


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget(attrs={"autofocus": True, "autocomplete": "off"}),
        help_text="It stays in the audit trail with your name.",
        error_messages={"required": "Say why. Nothing was changed."},
    )


@dataclass(frozen=True, kw_only=True)
class Deed:
    """`words` tell of one row what will happen; `do` does it and tells what happened.

    `spends` and `destroys` colour the button; `most` is how many rows it takes at a time.
    """

    name: str
    title: str
    button: str
    words: Callable[[HttpRequest, Any], str]
    do: Callable[[HttpRequest, Any, dict[str, Any]], str]
    form: type[ReasonForm] = ReasonForm
    total: Callable[[HttpRequest, list[Any]], str] = field(default=lambda request, rows: "")
    spends: bool = False
    destroys: bool = False
    most: int = MOST_ROWS


def ask(
    desk: Any, request: HttpRequest, chosen: QuerySet[Any], *, deed: Deed
) -> HttpResponse | None:
    """The page that asks for the reason, or, when it has been given, the deed."""
    rows = list(chosen[: deed.most + 1])
    if len(rows) > deed.most:
        said = f"{deed.title}: choose at most {deed.most} at a time. Nothing was changed."
        messages.error(request, said)
        return None
    given = request.POST if "token" in request.POST else None
    form = deed.form(given)
    if given is None or not form.is_valid():
        return _page(desk, request, rows, deed=deed, form=form)
    for row in rows:
        _do(request, row, deed=deed, told=form.cleaned_data)
    return None


def _page(
    desk: Any, request: HttpRequest, rows: list[Any], *, deed: Deed, form: ReasonForm
) -> HttpResponse:
    context = {
        **desk.admin_site.each_context(request),
        "opts": desk.opts,
        "title": deed.title,
        "deed": deed,
        "rows": [(row, deed.words(request, row)) for row in rows],
        "total": deed.total(request, rows),
        "form": form,
        "token": request.POST.get("token") or new_token(),
    }
    status = 422 if form.is_bound else 200
    return TemplateResponse(request, "admin/reason.html", context, status=status)


def _do(request: HttpRequest, row: Any, *, deed: Deed, told: dict[str, Any]) -> None:
    """One row; a refusal of it is said and leaves the others to be done."""
    try:
        messages.success(request, f"{row}: {deed.do(request, row, told)}")
    except Refused as refused:
        messages.error(request, f"{row}: {refused.message}")
    except accounts_refused.Refused as refused:
        messages.error(request, f"{row}: {refused.words}")
    except BudgetExceeded as refused:
        messages.error(request, f"{row}: {budget_words(refused)}")
    except StillAtWork:
        messages.error(request, f"{row}: {STILL_AT_WORK}")
    except (Ended, PermissionDenied) as refused:
        messages.error(request, f"{row}: {refused}")
