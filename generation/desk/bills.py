"""Providers' bills with what people decided about them, and the statements to clients."""

from django.contrib import admin
from django.utils.safestring import SafeString

from generation.desk.days import DayWords
from generation.desk.money import AccountWords
from generation.desk.registers import Register, See, link_to, money
from generation.desk.rooms import WorkspaceWords
from generation.models import IssuedStatement, Statement, StatementDecision, StatementLine
from generation.money.cents import money_in


@admin.register(Statement)
class StatementRegister(Register):
    when = "imported_at"
    list_display = ["uid", "account", "source", "starts_on", "ends_on", "added", "imported_at"]
    list_filter = [DayWords, "mode", AccountWords, "source", WorkspaceWords]
    list_select_related = ["account"]
    search_fields = ["uid__startswith", "file_name__icontains"]
    see = (See(words="Lines", table="generation_statementline", lookup="statement__id__exact"),)

    @admin.display(description="added")
    def added(self, bill: Statement) -> SafeString | str:
        return money(bill.added_micros)


@admin.register(StatementLine)
class LineRegister(Register):
    when = "day"
    list_display = ["day", "account", "task_id", "model", "seconds", "amount", "bill"]
    list_filter = ["mode", AccountWords, "grain", WorkspaceWords]
    list_select_related = ["account", "statement"]
    search_fields = ["uid__startswith", "task"]
    see = (
        See(
            words="Decisions",
            table="generation_statementdecision",
            lookup="statement_line__id__exact",
        ),
    )

    @admin.display(description="amount")
    def amount(self, line: StatementLine) -> SafeString | str:
        return money(line.micros)

    @admin.display(description="bill")
    def bill(self, line: StatementLine) -> SafeString | str:
        return link_to(line.statement)


@admin.register(StatementDecision)
class DecisionRegister(Register):
    when = "at"
    list_display = ["at", "kind", "finding", "account", "reason", "decided_by"]
    list_filter = [DayWords, "mode", "kind", WorkspaceWords]
    list_select_related = ["account", "decided_by"]
    search_fields = ["subject__startswith"]


@admin.register(IssuedStatement)
class IssuedRegister(Register):
    when = "issued_at"
    list_display = ["number", "client_name", "month", "kind", "total", "issued_by", "issued_at"]
    list_filter = [DayWords, "mode", "kind", WorkspaceWords]
    list_select_related = ["issued_by"]
    search_fields = ["number__startswith", "client_name__icontains"]

    @admin.display(description="total")
    def total(self, statement: IssuedStatement) -> str:
        return money_in(statement.currency, statement.total_cents)
