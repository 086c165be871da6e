"""Budgets: changed by the function of every other door, never by saving a form over them."""

from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminSelectWidget

from accounts.access import require
from generation.desk.reasons import SAME, Deed, ReasonForm, ask
from generation.desk.registers import Register, See, money
from generation.desk.rooms import WorkspaceWords, access_to
from generation.models import Budget
from generation.money import budget_terms
from providers.micros import dollars, micros_from_decimal


class TermsForm(ReasonForm):
    """What is left empty stays as it is."""

    limit = forms.DecimalField(
        label="Limit in dollars",
        required=False,
        min_value=Decimal(0),
        decimal_places=2,
        widget=UnfoldAdminDecimalFieldWidget,
        help_text="Left empty, it stays as it is.",
    )
    hard = forms.ChoiceField(
        label="Over the limit",
        required=False,
        choices=[SAME, ("yes", "Refuse new clips"), ("no", "Go on and tell people")],
        widget=UnfoldAdminSelectWidget,
    )
    active = forms.ChoiceField(
        label="In force",
        required=False,
        choices=[SAME, ("yes", "In force"), ("no", "Switched off")],
        widget=UnfoldAdminSelectWidget,
    )
    field_order = ("limit", "hard", "active", "reason")


def _terms(budget: Budget) -> str:
    kind = "hard" if budget.hard else "soft"
    force = "in force" if budget.active else "switched off"
    return f"{dollars(budget.limit_micros)}, {kind}, {force}."


def _words(request: HttpRequest, budget: Budget) -> str:
    return f"{_terms(budget)} A change holds from now on."


def _change(request: HttpRequest, budget: Budget, told: dict[str, Any]) -> str:
    access = access_to(request, workspace_id=budget.workspace_id, mode=budget.mode)
    require(access, "budgets:write")
    changes: dict[str, Any] = {
        name: told[name] == "yes" for name in ("hard", "active") if told[name]
    }
    if told["limit"] is not None:
        changes["limit_micros"] = micros_from_decimal(told["limit"])
    changed = budget_terms.change(access, budget, changes=changes, reason=told["reason"])
    return f"now {_terms(changed)}"


CHANGE = Deed(
    name="change",
    title="Change a budget",
    button="Change it",
    words=_words,
    do=_change,
    form=TermsForm,
    most=1,
)


@admin.register(Budget)
class BudgetRegister(Register):
    list_display = ["name", "kind", "period", "limit", "hard", "active", "workspace", "mode"]
    list_filter = ["mode", "kind", "active", WorkspaceWords]
    list_select_related = ["workspace"]
    search_fields = ["uid__startswith", "name__icontains"]
    actions = ["change"]
    see = (See(words="Periods", table="generation_budgetperiod", lookup="budget__id__exact"),)

    @admin.display(description="limit")
    def limit(self, budget: Budget) -> SafeString | str:
        return money(budget.limit_micros)

    @admin.action(description="Change…")
    def change(self, request: HttpRequest, chosen: QuerySet[Budget]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=CHANGE)
