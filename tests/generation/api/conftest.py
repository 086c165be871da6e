"""A workspace with keys, the catalogue, and a caller that speaks JSON."""

from dataclasses import dataclass, field
from typing import Any

import pytest
from django.core.cache import cache
from django.test import Client

from accounts.access import Access
from accounts.keys import check_key, make_key
from accounts.models import Membership, Mode, Role, User, Workspace
from generation import queue
from generation.models import Attempt, Event, IdempotentAnswer, Job, LedgerLine
from providers import catalogue
from tests.shop import stock

SEED_GENERATE = {
    "mode": "text_to_video",
    "prompt": "A serene mountain landscape at sunset, cinematic drone shot",
    "duration": 5,
    "quality": "standard",
    "aspect_ratio": "16:9",
    "provider": "runway",
    "async_mode": True,
}
SEED_BATCH = {
    "prompts": [
        "Person running on treadmill in gym",
        "Close-up of fitness tracker",
        "Healthy meal prep in kitchen",
    ],
    "quality": "draft",
    "duration": 5,
    "aspect_ratio": "9:16",
    "use_cost_optimization": True,
}


@dataclass
class Caller:
    """One API key. `path` is what follows /api/."""

    text: str
    client: Client = field(default_factory=Client)

    def get(self, path: str, **query: Any):
        return self.client.get(f"/api/{path}", query, headers=self._headers({}))

    def post(self, path: str, body: Any = None, *, key: str = "", **headers: str):
        if key:
            headers["Idempotency-Key"] = key
        if body is None:  # as curl -X POST sends it: no body and no type
            return self.client.generic(
                "POST", f"/api/{path}", content_type="", headers=self._headers(headers)
            )
        return self.client.post(
            f"/api/{path}", body, content_type="application/json", headers=self._headers(headers)
        )

    def call(self, method: str, path: str):
        """Without a body and a type, whatever the method."""
        return self.client.generic(
            method, f"/api/{path}", content_type="", headers=self._headers({})
        )

    def send_file(self, content: bytes, name: str = "photo.png", *, key: str = ""):
        from django.core.files.uploadedfile import SimpleUploadedFile

        file = SimpleUploadedFile(name, content, content_type="image/png")
        headers = self._headers({"Idempotency-Key": key} if key else {})
        return self.client.post("/api/ai-video/uploads", {"file": file}, headers=headers)

    def _headers(self, more: dict[str, str]) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.text}", **more}


def make_caller(workspace: Workspace, user: User, *, mode: Mode = Mode.TEST, scopes=None) -> Caller:
    more = {} if scopes is None else {"scopes": scopes}
    return Caller(make_key(workspace, mode=mode, name="Robot", created_by=user, **more)[1])


@pytest.fixture(autouse=True)
def calm(settings):
    cache.clear()
    settings.RING_THE_BELL = False
    yield
    catalogue.forget()


@pytest.fixture
def shop(db) -> None:
    stock()


@pytest.fixture
def workspace(db) -> Workspace:
    return Workspace.objects.create(slug="north", name="North")


@pytest.fixture
def owner(workspace) -> User:
    user = User.objects.create_user("olga", password="correct horse battery")
    Membership.objects.create(workspace=workspace, user=user, role=Role.OWNER)
    return user


@pytest.fixture
def caller(shop, workspace, owner) -> Caller:
    return make_caller(workspace, owner)


@pytest.fixture
def live_caller(shop, workspace, owner) -> Caller:
    return make_caller(workspace, owner, mode=Mode.LIVE)


@pytest.fixture
def foreign_caller(shop, owner) -> Caller:
    return make_caller(Workspace.objects.create(slug="south", name="South"), owner)


@pytest.fixture
def access(caller) -> Access:
    return check_key(caller.text, ip=None)


@pytest.fixture
def rung(monkeypatch) -> list[str]:
    """Every ring of the bell, as the task's name."""
    rings: list[str] = []
    monkeypatch.setattr(queue, "ring", lambda task, *args: rings.append(task))
    return rings


@pytest.fixture
def nothing_happened(rung, django_capture_on_commit_callbacks):
    """Asserts, at the end, that a refusal wrote, kept and rang nothing."""
    kinds = (Job, Attempt, LedgerLine, IdempotentAnswer, Event)
    before = [kind.objects.count() for kind in kinds]
    with django_capture_on_commit_callbacks(execute=True):
        yield
    assert [kind.objects.count() for kind in kinds] == before
    assert rung == []


def errors_of(response) -> list[tuple[str, str | None]]:
    """(code, attr) of each error, after checking the one shape."""
    body = response.json()
    assert set(body) == {"type", "errors"}, body
    for error in body["errors"]:
        assert set(error) == {"code", "detail", "attr"}
        assert error["detail"]
    return [(error["code"], error["attr"]) for error in body["errors"]]


def only_error(response) -> tuple[int, str, str | None, str]:
    """(status, code, attr, detail) of the one error."""
    [(code, attr)] = errors_of(response)
    return response.status_code, code, attr, response.json()["errors"][0]["detail"]
