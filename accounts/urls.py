from django.urls import path

from accounts.pages import signing_in, switches

app_name = "accounts"
urlpatterns = [
    path("login/", signing_in.SignIn.as_view(), name="login"),
    path("login/code/", signing_in.code, name="code"),
    path("logout/", signing_in.SignOut.as_view(), name="logout"),
    path("password/", signing_in.ChangePassword.as_view(), name="password"),
    path("mode/", switches.switch_mode, name="mode"),
    path("workspace/", switches.switch_workspace, name="workspace"),
]
