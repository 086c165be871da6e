"""Settling an attempt whose outcome nobody knew, with what either answer costs in sight."""

from decimal import Decimal
from typing import Any

from django import forms
from django.db import transaction
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminDecimalFieldWidget,
    UnfoldAdminRadioSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts.access import require
from accounts.audit import record
from generation.asks import Refused
from generation.choices import AttemptState
from generation.decisions import resolve_unknown
from generation.desk.reasons import Deed, ReasonForm
from generation.desk.rooms import access_to
from generation.models import Attempt, ProviderTask
from generation.wording import provider_name
from providers.micros import dollars, micros_from_decimal

CHARGED, NOT_CHARGED = "charged", "not_charged"
SETTLED = "It was settled already in the meantime. Nothing was changed."


class OutcomeForm(ReasonForm):
    """`amount` and `task_id` are the bill's; without an amount what is held is booked."""

    outcome = forms.ChoiceField(
        choices=[
            (NOT_CHARGED, "Not charged: what is held is given back"),
            (CHARGED, "Charged: it is booked as spent, and the clip is lost"),
        ],
        widget=UnfoldAdminRadioSelectWidget,
    )
    amount = forms.DecimalField(
        label="Amount on the bill, in dollars",
        required=False,
        min_value=Decimal(0),
        max_value=Decimal(100_000),
        decimal_places=6,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Only if it was charged. Left empty, what is held is booked.",
    )
    task_id = forms.CharField(
        label="The provider's task id",
        required=False,
        max_length=120,
        widget=UnfoldAdminTextInputWidget,
        help_text="Only if it was charged and the bill names one.",
    )
    field_order = ("outcome", "amount", "task_id", "reason")


def _words(request: HttpRequest, attempt: Attempt) -> str:
    if attempt.state != AttemptState.UNKNOWN:
        return f"{attempt.get_state_display()}: there is nothing to settle."
    name, held = provider_name(attempt.provider), dollars(attempt.max_micros)
    return (
        f"{held} is held at {name}. Not charged: {held} is given back, {dollars(0)} is spent, and "
        f"the clip goes on. Charged: {held} or the bill's amount is spent, and the clip is lost."
    )


def _settle(request: HttpRequest, attempt: Attempt, told: dict[str, Any]) -> str:
    access = access_to(request, workspace_id=attempt.workspace_id, mode=attempt.mode)
    require(access, "jobs:decide")
    charged = told["outcome"] == CHARGED
    micros = None if told["amount"] is None else micros_from_decimal(told["amount"])
    _check(attempt, told, micros=micros)
    with transaction.atomic():
        done = resolve_unknown(
            attempt,
            billed=charged,
            by=request.user.get_username(),
            micros=micros,
            task_id=told["task_id"],
        )
        if not done:
            raise Refused(SETTLED, field="attempt")
        record(
            access,
            f"job.decide.{told['outcome']}",
            f"job:{attempt.job.uid}",
            told["reason"],
            before={"attempt": attempt.client_ref, "held_micros": attempt.max_micros},
            after={"micros": _spent(attempt, micros) if charged else 0},
        )
    if charged:
        return f"{dollars(_spent(attempt, micros))} is booked as spent."
    return f"{dollars(attempt.max_micros)} is given back."


def _spent(attempt: Attempt, micros: int | None) -> int:
    return attempt.max_micros if micros is None else micros


def _check(attempt: Attempt, told: dict[str, Any], *, micros: int | None) -> None:
    """Raises Refused for a bill's figures that cannot be."""
    if told["outcome"] == NOT_CHARGED and (micros is not None or told["task_id"]):
        raise Refused("Not charged has no amount and no task. Empty them.", field="amount")
    if not told["task_id"]:
        return
    taken = ProviderTask.objects.filter(account_id=attempt.account_id, task_id=told["task_id"])
    if taken.exists():
        raise Refused("That task is another attempt's already. Look it up first.", field="task_id")


SETTLE = Deed(
    name="settle",
    title="Settle an unknown outcome",
    button="Settle",
    words=_words,
    do=_settle,
    form=OutcomeForm,
    destroys=True,
    most=1,
)
