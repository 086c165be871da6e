import hashlib
import io
import struct
import zlib

import numpy as np
import pytest
from PIL import Image

from footage.errors import BadPicture, FootageError
from footage.picture import MOST_BYTES, clean_picture


def _noise(width: int = 400, height: int = 320) -> Image.Image:
    rng = np.random.default_rng(3)
    small = Image.fromarray(rng.integers(0, 255, (8, 10, 3), dtype=np.uint8))
    return small.resize((width, height), Image.Resampling.BICUBIC)


def _encode(picture: Image.Image, form: str, **options) -> bytes:
    out = io.BytesIO()
    picture.save(out, form, **options)
    return out.getvalue()


def _bomb(side: int) -> bytes:
    """A black one-bit PNG of side x side pixels, a few KB of file."""

    def chunk(name: bytes, body: bytes) -> bytes:
        return (
            struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))
        )

    packer = zlib.compressobj(9)
    row = bytes(side // 8 + 1)
    packed = b"".join(packer.compress(row) for _ in range(side)) + packer.flush()
    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    parts = chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + parts


def _refusal(data: bytes) -> str:
    with pytest.raises(BadPicture) as caught:
        clean_picture(data)
    return caught.value.reason


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_opaque_pictures_become_jpeg(form):
    clean = clean_picture(_encode(_noise(), form))
    assert (clean.media_type, clean.width, clean.height) == ("image/jpeg", 400, 320)
    assert clean.sha256 == hashlib.sha256(clean.content).hexdigest()
    with Image.open(io.BytesIO(clean.content)) as again:
        assert (again.format, again.mode, again.size) == ("JPEG", "RGB", (400, 320))
        off = np.asarray(again, dtype=int) - np.asarray(_noise(), dtype=int)
    assert np.abs(off).mean() < 4


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_transparent_pictures_become_png(form):
    picture = _noise().convert("RGBA")
    picture.putalpha(Image.linear_gradient("L").resize(picture.size))
    clean = clean_picture(_encode(picture, form))
    assert clean.media_type == "image/png"
    with Image.open(io.BytesIO(clean.content)) as again:
        assert (again.format, again.mode) == ("PNG", "RGBA")


@pytest.mark.parametrize("mode", ["L", "LA", "P", "CMYK", "1", "RGBA"])
def test_every_colour_mode_is_taken(mode):
    form = "JPEG" if mode == "CMYK" else "PNG"
    assert clean_picture(_encode(_noise().convert(mode), form)).media_type == "image/jpeg"


def test_sixteen_bit_grey_is_scaled_not_clipped():
    ramp = np.tile(np.linspace(0, 65535, 400).astype(np.uint16), (300, 1))
    clean = clean_picture(_encode(Image.fromarray(ramp), "PNG"))
    with Image.open(io.BytesIO(clean.content)) as again:
        middle = again.convert("L").getpixel((200, 150))
    assert middle == pytest.approx(128, abs=3)


def test_turned_upright_and_stripped():
    exif = Image.Exif()
    exif[0x0112] = 6  # turn right
    exif[0x010F] = "Camera maker"
    exif[0x8825] = {1: "N", 2: (48.0, 12.0, 30.0)}
    sent = _encode(_noise(640, 320), "JPEG", exif=exif, comment=b"private note")
    clean = clean_picture(sent)
    assert (clean.width, clean.height) == (320, 640)
    assert b"Camera maker" in sent
    assert b"Camera maker" not in clean.content
    assert b"private note" not in clean.content
    with Image.open(io.BytesIO(clean.content)) as again:
        assert dict(again.getexif()) == {}


def test_what_hides_behind_the_pixels_is_dropped():
    sent = _encode(_noise(), "JPEG") + b"PK\x03\x04 and a script <script>"
    assert b"<script>" not in clean_picture(sent).content


def test_phone_picture_with_a_second_picture_inside():
    sent = _encode(_noise(), "MPO", save_all=True, append_images=[_noise(320, 300)])
    clean = clean_picture(sent)
    assert (clean.media_type, clean.width, clean.height) == ("image/jpeg", 400, 320)


@pytest.mark.parametrize("side", [6330, 9165, 20_000])
def test_pixel_bombs_are_refused_unread(side):
    bomb = _bomb(side)
    assert len(bomb) < 60_000
    assert _refusal(bomb) == (
        "This picture has more than 40 megapixels. Make it smaller and send it again."
    )


def test_too_many_bytes():
    assert _refusal(b"\xff\xd8\xff" + bytes(MOST_BYTES + 100_000)) == (
        "This picture has 20.1 MB; at most 20 MB can be sent. Save it smaller."
    )


@pytest.mark.parametrize("size", [(299, 400), (400, 299), (1, 1)])
def test_too_small(size):
    assert _refusal(_encode(_noise(*size), "PNG")) == (
        f"This picture is {size[0]} × {size[1]} pixels; each side needs at least 300. "
        "Send a larger one."
    )


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"a text that is called picture.jpg",
        b"\xff\xd8\xff and then a text",
        b'<svg xmlns="http://www.w3.org/2000/svg"/>',
        b"8BPS\x00\x01" + bytes(100),
        b"%!PS-Adobe-3.0 EPSF-3.0\n",
        b"RIFF\x24\x00\x00\x00WAVEfmt ",
        _encode(_noise(), "GIF"),
        _encode(_noise(), "TIFF"),
        _encode(_noise(), "BMP"),
    ],
    ids=["empty", "text", "magic", "svg", "psd", "eps", "wav", "gif", "tiff", "bmp"],
)
def test_other_kinds_are_refused_by_content(data):
    assert _refusal(data) == (
        "This is not a JPEG, PNG or WebP picture. Save it as one of these and try again."
    )


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_cut_off(form):
    whole = _encode(_noise(), form)
    assert _refusal(whole[: len(whole) // 2]) == (
        "This picture is damaged or cut off. Save it again and send the new file."
    )


@pytest.mark.parametrize("form", ["PNG", "WEBP"])
def test_animated(form):
    sent = _encode(_noise(), form, save_all=True, append_images=[_noise().rotate(90)])
    assert _refusal(sent) == (
        "This picture is animated. Save one frame of it as JPEG or PNG and send that."
    )


def test_memory_limit_ends_in_a_refusal(monkeypatch):
    monkeypatch.setattr("footage.picture._MEMORY", 150_000_000)
    assert _refusal(_bomb(6200)) == (
        "This picture is damaged or cut off. Save it again and send the new file."
    )


def test_reader_that_cannot_start_does_not_blame_the_picture(monkeypatch):
    monkeypatch.setattr("footage.picture._CHILD", "/nowhere/clean_picture.py")
    with pytest.raises(FootageError) as caught:
        clean_picture(_encode(_noise(), "PNG"))
    assert not isinstance(caught.value, BadPicture)
