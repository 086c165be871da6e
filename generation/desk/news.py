"""What was told to whom: notices, their receivers, answers kept for keys, and the audit trail."""

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.safestring import SafeString
from django.utils.text import Truncator

from accounts.models import AuditEntry
from generation.desk.days import DayWords
from generation.desk.registers import Register, See, link_to
from generation.desk.rooms import WorkspaceWords
from generation.long_lists import KnownWords
from generation.models import IdempotentAnswer, Notice, WebhookEndpoint
from generation.models.job import long_columns


@admin.register(Notice)
class NoticeRegister(Register):
    list_display = ["uid", "kind", "host", "result", "tries", "the_job", "created_at"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["job"]
    unlisted = long_columns("job__")
    search_fields = ["uid__startswith", "job__uid__startswith"]
    # An address may carry its receiver's own secret.
    hidden = ("url",)

    @admin.display(description="result")
    def result(self, notice: Notice) -> str:
        if notice.delivered_at:
            return f"Delivered ({notice.last_status})"
        waits = "Waiting" if notice.next_try_at else "Given up"
        return f"{waits}: {notice.last_error[:60]}" if notice.last_error else waits

    @admin.display(description="job")
    def the_job(self, notice: Notice) -> SafeString | str:
        return link_to(notice.job)


@admin.register(WebhookEndpoint)
class EndpointRegister(Register):
    list_display = ["uid", "description", "enabled", "last_status", "last_delivered_at"]
    list_filter = ["mode", "enabled", WorkspaceWords]
    search_fields = ["uid__startswith"]
    hidden = ("url", "salt", "former_salts")
    see = (See(words="Deliveries", table="generation_notice", lookup="endpoint__id__exact"),)


@admin.register(IdempotentAnswer)
class AnswerRegister(Register):
    list_display = ["key", "status", "workspace", "mode", "created_at"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["workspace"]
    search_fields = ["key__startswith"]
    hidden = ("body",)  # it may hold a secret that is shown once


class AuditWords(KnownWords):
    """What a deed was about: the first part of its name."""

    title, parameter_name = "kind", "kind"
    words = (
        "api_key",
        "brief",
        "budget",
        "campaign",
        "client",
        "invitation",
        "job",
        "member",
        "month",
        "offer",
        "person",
        "price",
        "product",
        "provider",
        "rate_card",
        "second_factor",
        "shot",
        "statement",
        "storyboard",
        "take",
        "template",
        "workspace",
    )

    def queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> QuerySet[Any]:
        kind = self.value()
        return queryset.filter(action__startswith=f"{kind}.") if kind in self.words else queryset


def change_words(entry: AuditEntry) -> str:
    """Before and after of each thing that changed: "role: creator, now manager"."""
    before, after = entry.before or {}, entry.after or {}
    told = []
    for name in dict.fromkeys([*before, *after]):
        words = name.replace("_", " ")
        if name in before and name in after:
            told.append(f"{words}: {_said(before[name])}, now {_said(after[name])}")
        elif name in before:
            told.append(f"{words}: was {_said(before[name])}")
        else:
            told.append(f"{words}: {_said(after[name])}")
    return Truncator("; ".join(told)).chars(200) or "–"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "none" if value is None or value == "" else str(value)


@admin.register(AuditEntry)
class AuditRegister(Register):
    when = "at"
    list_display = ["at", "action", "subject", "changed", "reason", "who", "workspace", "mode"]
    list_filter = [DayWords, "mode", AuditWords, WorkspaceWords]
    list_select_related = ["user", "api_key", "workspace"]
    search_fields = ["subject__startswith", "action__startswith", "user__username__istartswith"]
    search_help_text = "A person, a deed or an object"

    @admin.display(description="changed")
    def changed(self, entry: AuditEntry) -> str:
        return change_words(entry)

    @admin.display(description="by")
    def who(self, entry: AuditEntry) -> str:
        if entry.user is not None:
            return str(entry.user)
        return f"key {entry.api_key}" if entry.api_key is not None else "–"
