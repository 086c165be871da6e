"""Uploads and assets."""

import io

import pytest
from PIL import Image

from generation import uploads
from generation.asks import Refused
from generation.models import Asset, IdempotentAnswer, Job

from .conftest import make_caller, only_error

pytestmark = pytest.mark.django_db
UPLOADS = "ai-video/uploads"


def png(colour: str = "red") -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (640, 480), colour).save(file, "PNG")
    return file.getvalue()


def test_upload_then_animate(caller, settings):
    response = caller.send_file(png())
    asset = Asset.objects.get()
    body = response.json()
    assert response.status_code == 201
    assert (body["asset_id"], body["kind"], body["state"]) == (asset.uid, "picture", "stored")
    assert (body["width"], body["height"], body["name"]) == (640, 480, "photo.png")
    assert body["path"].startswith(f"uploads/{asset.uid}.")
    assert body["url"].startswith(f"{settings.PUBLIC_BASE_URL}/media/")
    ask = {"prompt": "Slow zoom in", "mode": "image_to_video", "quality": "high"}
    for path in (body["asset_id"], body["path"]):
        made = caller.post("ai-video/generate", {**ask, "image_path": path})
        assert (made.status_code, made.json()["provider"]) == (202, "runway")
        assert Job.objects.order_by("-pk").first().picture == asset
    detail = caller.get(f"ai-video/jobs/{made.json()['job_id']}").json()
    assert detail["picture"]["asset_id"] == asset.uid


def test_nobody_elses_picture(caller, foreign_caller):
    uid = caller.send_file(png()).json()["asset_id"]
    assert foreign_caller.get(f"ai-video/assets/{uid}").status_code == 404
    ask = {"prompt": "Zoom", "mode": "image_to_video", "image_path": uid}
    response = foreign_caller.post("ai-video/generate", ask)
    assert only_error(response)[:3] == (400, "not_found", "image_path")
    assert Job.objects.count() == 0


def test_read_an_asset(caller, workspace, owner):
    sent = caller.send_file(png()).json()
    read = caller.get(f"ai-video/assets/{sent['asset_id']}").json()
    assert {**read, "url": None, "thumbnail_url": None} == {
        **sent,
        "url": None,
        "thumbnail_url": None,
    }
    blind = make_caller(workspace, owner, scopes=["jobs:read"])
    assert blind.get(f"ai-video/assets/{sent['asset_id']}").status_code == 403


def test_the_same_key_again(caller):
    first = caller.send_file(png(), key="u1")
    again = caller.send_file(png(), key="u1")
    assert (again.status_code, again["Idempotent-Replayed"]) == (201, "true")
    assert again.json() == first.json()
    other = caller.send_file(png("blue"), key="u1")
    assert only_error(other)[:2] == (422, "idempotency_conflict")
    assert (Asset.objects.count(), IdempotentAnswer.objects.count()) == (1, 1)


def test_by_address(caller, access, monkeypatch):
    fetched = []

    def fetch(access, url):
        fetched.append(url)
        return uploads.receive(access, content=png(), name="x.png")

    monkeypatch.setattr(uploads, "fetch", fetch)
    body = caller.post(UPLOADS, {"url": "https://example.com/x.png"}).json()
    assert (body["asset_id"], fetched) == (Asset.objects.get().uid, ["https://example.com/x.png"])
    caller.post(UPLOADS, {"url": "https://example.com/x.png"}, key="u1")
    caller.post(UPLOADS, {"url": "https://example.com/x.png"}, key="u1")
    assert len(fetched) == 2


def test_an_address_that_is_refused_names_its_own_field(caller, monkeypatch):
    def fetch(access, url):
        raise Refused("It is too far away.", field="image_path", code="not_fetched")

    monkeypatch.setattr(uploads, "fetch", fetch)
    response = caller.post(UPLOADS, {"url": "https://example.com/x.png"})
    assert only_error(response) == (400, "not_fetched", "url", "It is too far away.")


def test_what_is_no_picture(caller):
    assert only_error(caller.send_file(b"not a picture"))[::2] == (400, "file")
    assert only_error(caller.send_file(b""))[::2] == (400, "file")
    assert only_error(caller.post(UPLOADS, {}))[:3] == (400, "required", "url")
    assert only_error(caller.post(UPLOADS))[:3] == (400, "required", "url")
    assert (Asset.objects.count(), IdempotentAnswer.objects.count()) == (0, 0)


def test_another_field_name(caller):
    response = caller.client.post(
        f"/api/{UPLOADS}",
        {"photo": io.BytesIO(png())},
        headers={"Authorization": f"Bearer {caller.text}"},
    )
    assert only_error(response)[:3] == (400, "required", "file")


def test_too_large(caller):
    response = caller.send_file(b"\x89PNG" + bytes(21_000_000))
    assert only_error(response)[:2] == (413, "too_large")
    assert Asset.objects.count() == 0
