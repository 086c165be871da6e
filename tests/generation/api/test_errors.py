"""The one shape holds for what never reaches a view, too."""

import pytest
from django.test import Client

from .conftest import only_error

pytestmark = pytest.mark.django_db


def test_no_such_address():
    response = Client().get("/api/ai-video/nothing")
    assert only_error(response) == (404, "not_found", None, "There is nothing at this address.")
    assert only_error(Client().post("/api/ai-video/generate/"))[:2] == (404, "not_found")


def test_an_id_that_cannot_be_one(caller):
    assert only_error(caller.get("ai-video/status/a%00b"))[:2] == (404, "not_found")
    assert only_error(caller.get("ai-video/status/" + "x" * 65))[:2] == (404, "not_found")


def test_pages_keep_their_own_404():
    assert Client().get("/nothing")["Content-Type"].startswith("text/html")


def test_wrong_method(caller):
    response = caller.get("ai-video/generate")
    assert only_error(response)[:2] == (405, "method_not_allowed")
    assert response["Allow"] == "POST, OPTIONS"


def test_no_key():
    response = Client().post("/api/ai-video/generate", {}, content_type="application/json")
    assert only_error(response)[:2] == (401, "not_authenticated")
    assert response["WWW-Authenticate"] == 'Bearer realm="aivideo"'


def test_our_own_fault(caller, monkeypatch):
    from generation.api.views import jobs as views

    def fails(*args, **more):
        raise RuntimeError("secret detail")

    monkeypatch.setattr(views, "standing_job", fails)
    caller.client.raise_request_exception = False
    response = caller.get("ai-video/status/job_x")
    assert response.status_code == 500
    assert response.json() == {
        "type": "server_error",
        "errors": [{"code": "error", "detail": "Server Error (500)", "attr": None}],
    }


def test_broken_outside_a_view(rf):
    from generation.api.errors import broken, malformed

    assert broken(rf.get("/api/x")).status_code == 500
    assert b"secret" not in broken(rf.get("/api/x")).content
    assert malformed(rf.get("/api/x"), ValueError("secret")).status_code == 400
