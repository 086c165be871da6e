"""Accounts of people and API keys: switched off and on, rights, passwords, with a reason."""

from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminEmailInputWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminSelectWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import keys, persons
from accounts.access import ip_of
from accounts.models import ApiKey, User
from accounts.persons import Operator
from accounts.refused import Refused
from generation.desk.account_deeds import superuser
from generation.desk.reasons import Deed, ReasonForm
from generation.desk.rooms import access_to

RIGHTS = (
    ("person", "Pages only"),
    ("staff", "Back desk, for the workspaces where they are owner or manager"),
    ("superuser", "Back desk, for all workspaces"),
)


class RightsForm(ReasonForm):
    rights = forms.ChoiceField(choices=RIGHTS, widget=UnfoldAdminSelectWidget)
    field_order = ("rights", "reason")


class DetailsForm(ReasonForm):
    """What is left empty stays as it is."""

    first_name = forms.CharField(required=False, max_length=150, widget=UnfoldAdminTextInputWidget)
    last_name = forms.CharField(required=False, max_length=150, widget=UnfoldAdminTextInputWidget)
    email = forms.EmailField(
        label="Mail address", required=False, widget=UnfoldAdminEmailInputWidget
    )
    time_zone = forms.CharField(
        required=False,
        max_length=64,
        widget=UnfoldAdminTextInputWidget,
        help_text="As in Europe/Prague. What is left empty stays as it is.",
    )
    field_order = (*persons.DETAILS, "reason")


class PasswordForm(ReasonForm):
    password = forms.CharField(
        label="New password",
        max_length=200,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
    )
    field_order = ("password", "reason")


def operator(request: HttpRequest, told: dict[str, Any]) -> Operator:
    """Who acts, and why. Raises Forbidden for anybody but a superuser."""
    return Operator(user=superuser(request), ip=ip_of(request), reason=told["reason"])


def _person_words(request: HttpRequest, user: User) -> str:
    rights = dict(RIGHTS)[persons.rights_of(user)]
    state = "May sign in" if user.is_active else "Switched off"
    return f"{state}. {rights}."


def _off(request: HttpRequest, user: User, told: dict[str, Any]) -> str:
    persons.switch(user, active=False, by=operator(request, told))
    return "may not sign in any more."


def _on(request: HttpRequest, user: User, told: dict[str, Any]) -> str:
    persons.switch(user, active=True, by=operator(request, told))
    return "may sign in again."


def _rights(request: HttpRequest, user: User, told: dict[str, Any]) -> str:
    persons.set_rights(user, rights=told["rights"], by=operator(request, told))
    return f"{dict(RIGHTS)[told['rights']]}."


def _details(request: HttpRequest, user: User, told: dict[str, Any]) -> str:
    given = {name: told[name].strip() for name in persons.DETAILS if told[name]}
    persons.change(user, changes=given, by=operator(request, told))
    return "changed."


def _password(request: HttpRequest, user: User, told: dict[str, Any]) -> str:
    persons.new_password(user, password=told["password"], by=operator(request, told))
    return "the new password holds, and every session has ended."


def _factor(request: HttpRequest, user: User, told: dict[str, Any]) -> str:
    persons.take_second_factor(user, by=operator(request, told))
    return "signs in with the password alone until a new one is set up."


def _revoke(request: HttpRequest, key: ApiKey, told: dict[str, Any]) -> str:
    superuser(request)
    access = access_to(request, workspace_id=key.workspace_id, mode=key.mode)
    if not keys.revoke(key, by=access, reason=told["reason"]):
        raise Refused("form", "It was revoked before. The first date and reason stand.")
    return "opens nothing any more."


def _key_words(request: HttpRequest, key: ApiKey) -> str:
    used = f"last used {key.last_used_at:%Y-%m-%d %H:%M} UTC" if key.last_used_at else "never used"
    return f"{key.name}, {key.workspace}, {key.mode} mode, {used}."


OFF = Deed(
    name="switch_off",
    title="Switch people off",
    button="Switch off",
    words=lambda request, user: (
        f"{_person_words(request, user)} What they made keeps their name; keys of programs go on."
    ),
    do=_off,
    destroys=True,
)
ON = Deed(
    name="switch_on",
    title="Switch people on",
    button="Switch on",
    words=_person_words,
    do=_on,
)
SET_RIGHTS = Deed(
    name="rights",
    title="Change who runs this server",
    button="Change the rights",
    words=_person_words,
    do=_rights,
    form=RightsForm,
    most=1,
)
DETAILS = Deed(
    name="details",
    title="Change a person's details",
    button="Change them",
    words=lambda request, user: (
        f"{user.get_full_name() or 'No name'}, {user.email or 'no address'}, {user.time_zone}."
    ),
    do=_details,
    form=DetailsForm,
    most=1,
)
PASSWORD = Deed(
    name="password",
    title="Set a new password",
    button="Set it",
    words=lambda request, user: "Every session of theirs ends. Tell them the password yourself.",
    do=_password,
    form=PasswordForm,
    most=1,
)
FACTOR = Deed(
    name="second_factor",
    title="Take the second factor off",
    button="Take it off",
    words=lambda request, user: "For somebody who lost the telephone and the recovery codes.",
    do=_factor,
    destroys=True,
    most=1,
)
REVOKE = Deed(
    name="revoke",
    title="Revoke API keys",
    button="Revoke",
    words=_key_words,
    do=_revoke,
    destroys=True,
)
