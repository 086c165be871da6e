"""The browser-side bar of every answer, and the settings of a public server."""

import os
import subprocess
import sys

import pytest
from django.conf import settings as live_settings
from django.test import Client

pytestmark = pytest.mark.django_db

PUBLIC = {
    "HTTPS_ONLY": "true",
    "PUBLIC_BASE_URL": "https://desk.example.test",
    "ALLOWED_HOSTS": "desk.example.test",
}


def test_headers_of_a_page(client):
    response = client.get("/login/")
    assert response["X-Frame-Options"] == "DENY"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["Cross-Origin-Opener-Policy"] == "same-origin"
    assert "camera=()" in response["Permissions-Policy"]
    policy = dict(
        part.strip().split(" ", 1) for part in response["Content-Security-Policy"].split(";")
    )
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["base-uri"] == "'none'"


def test_policy_is_relaxed_for_the_admin_alone(client):
    assert "'unsafe-eval'" in client.get("/admin/")["Content-Security-Policy"]
    assert "unsafe" not in client.get("/administer/")["Content-Security-Policy"]


def test_cookies(client):
    cookie = client.get("/login/").cookies["csrftoken"]
    assert (cookie["httponly"], cookie["samesite"], cookie["secure"]) == (True, "Lax", "")


def test_api_over_plain_http_is_refused_where_https_is_the_rule(settings):
    settings.HTTPS_ONLY = True
    response = Client().get("/api/ai-video/providers")
    assert response.status_code == 403
    (error,) = response.json()["errors"]
    assert error == {
        "code": "https_only",
        "detail": "Use https. This key has travelled in the clear: revoke it and make a new one.",
        "attr": None,
    }
    assert "camera=()" in response["Permissions-Policy"]


def manage(*words, **environment):
    return subprocess.run(
        [sys.executable, "manage.py", *words],
        env={"PATH": os.environ["PATH"], "DATA_DIR": str(live_settings.DATA_DIR), **environment},
        cwd=live_settings.BASE_DIR,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_public_server_passes_the_deploy_check():
    done = manage("check", "--deploy", "--fail-level", "WARNING", **PUBLIC)
    assert (done.returncode, done.stdout) == (
        0,
        "System check identified no issues (0 silenced).\n",
    )


def test_public_server_names_its_cookies_for_this_host_alone():
    ask = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME)"
    assert manage("shell", "-v0", "-c", ask, **PUBLIC).stdout == (
        "__Host-sessionid __Host-csrftoken\n"
    )
    assert manage("shell", "-v0", "-c", ask).stdout == "sessionid csrftoken\n"


@pytest.mark.parametrize("peppers", ["secret", "1:short", "x:" + "p" * 40])
def test_bad_peppers_stop_the_start_by_name(peppers):
    done = manage("check", API_KEY_PEPPERS=peppers)
    assert done.returncode == 1
    assert "API_KEY_PEPPERS must be number:value pairs" in done.stderr
