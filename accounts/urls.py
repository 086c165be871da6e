from django.urls import path

from accounts.pages.signing_in import (
    ChangePassword,
    SignIn,
    SignOut,
    switch_mode,
    switch_workspace,
)

app_name = "accounts"
urlpatterns = [
    path("login/", SignIn.as_view(), name="login"),
    path("logout/", SignOut.as_view(), name="logout"),
    path("password/", ChangePassword.as_view(), name="password"),
    path("mode/", switch_mode, name="mode"),
    path("workspace/", switch_workspace, name="workspace"),
]
