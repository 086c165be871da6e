"""A file leaves whole, with its name and its guards."""

import io
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage
from django.test import Client
from PIL import Image

from accounts.access import Access
from footage.digest import file_sha256
from footage.probe import probe
from generation import media, media_views, uploads
from generation.models import Asset
from tests.generation.media.bodies import body_of


def test_a_link_gives_the_whole_file(clip: Asset, client: Client, film: Path, tmp_path: Path):
    response = client.get(media.signed_path(clip))

    assert response.status_code == 200
    content = body_of(response)
    assert content == film.read_bytes()
    headers = dict(response.headers)
    assert headers["Content-Type"] == "video/mp4"
    assert headers["Content-Length"] == str(len(content))
    assert headers["Accept-Ranges"] == "bytes"
    assert headers["ETag"] == f'"{clip.sha256}"'
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Content-Security-Policy"] == (
        "sandbox allow-same-origin; default-src 'none'; img-src 'self'; media-src 'self';"
        " style-src 'unsafe-inline'"
    )
    assert "private" in headers["Cache-Control"]
    assert headers["Content-Disposition"] == (
        f'inline; filename="coffee-poured-in-slow-motion-bmacrob-4k-{clip.uid[-6:]}.mp4"'
    )
    assert "Set-Cookie" not in headers
    (tmp_path / "got.mp4").write_bytes(content)
    assert probe(tmp_path / "got.mp4").seconds == pytest.approx(2, abs=0.05)


def test_a_thumbnail_and_a_download(clip: Asset, client: Client, film: Path):
    small = client.get(media.signed_path(clip, thumbnail=True))
    saved = client.get(media.signed_path(clip, download=True))

    assert small["Content-Type"] == "image/jpeg"
    assert small["Content-Security-Policy"].startswith("sandbox; default-src 'none';")
    assert body_of(small) == film.with_suffix(".jpg").read_bytes()
    assert small["ETag"] == f'"{file_sha256(film.with_suffix(".jpg"))}"'
    assert saved["Content-Disposition"].startswith("attachment; filename=")
    assert body_of(saved) == film.read_bytes()


def test_an_upload_keeps_its_name(access: Access, client: Client):
    out = io.BytesIO()
    Image.new("RGB", (400, 400)).save(out, "PNG")
    picture = uploads.receive(access, content=out.getvalue(), name='a"; x=é\r\n.png')

    response = client.get(media.signed_path(picture, download=True))

    assert response["Content-Type"] == "image/jpeg"
    assert response["Content-Disposition"] == (
        f'attachment; filename="a-xe-{picture.uid[-6:]}.jpg"'
    )


class ObjectStore(FileSystemStorage):
    """Like a bucket: no local path, and links of its own."""

    def path(self, name):
        raise NotImplementedError

    def url(self, name, parameters=None, expire=None):
        kind = parameters["ResponseContentType"]
        said = parameters["ResponseContentDisposition"].partition(";")[0]
        return f"https://bucket.example/{name}?kind={kind}&as={said}&for={expire}"


def test_an_object_store_hands_the_file_out_itself(clip: Asset, client: Client, monkeypatch):
    monkeypatch.setattr(media_views, "default_storage", ObjectStore())

    with time_machine.travel(1_800_000_000, tick=False):
        response = client.get(media.signed_path(clip, download=True))

    assert response.status_code == 302
    assert response["Location"] == (
        f"https://bucket.example/{clip.storage_key}?kind=video/mp4&as=attachment&for=600"
    )
    assert "no-store" in response["Cache-Control"]
