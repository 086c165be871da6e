"""Reading a picture's size from its header."""

import io

import pytest
from PIL import Image

from sandbox.picture_size import picture_size


@pytest.mark.parametrize(
    ("form", "options"),
    [
        ("PNG", {}),
        ("JPEG", {}),
        ("JPEG", {"progressive": True}),
        ("WEBP", {}),
        ("WEBP", {"lossless": True}),
    ],
)
def test_size_of_each_format(form, options):
    target = io.BytesIO()
    Image.new("RGB", (640, 361), "red").save(target, form, **options)
    assert picture_size(target.getvalue()) == (640, 361)


def test_size_of_a_webp_with_alpha():
    target = io.BytesIO()
    Image.new("RGBA", (33, 47), (1, 2, 3, 4)).save(target, "WEBP")
    assert picture_size(target.getvalue()) == (33, 47)


@pytest.mark.parametrize("content", [b"", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"GIF89a"])
def test_no_size_of_anything_else(content):
    assert picture_size(content) is None
