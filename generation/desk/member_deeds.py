"""Members and workspaces, by the functions of the members' page, with a reason."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import invitations, members, workspaces
from accounts.access import Access
from accounts.models import Membership, Mode, Role, UnknownOutcome, User, Workspace
from accounts.refused import Refused
from generation.desk.account_deeds import superuser
from generation.desk.reasons import SAME, Deed, ReasonForm
from generation.desk.rooms import access_to

NO_SUCH_PERSON = "Nobody has this user name. Look under People."


class RoleForm(ReasonForm):
    role = forms.ChoiceField(choices=Role.choices, widget=UnfoldAdminSelectWidget)
    field_order: tuple[str, ...] = ("role", "reason")


class PersonField(forms.CharField):
    """Somebody's user name; its value is that person."""

    def __init__(self, *, label: str) -> None:
        widget = UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"})
        super().__init__(label=label, max_length=150, widget=widget)

    def clean(self, value: Any) -> User:
        found = User.objects.filter(username=super().clean(value).strip()).first()
        if found is None:
            raise forms.ValidationError(NO_SUCH_PERSON)
        return found


class PersonForm(RoleForm):
    username = PersonField(label="User name")
    field_order = ("username", "role", "reason")


class InvitationForm(RoleForm):
    email = forms.EmailField(label="Mail address", widget=UnfoldAdminEmailInputWidget)
    field_order = ("email", "role", "reason")


class RulesForm(ReasonForm):
    """What is left empty stays as it is."""

    name = forms.CharField(required=False, max_length=120, widget=UnfoldAdminTextInputWidget)
    time_zone = forms.CharField(
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text="As in Europe/Prague. What is left empty stays as it is.",
    )
    unknown_outcome = forms.ChoiceField(
        label="When nobody knows whether a request was taken",
        required=False,
        choices=[SAME, *UnknownOutcome.choices],
        widget=UnfoldAdminSelectWidget,
    )
    moderation_fallback = forms.ChoiceField(
        label="When a provider refuses a prompt",
        required=False,
        choices=[SAME, ("yes", "Try the next provider"), ("no", "Stop and say so")],
        widget=UnfoldAdminSelectWidget,
    )
    second_factor_required = forms.ChoiceField(
        label="Second factor",
        required=False,
        choices=[SAME, ("yes", "Needed of every member"), ("no", "Up to each member")],
        widget=UnfoldAdminSelectWidget,
    )
    field_order = (*workspaces.RULES, "reason")


def _access(request: HttpRequest, workspace_id: int) -> Access:
    superuser(request)
    return access_to(request, workspace_id=workspace_id, mode=Mode.TEST)


def _place_words(request: HttpRequest, place: Membership) -> str:
    return f"{Role(place.role).label} since {place.created_at:%Y-%m-%d}."


def _removal_words(request: HttpRequest, place: Membership) -> str:
    return f"{_place_words(request, place)} What they made stays, and so do the API keys."


def _role(request: HttpRequest, place: Membership, told: dict[str, Any]) -> str:
    access = _access(request, place.workspace_id)
    role = Role(told["role"])
    if not members.change_role(access, place, role=role, reason=told["reason"]):
        raise Refused("role", f"{role.label} already. Nothing was changed.")
    return f"{role.label.lower()} from now on."


def _remove(request: HttpRequest, place: Membership, told: dict[str, Any]) -> str:
    members.remove(_access(request, place.workspace_id), place, reason=told["reason"])
    return "no longer a member."


def _room_words(request: HttpRequest, row: Workspace) -> str:
    outcome = UnknownOutcome(row.unknown_outcome).label.lower()
    refusal = "try the next provider" if row.moderation_fallback else "stop and say so"
    factor = "needed" if row.second_factor_required else "up to each member"
    return (
        f"{row.time_zone}. Unknown outcome: {outcome}. Refused prompt: {refusal}."
        f" Second factor: {factor}."
    )


def _change(request: HttpRequest, row: Workspace, told: dict[str, Any]) -> str:
    given = {name: told[name] for name in workspaces.RULES if told[name]}
    for name in ("moderation_fallback", "second_factor_required"):
        if name in given:
            given[name] = given[name] == "yes"
    access = _access(request, row.pk)
    changed = workspaces.change(access, changes=given, reason=told["reason"])
    return f"now {_room_words(request, changed)}"


def _add(request: HttpRequest, row: Workspace, told: dict[str, Any]) -> str:
    place = members.add(
        _access(request, row.pk), told["username"], role=told["role"], reason=told["reason"]
    )
    return f"{place.user} is {place.role} there from now on."


def _invite(request: HttpRequest, row: Workspace, told: dict[str, Any]) -> str:
    access = _access(request, row.pk)
    made = invitations.invite(access, email=told["email"], role=told["role"], reason=told["reason"])
    return f"the mail to {made.email} is on its way."


def _close(request: HttpRequest, row: Workspace, told: dict[str, Any]) -> str:
    workspaces.close(_access(request, row.pk), reason=told["reason"])
    return "closed."


def _reopen(request: HttpRequest, row: Workspace, told: dict[str, Any]) -> str:
    workspaces.reopen(_access(request, row.pk), reason=told["reason"])
    return "open again."


ROLE = Deed(
    name="role",
    title="Change roles",
    button="Change the role",
    words=_place_words,
    do=_role,
    form=RoleForm,
)
REMOVE = Deed(
    name="remove",
    title="Remove members",
    button="Remove",
    words=_removal_words,
    do=_remove,
    destroys=True,
)
RULES = Deed(
    name="rules",
    title="Change a workspace",
    button="Change it",
    words=_room_words,
    do=_change,
    form=RulesForm,
    most=1,
)
ADD = Deed(
    name="add_member",
    title="Add a member",
    button="Add",
    words=lambda request, row: "They sign in with the account that they have.",
    do=_add,
    form=PersonForm,
    most=1,
)
INVITE = Deed(
    name="invite",
    title="Invite by mail",
    button="Send the invitation",
    words=lambda request, row: "The link in the mail is good for one person and one week.",
    do=_invite,
    form=InvitationForm,
    most=1,
)
CLOSE = Deed(
    name="close",
    title="Close workspaces",
    button="Close",
    words=lambda request, row: (
        "Nobody works in it any more and its API keys open nothing. All its rows stay."
    ),
    do=_close,
    destroys=True,
)
REOPEN = Deed(
    name="reopen",
    title="Open workspaces again",
    button="Open again",
    words=lambda request, row: "Its members and its API keys come in again.",
    do=_reopen,
)
