"""Pictures from outside become the workspace's own, or nothing."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.core.files.storage import default_storage
from PIL import Image

from accounts.access import Access
from accounts.models import Mode, Role, Workspace
from generation import uploads
from generation.asks import Refused
from generation.choices import AssetKind, AssetState
from generation.models import Asset
from tests.generation.outside import HOST, PUBLIC, Outside
from tests.providers.bad_server import answer

URL = f"https://{HOST}/photos/cup.jpg?size=large"


def picture(form: str = "JPEG", *, size=(800, 400), mode="RGB", colour="red") -> bytes:
    out = io.BytesIO()
    Image.new(mode, size, colour).save(out, form)
    return out.getvalue()


def stored_files() -> list[Path]:
    root = Path(default_storage.path(""))
    return sorted(path for path in root.rglob("*") if path.is_file())


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Outside]:
    with Outside(monkeypatch, tmp_path) as made:
        yield made


@pytest.fixture
def neighbour(db) -> Access:
    other = Workspace.objects.create(slug="other", name="Other Agency")
    return Access(workspace_id=other.pk, mode=Mode.TEST, role=Role.OWNER)


def refusal(act, *args, **kwargs) -> Refused:
    with pytest.raises(Refused) as caught:
        act(*args, **kwargs)
    assert Asset.objects.count() == 0
    assert stored_files() == []
    return caught.value


def test_keeps_a_picture_with_its_thumbnail(access: Access):
    asset = uploads.receive(access, content=picture("WEBP"), name="..\\holiday/cup\u202e.webp")

    asset.refresh_from_db()
    assert (asset.kind, asset.state) == (AssetKind.PICTURE, AssetState.STORED)
    assert (asset.workspace_id, asset.mode) == (access.workspace_id, "test")
    assert (asset.width, asset.height, asset.media_type) == (800, 400, "image/jpeg")
    assert asset.original_name == "cup.webp"
    assert asset.created_by_id == access.user_id
    assert asset.storage_key == f"{access.workspace_id}/{asset.sha256[:2]}/{asset.sha256}.jpg"
    assert default_storage.size(asset.storage_key) == asset.bytes
    with Image.open(default_storage.path(asset.thumbnail_key)) as small:
        assert (small.format, small.size) == ("JPEG", (640, 320))
        assert small.getpixel((5, 5))[0] > 240


def test_a_transparent_picture_has_a_white_thumbnail(access: Access):
    content = picture("PNG", size=(300, 600), mode="RGBA", colour=(255, 0, 0, 0))

    asset = uploads.receive(access, content=content, name="logo.png")

    assert asset.media_type == "image/png"
    assert uploads.path_of(asset) == f"uploads/{asset.uid}.png"
    with Image.open(default_storage.path(asset.thumbnail_key)) as small:
        assert small.size == (300, 600)
        assert all(level > 250 for level in small.resize((1, 1)).tobytes())


def test_the_same_picture_is_the_same_asset(access: Access, neighbour: Access):
    first = uploads.receive(access, content=picture(), name="a.jpg")
    again = uploads.receive(access, content=picture(), name="b.jpg")
    theirs = uploads.receive(neighbour, content=picture(), name="a.jpg")
    live = Access(workspace_id=access.workspace_id, mode=Mode.LIVE, role=Role.OWNER)
    in_live = uploads.receive(live, content=picture(), name="a.jpg")

    assert again.pk == first.pk
    assert len({first.pk, theirs.pk, in_live.pk}) == 3
    assert first.storage_key != theirs.storage_key
    assert Asset.objects.count() == 3


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"%PDF-1.7", "not a JPEG, PNG or WebP"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "not a JPEG, PNG or WebP"),
        (picture()[:900], "damaged"),
        (picture(size=(299, 400)), "at least 300"),
        (b"\xff\xd8\xff" + bytes(20_000_000), "20.0 MB"),
    ],
)
def test_refuses_what_is_no_fit_picture(access: Access, content: bytes, words: str):
    refused = refusal(uploads.receive, access, content=content, name="a.jpg")

    assert refused.field == "file"
    assert words in refused.message


def test_fetches_a_picture_under_guard(access: Access, outside: Outside):
    server = outside.serve(lambda sock: sock.sendall(answer("200 OK", picture())))

    asset = uploads.resolve(access, URL)

    assert (asset.width, asset.original_name) == (800, "cup.jpg")
    assert outside.connects == [(PUBLIC, 443)]
    assert server.requests[0].startswith("GET /photos/cup.jpg?size=large HTTP/1.1")
    assert uploads.resolve(access, URL.replace("https", "HTTPS")).pk == asset.pk


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        (answer("302 Found", headers="Location: https://127.0.0.1/\r\n"), "give the final one"),
        (answer("404 Not Found"), "answered 404"),
        (answer("200 OK", b"<html>"), "not a JPEG, PNG or WebP"),
        (answer("200 OK", b"\xff\xd8\xff" + bytes(10_000_000)), "larger than 10 MB"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n\xff\xd8", "broke off"),
    ],
)
def test_refuses_what_a_host_answers(access: Access, outside: Outside, reply, words):
    outside.serve(lambda sock: sock.sendall(reply))

    refused = refusal(uploads.resolve, access, URL)

    assert refused.field == "image_path"
    assert words in refused.message
    assert outside.connects == [(PUBLIC, 443)]


def test_refuses_an_inner_address(access: Access, outside: Outside):
    outside.names[HOST] = [["169.254.169.254"]]

    refused = refusal(uploads.resolve, access, URL)

    assert (refused.field, refused.code) == ("image_path", "not_fetched")
    assert "public internet" in refused.message
    assert outside.connects == []


def test_finds_an_upload_by_id_and_path(access: Access):
    asset = uploads.receive(access, content=picture(), name="a.jpg")

    assert uploads.path_of(asset) == f"uploads/{asset.uid}.jpg"
    for text in (asset.uid, f"{asset.uid}.jpg", f"uploads/{asset.uid}", uploads.path_of(asset)):
        assert uploads.resolve(access, text).pk == asset.pk


def test_another_room_or_mode_has_no_such_upload(access: Access, neighbour: Access):
    asset = uploads.receive(neighbour, content=picture(), name="a.jpg")
    live = Access(workspace_id=neighbour.workspace_id, mode=Mode.LIVE, role=Role.OWNER)

    for stranger in (access, live):
        with pytest.raises(Refused) as caught:
            uploads.resolve(stranger, asset.uid)
        assert caught.value.message == uploads.NO_SUCH_UPLOAD
        assert (caught.value.field, caught.value.code) == ("image_path", "not_found")


@pytest.mark.parametrize(
    "path",
    [
        "",
        "/etc/passwd",
        "../../etc/passwd",
        "uploads/../../etc/passwd",
        "uploads/asset_01jd0000000000000000.jpg/../../x",
        "..%2f..%2fetc%2fpasswd",
        "....//....//etc/passwd",
        "file:///etc/passwd",
        "file://localhost/etc/passwd",
        "FILE:/etc/passwd",
        "http://127.0.0.1/a.png",
        "ftp://host/a.png",
        "data:image/png;base64,iVBORw0KGgo=",
        "gopher://127.0.0.1:6379/_x",
        "jar:file:///a.jar!/b.png",
        "\\\\server\\share\\a.png",
        "//server/share/a.png",
        "C:\\Windows\\win.ini",
        "c:/windows/win.ini",
        "product.jpg",
        "./product.jpg",
        "~/product.jpg",
        "$HOME/product.jpg",
        "product.jpg\x00.png",
        "\x00",
        "asset_01jd0000000000000000\n",
        "uploads/asset_01jd0000000000000000.jpg\x00",
        "asset_01jd0000000000000000.svg",
        "asset_",
        "asset_" + "0" * 5000,
        "uploads/",
        "/proc/self/environ",
        "|cat /etc/passwd",
        "https:/etc/passwd",
    ],
)
def test_never_reads_a_path(access: Access, monkeypatch, path: str):
    opened: list[object] = []
    monkeypatch.setattr(default_storage, "open", lambda *given, **_: opened.append(given))
    monkeypatch.setattr(Path, "open", lambda *given, **_: opened.append(given))

    with pytest.raises(Refused) as caught:
        uploads.resolve(access, path)

    assert caught.value.field == "image_path"
    assert "pload" in caught.value.message
    assert opened == []
    assert Asset.objects.count() == 0


def test_an_unknown_id_is_an_unknown_upload(access: Access):
    refused = refusal(uploads.resolve, access, "asset_01jd0000000000000000")

    assert refused.code == "not_found"
