"""What was told to whom: notices, their receivers, answers kept for keys, and the audit trail."""

from django.contrib import admin
from django.utils.safestring import SafeString

from accounts.models import AuditEntry
from generation.desk.days import DayWords
from generation.desk.registers import Register, See, link_to
from generation.desk.rooms import WorkspaceWords
from generation.models import IdempotentAnswer, Notice, WebhookEndpoint


@admin.register(Notice)
class NoticeRegister(Register):
    list_display = ["uid", "kind", "host", "result", "tries", "the_job", "created_at"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["job"]
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


@admin.register(AuditEntry)
class AuditRegister(Register):
    when = "at"
    list_display = ["at", "action", "subject", "reason", "user", "api_key", "workspace", "mode"]
    list_filter = [DayWords, "mode", WorkspaceWords]
    list_select_related = ["user", "api_key", "workspace"]
    search_fields = ["subject__startswith", "action__startswith"]
