"""Jobs and all that became of them: attempts, tasks, events, clips, batches, quotes."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from generation.desk.days import DayWords
from generation.desk.doubt_deeds import SETTLE
from generation.desk.job_deeds import AGAIN, CANCEL
from generation.desk.reasons import ask
from generation.desk.registers import (
    Register,
    See,
    link_to,
    money,
)
from generation.desk.rooms import WorkspaceWords
from generation.long_lists import FailureWords, ProviderWords, TierWords
from generation.models import (
    Asset,
    Attempt,
    Batch,
    Event,
    Job,
    ProviderTask,
    Quote,
    ReceivedCallback,
)
from generation.models.job import long_columns
from generation.wording import provider_name


def shortened(text: str) -> str:
    return Truncator(text).chars(60)


@admin.register(Job)
class JobRegister(Register):
    list_display = ["uid", "short", "state", "attention", "tier", "cost", "client", "created_at"]
    list_filter = [DayWords, "mode", "state", "attention", TierWords, WorkspaceWords]
    list_select_related = ["cost_centre__parent"]
    search_fields = ["uid__startswith", "prompt__icontains"]
    # An address may carry its receiver's own secret.
    hidden = ("webhook_url",)
    unlisted = long_columns()
    actions = ["cancel", "again"]
    see = (
        See(words="Attempts", table="generation_attempt", lookup="job__id__exact"),
        See(words="Events", table="generation_event", lookup="job__id__exact"),
        See(words="Ledger lines", table="generation_ledgerline", lookup="job__id__exact"),
        See(words="Clips", table="generation_asset", lookup="job__id__exact"),
        See(words="Notices", table="generation_notice", lookup="job__id__exact"),
    )

    @admin.display(description="prompt")
    def short(self, job: Job) -> str:
        return shortened(job.prompt)

    @admin.display(description="cost")
    def cost(self, job: Job) -> SafeString | str:
        return money(job.cost_micros)

    @admin.display(description="made for")
    def client(self, job: Job) -> SafeString | str:
        return centre_words(job.cost_centre)

    @admin.action(description="Cancel…")
    def cancel(self, request: HttpRequest, chosen: QuerySet[Job]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=CANCEL)

    @admin.action(description="Ask again…")
    def again(self, request: HttpRequest, chosen: QuerySet[Job]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=AGAIN)


def centre_words(centre: Any) -> SafeString | str:
    """The cost centre with what it is part of: "Acme / Spring". The caller has joined both."""
    words = f"{centre.parent.name} / {centre.name}" if centre.parent else centre.name
    return link_to(centre, words)


@admin.register(Attempt)
class AttemptRegister(Register):
    list_display = ["client_ref", "the_job", "provider", "state", "answer", "held", "created_at"]
    list_filter = [DayWords, "mode", "state", ProviderWords, FailureWords, WorkspaceWords]
    list_select_related = ["job"]
    search_fields = ["client_ref__startswith", "job__uid__startswith", "tasks__task"]
    hidden = ("hook_token_hash",)
    unlisted = ("leg", *long_columns("job__"))
    actions = ["settle"]
    see = (
        See(
            words="What the provider answered",
            table="generation_event",
            lookup="attempt__id__exact",
        ),
        See(
            words="Tasks at the provider",
            table="generation_providertask",
            lookup="attempt__id__exact",
        ),
        See(words="Ledger lines", table="generation_ledgerline", lookup="attempt__id__exact"),
        See(words="Callbacks", table="generation_receivedcallback", lookup="attempt__id__exact"),
    )

    @admin.display(description="job")
    def the_job(self, attempt: Attempt) -> SafeString | str:
        return link_to(attempt.job)

    @admin.display(description="answer")
    def answer(self, attempt: Attempt) -> str:
        told = " ".join(part for part in (attempt.failure_class, attempt.reason) if part)
        return shortened(told) or (attempt.task_id and f"task {attempt.task_id}") or "–"

    @admin.display(description="held or spent")
    def held(self, attempt: Attempt) -> SafeString | str:
        return money(attempt.max_micros if attempt.cost_micros is None else attempt.cost_micros)

    @admin.action(description="Settle the outcome…")
    def settle(self, request: HttpRequest, chosen: QuerySet[Attempt]) -> HttpResponse | None:
        return ask(self, request, chosen.select_related("job"), deed=SETTLE)

    def subject(self, row: Attempt) -> str:
        return f"job:{row.job.uid}"


@admin.register(ProviderTask)
class TaskRegister(Register):
    workspace_path = "attempt__workspace"
    list_display = ["task_id", "provider", "attempt_of", "learned_from", "created_at"]
    list_filter = [DayWords, "learned_from"]
    list_select_related = ["account", "attempt"]
    unlisted = ("attempt__leg",)
    search_fields = ["task", "attempt__client_ref__startswith"]

    @admin.display(description="provider")
    def provider(self, task: ProviderTask) -> str:
        return provider_name(task.account.provider)

    @admin.display(description="attempt")
    def attempt_of(self, task: ProviderTask) -> SafeString | str:
        return link_to(task.attempt)


@admin.register(Event)
class EventRegister(Register):
    when = "at"
    list_display = ["at", "kind", "text", "the_job", "the_attempt"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["job", "attempt"]
    unlisted = ("data", "attempt__leg", *long_columns("job__"))
    search_fields = ["job__uid__startswith", "attempt__client_ref__startswith"]

    @admin.display(description="job")
    def the_job(self, event: Event) -> SafeString | str:
        return link_to(event.job)

    @admin.display(description="attempt")
    def the_attempt(self, event: Event) -> SafeString | str:
        return link_to(event.attempt)


@admin.register(Asset)
class AssetRegister(Register):
    list_display = ["uid", "kind", "state", "unclaimed", "the_job", "bytes", "created_at"]
    list_filter = [DayWords, "mode", "kind", "state", "unclaimed", WorkspaceWords]
    list_select_related = ["job"]
    unlisted = long_columns("job__")
    search_fields = ["uid__startswith", "job__uid__startswith"]
    hidden = ("output_url",)  # signed by the vendor: who has it has the clip

    @admin.display(description="job")
    def the_job(self, asset: Asset) -> SafeString | str:
        return link_to(asset.job)


@admin.register(Batch)
class BatchRegister(Register):
    list_display = ["uid", "name", "total", "client", "workspace", "created_at", "completed_at"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["workspace", "cost_centre__parent"]
    search_fields = ["uid__startswith", "name__icontains"]
    see = (See(words="Jobs", table="generation_job", lookup="batch__id__exact"),)

    @admin.display(description="made for")
    def client(self, batch: Batch) -> SafeString | str:
        return centre_words(batch.cost_centre)


@admin.register(Quote)
class QuoteRegister(Register):
    list_display = ["uid", "kind", "likely", "worst", "uses", "created_at", "valid_until"]
    list_filter = [DayWords, "mode", "kind", WorkspaceWords]
    unlisted = ("routes", "lines", "alternatives")
    search_fields = ["uid__startswith"]

    @admin.display(description="likely")
    def likely(self, quote: Quote) -> SafeString | str:
        return money(quote.likely_micros)

    @admin.display(description="worst")
    def worst(self, quote: Quote) -> SafeString | str:
        return money(quote.worst_micros)


@admin.register(ReceivedCallback)
class CallbackRegister(Register):
    workspace_path = "attempt__workspace"
    when = "received_at"
    list_display = ["received_at", "provider", "attempt_of", "task_id", "event_id"]
    list_filter = [DayWords]
    list_select_related = ["account", "attempt"]
    unlisted = ("attempt__leg",)
    search_fields = ["event_id__startswith", "attempt__client_ref__startswith"]

    @admin.display(description="provider")
    def provider(self, callback: ReceivedCallback) -> str:
        return provider_name(callback.account.provider)

    @admin.display(description="attempt")
    def attempt_of(self, callback: ReceivedCallback) -> SafeString | str:
        return link_to(callback.attempt)
