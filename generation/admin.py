"""The engine's rows at the back desk, to be read only: nothing here is changed by hand."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from unfold.admin import ModelAdmin

from generation.long_lists import (
    FailureWords,
    LongListPaginator,
    ProviderWords,
    TierWords,
    found,
)
from generation.models import Asset, Attempt, Batch, Event, Job, LedgerLine
from providers.micros import dollars


class ReadOnly(ModelAdmin):  # type: ignore[misc]
    """States move by the protocol and money by the ledger; a hand would break both."""

    list_per_page = 50
    show_full_result_count = False
    paginator = LongListPaginator

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """One of `search_fields` after the other; duplicates cannot come of it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return found(queryset, term, lookups=self.search_fields), False

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Job)
class JobAdmin(ReadOnly):
    list_display = ["uid", "short", "state", "attention", "tier", "cost", "workspace", "created_at"]
    list_filter = ["mode", "state", "attention", TierWords, "workspace"]
    list_select_related = ["workspace"]
    search_fields = ["uid__startswith", "prompt__icontains"]
    ordering = ["-id"]

    @admin.display(description="prompt")
    def short(self, job: Job) -> str:
        return job.prompt[:60]

    @admin.display(description="cost")
    def cost(self, job: Job) -> str:
        return dollars(job.cost_micros)


@admin.register(Attempt)
class AttemptAdmin(ReadOnly):
    list_display = ["client_ref", "job", "seq", "provider", "state", "task_id", "created_at"]
    list_filter = ["mode", "state", ProviderWords, FailureWords]
    list_select_related = ["job"]
    search_fields = ["client_ref__startswith", "job__uid__startswith", "tasks__task"]
    ordering = ["-id"]
    exclude = ["hook_token_hash"]


@admin.register(LedgerLine)
class LedgerLineAdmin(ReadOnly):
    list_display = ["created_at", "kind", "held", "spent", "job", "account", "task_id", "reason"]
    list_filter = ["mode", "kind", "account", "provisional", "workspace"]
    list_select_related = ["job", "account"]
    search_fields = ["job__uid__startswith", "task", "statement_line"]
    ordering = ["-id"]

    @admin.display(description="held")
    def held(self, line: LedgerLine) -> str:
        return dollars(line.held_delta)

    @admin.display(description="spent")
    def spent(self, line: LedgerLine) -> str:
        return dollars(line.spent_delta)


@admin.register(Asset)
class AssetAdmin(ReadOnly):
    list_display = ["uid", "kind", "state", "unclaimed", "job", "bytes", "created_at"]
    list_filter = ["mode", "kind", "state", "unclaimed", "workspace"]
    list_select_related = ["job"]
    search_fields = ["uid__startswith", "job__uid__startswith"]
    ordering = ["-id"]


@admin.register(Batch)
class BatchAdmin(ReadOnly):
    list_display = ["uid", "total", "workspace", "mode", "created_at"]
    list_filter = ["mode", "workspace"]
    list_select_related = ["workspace"]
    search_fields = ["uid__startswith"]
    ordering = ["-id"]


@admin.register(Event)
class EventAdmin(ReadOnly):
    list_display = ["at", "kind", "job", "attempt", "text"]
    list_filter = ["mode", "workspace"]
    list_select_related = ["job", "attempt"]
    search_fields = ["job__uid__startswith"]
    ordering = ["-id"]
