"""The forms by which a person, a workspace and an API key are made at the back desk."""

from datetime import timedelta
from typing import Any

from django import forms
from django.http import HttpRequest
from unfold.widgets import (
    UnfoldAdminCheckboxSelectMultipleWidget,
    UnfoldAdminEmailInputWidget,
    UnfoldAdminIntegerFieldWidget,
    UnfoldAdminPasswordWidget,
    UnfoldAdminTextInputWidget,
)

from accounts import persons, workspaces
from accounts.access import ip_of
from accounts.keys import make_key
from accounts.models import ApiKey, Mode, User, Workspace
from accounts.permissions import SCOPES
from accounts.refused import Refused
from accounts.workspaces import WorkspaceAsk
from generation.desk.account_deeds import superuser
from generation.desk.member_deeds import PersonField
from generation.desk.person_deeds import operator
from generation.desk.reasons import LONGEST_REASON


class MakingForm(forms.ModelForm):  # type: ignore[type-arg]
    """A form that makes its row by the one function that makes such rows.

    A refusal of that function stands at its field, and then nothing was written.
    """

    reason = forms.CharField(
        max_length=LONGEST_REASON,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
        help_text="It stays in the audit trail with your name.",
        error_messages={"required": "Say why. Nothing was made."},
    )
    request: HttpRequest
    made: Any = None

    def clean(self) -> dict[str, Any]:
        told: dict[str, Any] = super().clean() or {}
        if not self.errors:
            try:
                self.made = self.make(told)
            except Refused as refused:
                field = refused.field if refused.field in self.fields else None
                self.add_error(field, refused.words)
        return told

    def _post_clean(self) -> None:
        """Nothing is written over the row that was made."""
        if self.made is not None:
            self.instance = self.made

    def make(self, told: dict[str, Any]) -> Any:
        raise NotImplementedError


class NewPersonForm(MakingForm):
    username = forms.CharField(
        label="User name",
        max_length=150,
        widget=UnfoldAdminTextInputWidget(attrs={"autocomplete": "off"}),
    )
    email = forms.EmailField(
        label="Mail address", required=False, widget=UnfoldAdminEmailInputWidget
    )
    password = forms.CharField(
        max_length=200,
        strip=False,
        widget=UnfoldAdminPasswordWidget(attrs={"autocomplete": "new-password"}),
        help_text="Tell it to them yourself. To send a link instead, invite them to a workspace.",
    )

    class Meta:
        model = User
        fields = ()

    def make(self, told: dict[str, Any]) -> User:
        return persons.make(
            username=told["username"],
            password=told["password"],
            email=told["email"],
            by=operator(self.request, told),
        )


class NewWorkspaceForm(MakingForm):
    name = forms.CharField(max_length=120, widget=UnfoldAdminTextInputWidget)
    slug = forms.SlugField(
        label="Short name",
        max_length=50,
        widget=UnfoldAdminTextInputWidget,
        help_text="For addresses: letters, digits, hyphens.",
    )
    time_zone = forms.CharField(initial="UTC", max_length=64, widget=UnfoldAdminTextInputWidget)
    owner = PersonField(label="First owner's user name")

    class Meta:
        model = Workspace
        fields = ()

    def make(self, told: dict[str, Any]) -> Workspace:
        names = ("name", "slug", "time_zone", "owner", "reason")
        ask = WorkspaceAsk(**{name: told[name] for name in names})
        return workspaces.create(ask, by=superuser(self.request), ip=ip_of(self.request))


class NewKeyForm(MakingForm):
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
    plaintext: str = ""

    class Meta:
        model = ApiKey
        fields = ("workspace", "mode", "name")

    def make(self, told: dict[str, Any]) -> ApiKey:
        made, self.plaintext = make_key(
            told["workspace"],
            mode=Mode(told["mode"]),
            name=told["name"],
            created_by=superuser(self.request),
            scopes=told["scopes"],
            expires_in=timedelta(days=told["days"]),
            reason=told["reason"],
            ip=ip_of(self.request),
        )
        return made
