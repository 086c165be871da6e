"""Players seek: parts of a file, and only of the file that is meant."""

from pathlib import Path

import pytest
from django.test import Client

from generation import media
from generation.models import Asset
from tests.generation.media.bodies import body_of


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
