"""The one base of all registers: read-only, of one's own workspaces, never counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import urlencode

from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db.models import Model, QuerySet
from django.forms import Media
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from unfold.admin import ModelAdmin, checkbox

from generation.desk.csv_out import as_csv, columns_of
from generation.desk.keyset import BEFORE, KeysetList
from generation.desk.rooms import may_enter, within
from generation.long_lists import found
from providers.micros import dollars

ITS_VALUE = 'value="0"'
BOX = str(checkbox.render(ACTION_CHECKBOX_NAME, "0"))


@dataclass(frozen=True, kw_only=True)
class See:
    """A link from a row to rows of another register: those whose `lookup` is this row's id."""

    words: str
    table: str
    lookup: str


class Register(ModelAdmin):  # type: ignore[misc]
    """States move by the protocol and money by the ledger; a hand would break both.

    `workspace_path` leads from a row to its workspace, empty where rows belong to none; `when` is
    the time at which a row came; `see` are the next questions; `hidden` columns are shown nowhere,
    and `unlisted` ones, long and dear to read, on the page of one row only.
    """

    workspace_path: ClassVar[str] = "workspace"
    when: ClassVar[str] = "created_at"
    see: ClassVar[Sequence[See]] = ()
    hidden: ClassVar[Sequence[str]] = ()
    unlisted: ClassVar[Sequence[str]] = ()

    list_per_page = 40
    list_filter_sheet = True
    show_full_result_count = False
    show_facets = admin.ShowFacets.NEVER
    sortable_by = ()
    change_list_template = "admin/register.html"
    change_form_template = "admin/record.html"

    @property
    def media(self) -> Media:
        """Ticking rows is all that a register's page does; Django's form scripts stay away."""
        return Media(js=["admin/js/actions.js"])

    @admin.display(description=ModelAdmin.action_checkbox.short_description)
    def action_checkbox(self, obj: Model) -> SafeString:
        """Unfold's own box, drawn once: a widget for each row took a tenth of a list's time."""
        return SafeString(BOX.replace(ITS_VALUE, f'value="{int(obj.pk)}"'))

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[KeysetList]:
        return KeysetList

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any, Any]:
        rows: QuerySet[Any, Any] = super().get_queryset(request)
        return within(request, rows, path=self.workspace_path) if self.workspace_path else rows

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """One of `search_fields` after the other; duplicates cannot come of it."""
        term = search_term.strip()
        if not term:
            return queryset, False
        return found(queryset, term, lookups=self.search_fields), False

    def get_exclude(self, request: HttpRequest, obj: Any = None) -> Sequence[str]:
        return self.hidden

    def get_urls(self) -> list[URLPattern]:
        name = f"{self.opts.app_label}_{self.opts.model_name}_csv"
        own = path("csv/", self.admin_site.admin_view(self.csv), name=name)
        return [own, *super().get_urls()]

    def csv(self, request: HttpRequest) -> HttpResponse | StreamingHttpResponse:
        """What the list shows under its filters, all of it."""
        if not self.has_view_permission(request):
            return redirect("admin:index")
        rows = self.get_changelist_instance(request).queryset
        columns = columns_of(self.model, hidden=self.hidden)
        answer = StreamingHttpResponse(as_csv(rows, columns=columns), content_type="text/csv")
        name = f"{self.opts.model_name}.csv"
        answer["Content-Disposition"] = f'attachment; filename="{name}"'
        return answer

    def changelist_view(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        asked = request.GET.copy()
        asked.pop(BEFORE, None)
        link = reverse(f"admin:{self.opts.app_label}_{self.opts.model_name}_csv")
        context = {**(extra_context or {}), "csv_url": f"{link}?{asked.urlencode()}".rstrip("?")}
        answer: HttpResponse = super().changelist_view(request, context)
        return answer

    def change_view(
        self,
        request: HttpRequest,
        object_id: str,
        form_url: str = "",
        extra_context: dict[str, Any] | None = None,
    ) -> HttpResponse:
        links = [
            (list_url(one.table, **{one.lookup: object_id}), one.words)
            for one in self.see
            if object_id.isdecimal()
        ]
        context = {**(extra_context or {}), "see": links}
        answer: HttpResponse = super().change_view(request, object_id, form_url, context)
        return answer

    def history_view(
        self, request: HttpRequest, object_id: str, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """What people did to this row, from the audit trail."""
        row = self.get_object(request, object_id)
        if row is None or not self.has_view_permission(request, row):
            return redirect("admin:index")
        # By the whole name: a search would find user:12 under user:1 too.
        return redirect(list_url("accounts_auditentry", subject=self.subject(row)))

    def subject(self, row: Any) -> str:
        """The name of the row in the audit trail."""
        return f"{self.opts.model_name}:{getattr(row, 'uid', row.pk)}"

    def has_module_permission(self, request: HttpRequest) -> bool:
        return may_enter(request)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return may_enter(request)

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


def list_url(table: str, **asked: object) -> str:
    """The address of a register, "generation_job", under filters; "" values are left out."""
    query = urlencode({name: str(value) for name, value in asked.items() if value != ""})
    return reverse(f"admin:{table}_changelist") + (f"?{query}" if query else "")


def record_url(row: Model) -> str:
    """The address of one row's own page at the back desk."""
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def link_to(row: Model | None, words: object = "") -> SafeString | str:
    """A link to a row's own page; a dash for none."""
    if row is None:
        return "–"
    return format_html('<a class="desk-link" href="{}">{}</a>', record_url(row), words or row)


def money(micros: int | None) -> SafeString | str:
    """An amount for a column: right-aligned, in the ledger's type."""
    if micros is None:
        return "–"
    return format_html('<span class="desk-money">{}</span>', dollars(micros))
