"""API keys at the back desk: made here with the text shown once, revoked here, never edited."""

from datetime import timedelta
from typing import Any

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from unfold.admin import ModelAdmin
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminIntegerFieldWidget,
)

from accounts.access import Access, ip_of
from accounts.keys import make_key, revoke
from accounts.models import ApiKey, Mode, Role, User
from accounts.permissions import SCOPES
from accounts.superusers import SuperusersOnly


class NewKeyForm(forms.ModelForm):  # type: ignore[type-arg]
    scopes = forms.MultipleChoiceField(
        choices=[(scope, scope) for scope in SCOPES],
        initial=list(SCOPES),
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    days = forms.IntegerField(
        label="Days until it expires",
        initial=90,
        min_value=1,
        max_value=365,
        widget=UnfoldAdminIntegerFieldWidget,
    )

    class Meta:
        model = ApiKey
        fields = ["workspace", "mode", "name"]


@admin.register(ApiKey)
class KeyAdmin(SuperusersOnly, ModelAdmin):  # type: ignore[misc]
    form = NewKeyForm
    list_display = [
        "name",
        "shown",
        "workspace",
        "mode",
        "expires_at",
        "revoked_at",
        "last_used_at",
    ]
    list_filter = ["mode", "workspace"]
    list_select_related = ["workspace"]
    search_fields = ["name", "prefix"]
    actions = ["revoke_keys"]

    @admin.display(description="Key")
    def shown(self, key: ApiKey) -> str:
        return str(key)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"mode": Mode.TEST, **super().get_changeform_initial_data(request)}

    def get_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        if obj is None:
            return ["workspace", "mode", "name", "scopes", "days"]
        hidden = {"id", "secret_hash", "pepper_id", "key_id"}
        return [field.name for field in ApiKey._meta.fields if field.name not in hidden]

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def save_model(self, request: HttpRequest, obj: ApiKey, form: Any, change: bool) -> None:
        """Make the key by the one function that makes keys; `obj` becomes its row."""
        if change or not isinstance(request.user, User):
            raise PermissionDenied
        made, plaintext = make_key(
            obj.workspace,
            mode=Mode(obj.mode),
            name=obj.name,
            created_by=request.user,
            scopes=form.cleaned_data["scopes"],
            expires_in=timedelta(days=form.cleaned_data["days"]),
        )
        obj.__dict__.update(made.__dict__)
        vars(request)["new_key"] = plaintext

    def response_add(
        self, request: HttpRequest, obj: ApiKey, post_url_continue: str | None = None
    ) -> HttpResponse:
        # Rendered at once: through a message it would lie in a cookie or in the session table.
        context = {
            **self.admin_site.each_context(request),
            "title": "Copy the key now",
            "key": obj,
            "plaintext": vars(request)["new_key"],
        }
        response = TemplateResponse(request, "admin/accounts/apikey/made.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description="Revoke the chosen keys")
    def revoke_keys(self, request: HttpRequest, queryset: QuerySet[ApiKey]) -> None:
        ended = [key for key in queryset if revoke(key, by=_as(request, key=key), reason="by hand")]
        messages.success(request, f"Revoked: {len(ended)} of {len(queryset)}.")


def _as(request: HttpRequest, *, key: ApiKey) -> Access:
    """The person at the back desk, in the key's own workspace, for the audit trail."""
    return Access(
        workspace_id=key.workspace_id,
        mode=Mode(key.mode),
        role=Role.OWNER,
        user_id=request.user.pk,
        ip=ip_of(request),
    )
