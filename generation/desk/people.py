"""People, members, workspaces and API keys: read like every register, changed by deeds alone."""

from typing import Any, ClassVar

from django.contrib import admin
from django.contrib.auth.models import Group
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString

from accounts.models import ApiKey, Membership, Mode, User, Workspace
from accounts.superusers import SuperusersOnly
from generation.desk import member_deeds, person_deeds
from generation.desk.newcomers import MakingForm, NewKeyForm, NewPersonForm, NewWorkspaceForm
from generation.desk.reasons import ask
from generation.desk.registers import Register, See, link_to

# Rights come from membership of a workspace; Django's groups would be a second, unread table.
admin.site.unregister(Group)


class PeopleRegister(SuperusersOnly, Register):
    """`making` is the form by which a new row is made; none where rows come otherwise."""

    workspace_path = ""
    making: ClassVar[type[MakingForm] | None] = None
    first: ClassVar[tuple[str, ...]] = ()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return self.making is not None and self.has_module_permission(request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.first if obj is None and self.making else super().get_fields(request, obj)

    def get_form(
        self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any
    ) -> Any:
        if obj is not None or self.making is None:
            return super().get_form(request, obj, change=change, **kwargs)
        kwargs |= {"form": self.making, "fields": self.first}
        made: Any = super().get_form(request, obj, change=change, **kwargs)
        made.request = request
        return made

    def add_view(
        self, request: HttpRequest, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        one_button = {"show_save_and_continue": False, "show_save_and_add_another": False}
        context = {**(extra_context or {}), **one_button}
        answer: HttpResponse = super().add_view(request, form_url, context)
        return answer

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        """The form has made the row by its own function."""

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Nothing hangs from it."""

    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None:
        """The audit trail has it already."""


@admin.register(User)
class PersonRegister(PeopleRegister):
    making = NewPersonForm
    first = ("username", "email", "password", "reason")
    when = "date_joined"
    list_display = ["username", "full_name", "email", "is_active", "is_staff", "last_login"]
    list_filter = ["is_active", "is_staff", "is_superuser"]
    search_fields = ["username__istartswith", "email__istartswith", "last_name__istartswith"]
    hidden = ("password", "session_epoch", "muted", "groups", "user_permissions")
    actions = ["switch_off", "switch_on", "rights", "details", "password", "second_factor"]
    see = (
        See(words="Memberships", table="accounts_membership", lookup="user__id__exact"),
        See(words="What they did", table="accounts_auditentry", lookup="user__id__exact"),
    )

    @admin.display(description="name")
    def full_name(self, user: User) -> str:
        return user.get_full_name() or "–"

    @admin.action(description="Switch off…")
    def switch_off(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=person_deeds.OFF)

    @admin.action(description="Switch on…")
    def switch_on(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=person_deeds.ON)

    @admin.action(description="Change the rights…")
    def rights(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=person_deeds.SET_RIGHTS)

    @admin.action(description="Change details…")
    def details(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=person_deeds.DETAILS)

    @admin.action(description="Set a new password…")
    def password(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=person_deeds.PASSWORD)

    @admin.action(description="Take the second factor off…")
    def second_factor(self, request: HttpRequest, chosen: QuerySet[User]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=person_deeds.FACTOR)

    def subject(self, row: User) -> str:
        return f"user:{row.pk}"


@admin.register(Membership)
class MemberRegister(PeopleRegister):
    list_display = ["member", "the_person", "the_workspace", "role", "created_at"]
    list_filter = ["role", "workspace"]
    list_select_related = ["user", "workspace"]
    search_fields = ["user__username__istartswith", "workspace__name__istartswith"]
    actions = ["role", "remove"]

    @admin.display(description="member")
    def member(self, place: Membership) -> str:
        return place.user.get_full_name() or place.user.get_username()

    @admin.display(description="person")
    def the_person(self, place: Membership) -> SafeString | str:
        return link_to(place.user)

    @admin.display(description="workspace")
    def the_workspace(self, place: Membership) -> SafeString | str:
        return link_to(place.workspace)

    @admin.action(description="Change the role…")
    def role(self, request: HttpRequest, chosen: QuerySet[Membership]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=member_deeds.ROLE)

    @admin.action(description="Remove from the workspace…")
    def remove(self, request: HttpRequest, chosen: QuerySet[Membership]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=member_deeds.REMOVE)

    def subject(self, row: Membership) -> str:
        return f"user:{row.user_id}"


@admin.register(Workspace)
class WorkspaceRegister(PeopleRegister):
    making = NewWorkspaceForm
    first = ("name", "slug", "time_zone", "owner", "reason")
    list_display = ["name", "slug", "unknown_outcome", "moderation_fallback", "closed_at"]
    search_fields = ["name__icontains", "slug__startswith"]
    actions = ["rules", "add_member", "invite", "close", "reopen"]
    see = (
        See(words="Members", table="accounts_membership", lookup="workspace__id__exact"),
        See(words="API keys", table="accounts_apikey", lookup="workspace__id__exact"),
        See(words="Audit trail", table="accounts_auditentry", lookup="workspace__id__exact"),
    )

    @admin.action(description="Change its rules…")
    def rules(self, request: HttpRequest, chosen: QuerySet[Workspace]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=member_deeds.RULES)

    @admin.action(description="Add a member…")
    def add_member(self, request: HttpRequest, chosen: QuerySet[Workspace]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=member_deeds.ADD)

    @admin.action(description="Invite by mail…")
    def invite(self, request: HttpRequest, chosen: QuerySet[Workspace]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=member_deeds.INVITE)

    @admin.action(description="Close…")
    def close(self, request: HttpRequest, chosen: QuerySet[Workspace]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=member_deeds.CLOSE)

    @admin.action(description="Open again…")
    def reopen(self, request: HttpRequest, chosen: QuerySet[Workspace]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=member_deeds.REOPEN)


@admin.register(ApiKey)
class KeyRegister(PeopleRegister):
    making = NewKeyForm
    first = ("workspace", "mode", "name", "scopes", "days", "reason")
    list_display = ["name", "shown", "workspace", "mode", "expires_at", "revoked_at"]
    list_filter = ["mode", "workspace"]
    list_select_related = ["workspace"]
    search_fields = ["name__icontains", "prefix__startswith"]
    hidden = ("secret_hash", "pepper_id", "key_id")
    actions = ["revoke"]
    see = (See(words="What it did", table="accounts_auditentry", lookup="api_key__id__exact"),)

    @admin.display(description="key")
    def shown(self, key: ApiKey) -> str:
        return str(key)

    def get_changeform_initial_data(self, request: HttpRequest) -> dict[str, Any]:
        return {"mode": Mode.TEST, **super().get_changeform_initial_data(request)}

    def construct_change_message(self, request: HttpRequest, form: Any, *rest: Any) -> Any:
        vars(request)["new_key"] = form.plaintext
        return super().construct_change_message(request, form, *rest)

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

    @admin.action(description="Revoke…")
    def revoke(self, request: HttpRequest, chosen: QuerySet[ApiKey]) -> HttpResponse | None:
        return ask(self, request, chosen, deed=person_deeds.REVOKE)

    def subject(self, row: ApiKey) -> str:
        return f"api_key:{row.pk}"
