"""The ledger and what is kept about money. Budgets change by their own function, with a reason."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString

from generation.desk.days import DayWords
from generation.desk.registers import Register, See, link_to, money
from generation.desk.rooms import WorkspaceWords
from generation.desk.work import centre_words
from generation.long_lists import ProviderWords
from generation.models import (
    BudgetAlert,
    BudgetPeriod,
    CostCentre,
    DailyRollup,
    LedgerLine,
    MoneyCheck,
    PeriodClose,
    RateCard,
)
from generation.models.job import long_columns
from generation.wording import provider_name
from providers.models import ProviderAccount


class AccountWords(ProviderWords):
    """By provider where a row names our account there: the few accounts are asked first."""

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        if not self.value():
            return queryset
        accounts = list(
            ProviderAccount.objects.filter(provider=self.value()).values_list("pk", flat=True)
        )
        return queryset.filter(account__in=accounts)


@admin.register(LedgerLine)
class LedgerRegister(Register):
    list_display = ["created_at", "kind", "held", "spent", "by", "the_job", "centre", "reason"]
    list_filter = [DayWords, "mode", "kind", AccountWords, "provisional", WorkspaceWords]
    list_select_related = ["job", "account", "cost_centre__parent"]
    unlisted = long_columns("job__")
    search_fields = ["job__uid__startswith", "task", "statement_line"]
    see = ()

    @admin.display(description="held")
    def held(self, line: LedgerLine) -> SafeString | str:
        return money(line.held_delta)

    @admin.display(description="spent")
    def spent(self, line: LedgerLine) -> SafeString | str:
        return money(line.spent_delta)

    @admin.display(description="provider")
    def by(self, line: LedgerLine) -> SafeString | str:
        return provider_name(line.account.provider)

    @admin.display(description="job")
    def the_job(self, line: LedgerLine) -> SafeString | str:
        return link_to(line.job)

    @admin.display(description="spent for")
    def centre(self, line: LedgerLine) -> SafeString | str:
        return centre_words(line.cost_centre)


@admin.register(DailyRollup)
class RollupRegister(Register):
    when = "day"
    list_display = ["day", "provider", "model", "tier", "spent", "clips", "seconds", "centre"]
    list_filter = ["mode", ProviderWords, WorkspaceWords]
    list_select_related = ["cost_centre__parent"]
    search_fields = ["day"]

    @admin.display(description="spent")
    def spent(self, row: DailyRollup) -> SafeString | str:
        return money(row.spent_micros)

    @admin.display(description="spent for")
    def centre(self, row: DailyRollup) -> SafeString | str:
        return centre_words(row.cost_centre)


@admin.register(CostCentre)
class CentreRegister(Register):
    list_display = ["name", "kind", "part_of", "uid", "workspace", "mode", "created_at"]
    list_filter = ["mode", "kind", WorkspaceWords]
    list_select_related = ["parent", "workspace"]
    search_fields = ["uid__startswith", "name__icontains"]
    see = (
        See(words="Jobs", table="generation_job", lookup="cost_centre__id__exact"),
        See(words="Ledger lines", table="generation_ledgerline", lookup="cost_centre__id__exact"),
        See(words="Budgets", table="generation_budget", lookup="cost_centre__id__exact"),
        See(words="Below it", table="generation_costcentre", lookup="parent__id__exact"),
    )

    @admin.display(description="part of")
    def part_of(self, centre: CostCentre) -> SafeString | str:
        return link_to(centre.parent)


@admin.register(BudgetPeriod)
class PeriodRegister(Register):
    list_display = ["the_budget", "starts_on", "ends_on", "spent", "held", "limit", "hard"]
    list_filter = ["mode", "hard", WorkspaceWords]
    list_select_related = ["budget"]
    search_fields = ["budget__uid__startswith", "budget__name__icontains"]
    see = (See(words="Alerts", table="generation_budgetalert", lookup="period__id__exact"),)

    @admin.display(description="budget")
    def the_budget(self, period: BudgetPeriod) -> SafeString | str:
        return link_to(period.budget)

    @admin.display(description="spent")
    def spent(self, period: BudgetPeriod) -> SafeString | str:
        return money(period.spent_micros)

    @admin.display(description="held")
    def held(self, period: BudgetPeriod) -> SafeString | str:
        return money(period.held_micros)

    @admin.display(description="limit")
    def limit(self, period: BudgetPeriod) -> SafeString | str:
        return money(period.limit_micros)


@admin.register(BudgetAlert)
class AlertRegister(Register):
    when = "at"
    list_display = ["at", "the_period", "share", "used", "mailed_at", "tries"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["period__budget"]

    @admin.display(description="budget")
    def the_period(self, alert: BudgetAlert) -> SafeString | str:
        return link_to(alert.period)

    @admin.display(description="used")
    def used(self, alert: BudgetAlert) -> SafeString | str:
        return money(alert.used_micros)


@admin.register(RateCard)
class CardRegister(Register):
    list_display = ["uid", "client", "kind", "valid_from", "currency", "created_at"]
    list_filter = ["mode", "kind", WorkspaceWords]
    list_select_related = ["client"]
    search_fields = ["uid__startswith", "client__name__icontains"]


@admin.register(PeriodClose)
class CloseRegister(Register):
    when = "closed_at"
    list_display = ["month", "workspace", "mode", "spent", "closed_by", "closed_at"]
    list_filter = ["mode", WorkspaceWords]
    list_select_related = ["workspace", "closed_by"]

    @admin.display(description="spent")
    def spent(self, close: PeriodClose) -> SafeString | str:
        return money(close.spent_micros)


@admin.register(MoneyCheck)
class CheckRegister(Register):
    workspace_path = ""
    when = "at"
    list_display = ["at", "result", "took_ms"]
    list_filter = [DayWords]

    @admin.display(description="result")
    def result(self, check: MoneyCheck) -> str:
        return f"{check.differences} differences" if check.differences else "All agree"

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """The checks look at all workspaces at once, and their words name rows of each."""
        return bool(request.user.is_active and request.user.is_superuser)
