"""Signed links: whole files, parts of them, and nothing without a good link."""

import io
from datetime import datetime, timedelta
from pathlib import Path

import pytest
import time_machine
from django.core.files.storage import FileSystemStorage, default_storage
from django.test import Client
from PIL import Image

from accounts.access import Access
from footage.digest import file_sha256
from footage.probe import probe
from footage.render import render_card
from footage.thumbnail import thumbnail
from generation import clock, jobs, media, media_views, shelves, uploads
from generation.asks import JobAsk
from generation.choices import AssetKind, AssetState
from generation.models import Asset

PROMPT = "Coffee poured in slow motion, <b>macro</b> / 4k"


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A real clip of two seconds with its thumbnail beside it."""
    folder = tmp_path_factory.mktemp("film")
    clip = folder / "clip.mp4"
    render_card(clip, seconds=2, width=640, height=360, title="Coffee", subtitle="Draft")
    thumbnail(clip, folder / "clip.jpg")
    return clip


@pytest.fixture
def clip(shop, access: Access, settings, film: Path) -> Asset:
    settings.RING_THE_BELL = False
    job = jobs.create(access, JobAsk(prompt=PROMPT))
    small = film.with_suffix(".jpg")
    digest, small_digest = file_sha256(film), file_sha256(small)
    return Asset.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        kind=AssetKind.CLIP,
        state=AssetState.STORED,
        job=job,
        attempt=job.attempts.get(),
        storage_key=shelves.put(access.workspace_id, film, sha256=digest, suffix=".mp4"),
        thumbnail_key=shelves.put(access.workspace_id, small, sha256=small_digest, suffix=".jpg"),
        media_type="video/mp4",
        bytes=film.stat().st_size,
        sha256=digest,
        stored_at=clock.now(),
    )


def body_of(response) -> bytes:
    return b"".join(response.streaming_content)


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


def test_absolute_links_are_ours_or_the_given_hosts(clip: Asset, settings):
    settings.PUBLIC_BASE_URL = "https://dailies.example"

    url, path = media.signed_url(clip), media.signed_path(clip)

    assert url == f"https://dailies.example{path}"
    assert media.signed_url(clip, base="http://127.0.0.1:9/") == f"http://127.0.0.1:9{path}"
    assert path.startswith("/media/") and path.endswith(f"/{clip.uid}.mp4")


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


@pytest.mark.parametrize(
    ("asked", "first", "length"),
    [
        ("bytes=0-", 0, None),
        ("bytes=0-0", 0, 1),
        ("bytes=0-1", 0, 2),
        ("bytes=100-199", 100, 100),
        ("bytes=100-", 100, None),
        ("bytes=100-99999999", 100, None),
        ("BYTES = 5-9".replace(" ", ""), 5, 5),
        ("bytes=-500", -500, 500),
        ("bytes=-99999999", 0, None),
    ],
)
def test_a_part_of_the_file(clip: Asset, client: Client, film: Path, asked, first, length):
    whole = film.read_bytes()
    start = first if first >= 0 else len(whole) + first
    wanted = whole[start:] if length is None else whole[start : start + length]

    response = client.get(media.signed_path(clip), headers={"Range": asked})

    assert response.status_code == 206
    assert body_of(response) == wanted
    assert response["Content-Length"] == str(len(wanted))
    last = start + len(wanted) - 1
    assert response["Content-Range"] == f"bytes {start}-{last}/{len(whole)}"
    assert response["Content-Type"] == "video/mp4"
    assert response["ETag"] == f'"{clip.sha256}"'


@pytest.mark.parametrize("asked", ["bytes=99999999-", "bytes=-0", "bytes=99999999-999999999"])
def test_a_part_beyond_the_file(clip: Asset, client: Client, asked: str):
    response = client.get(media.signed_path(clip), headers={"Range": asked})

    assert response.status_code == 416
    assert response["Content-Range"] == f"bytes */{clip.bytes}"
    assert response.content == b""


@pytest.mark.parametrize(
    "asked",
    ["bytes=5-2", "bytes=-", "bytes=a-b", "items=0-1", "bytes=0-1,5-6", "bytes=", "bytes=+1-2"],
)
def test_other_ranges_give_the_whole(clip: Asset, client: Client, film: Path, asked: str):
    response = client.get(media.signed_path(clip), headers={"Range": asked})

    assert response.status_code == 200
    assert body_of(response) == film.read_bytes()


def test_a_part_only_of_the_file_that_is_meant(clip: Asset, client: Client):
    path = media.signed_path(clip)
    modified = client.head(path)["Last-Modified"]

    def status(condition: str) -> int:
        asked = {"Range": "bytes=0-9", "If-Range": condition}
        response = client.get(path, headers=asked)
        body_of(response)
        return response.status_code

    assert status(f'"{clip.sha256}"') == 206
    assert status(modified) == 206
    assert status('"another"') == 200
    assert status(f'W/"{clip.sha256}"') == 200
    assert status("Mon, 01 Jan 2024 00:00:00 GMT") == 200


def test_head_tells_all_but_the_content(clip: Asset, client: Client):
    response = client.head(media.signed_path(clip), headers={"Range": "bytes=0-9"})

    assert response.status_code == 200
    assert response["Content-Length"] == str(clip.bytes)
    assert response["Accept-Ranges"] == "bytes"
    assert response.content == b""


def test_a_known_file_is_not_sent_again(clip: Asset, client: Client):
    path = media.signed_path(clip)
    modified = client.head(path)["Last-Modified"]

    for known in (
        {"If-None-Match": f'"{clip.sha256}"'},
        {"If-None-Match": f'"x", W/"{clip.sha256}"'},
        {"If-Modified-Since": modified},
    ):
        assert client.get(path, headers=known).status_code == 304
    assert client.get(path, headers={"If-None-Match": '"x"'}).status_code == 200


def test_an_old_link_says_that_it_has_expired(clip: Asset, client: Client, settings):
    settings.MEDIA_LINK_SECONDS = 600
    now = datetime.now()
    path = media.signed_path(clip)

    with time_machine.travel(now + timedelta(seconds=449)):
        assert client.head(path).status_code == 200
    with time_machine.travel(now + timedelta(seconds=601)):
        response = client.get(path)
    assert response.status_code == 410
    assert response.content.decode() == media_views.EXPIRED
    assert response["Content-Type"] == "text/plain; charset=utf-8"
    assert "no-store" in response["Cache-Control"]


def test_a_link_stays_the_same_for_a_while(clip: Asset, settings):
    settings.MEDIA_LINK_SECONDS = 600
    with time_machine.travel(1_800_000_000, tick=False) as moment:
        first = media.signed_path(clip)
        moment.shift(149)
        assert media.signed_path(clip) == first
        moment.shift(1)
        assert media.signed_path(clip) != first


def test_a_changed_link_is_no_link(clip: Asset, client: Client):
    path = media.signed_path(clip)
    _, _, token, name = path.split("/")
    claims, _, signature = token.rpartition(".")
    forged = [
        f"/media/{claims}.{signature[:-2]}xx/{name}",
        f"/media/{claims[:-1]}x.{signature}/{name}",
        f"/media/{claims}/{name}",
        f"/media/{claims}./{name}",
        f"/media/x/{name}",
        f"/media/{token}/{name[:-4]}.html",
        f"/media/{token}/other.mp4",
        f"/media/{token}/",
        f"/media/{token}/..%2f..%2fetc%2fpasswd",
        f"/media/{token}",
        f"/media/{clip.storage_key}",
        "/media/",
    ]

    for link in forged:
        response = client.get(link)
        assert response.status_code == 404, link
        assert not response.streaming


def test_a_link_holds_for_one_room_one_file_and_one_form(clip: Asset, client: Client):
    path = media.signed_path(clip)
    thumb = media.signed_path(clip, thumbnail=True)
    _, _, token, name = path.split("/")
    _, _, thumb_token, thumb_name = thumb.split("/")

    assert client.get(f"/media/{token}/{thumb_name}").status_code == 404
    assert client.get(f"/media/{thumb_token}/{name}").status_code == 404
    Asset.objects.filter(pk=clip.pk).update(storage_key=f"1/00/{'0' * 64}.mp4")
    assert client.get(path).status_code == 404


def test_a_lost_file_is_missing(clip: Asset, client: Client):
    path = media.signed_path(clip)
    default_storage.delete(clip.storage_key)

    response = client.get(path)

    assert response.status_code == 404
    assert response.content.decode() == media_views.MISSING


def test_there_is_no_link_before_there_is_a_file(clip: Asset):
    clip.state = AssetState.UNAVAILABLE

    assert media.signed_path(clip) == ""
    assert media.signed_url(clip, thumbnail=True) == ""


def test_only_reading_is_allowed(clip: Asset, client: Client):
    path = media.signed_path(clip)

    for method in (client.post, client.put, client.delete, client.options):
        assert method(path).status_code == 405


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
