"""The load, the vendor that it is measured with, and the database that every commit is safe in."""

import json

import psycopg
import pytest

from bench.goals.load.desk import SAFE, address, vendor
from bench.goals.load.driving import counts
from bench.goals.load.hammer import _body, hammer, request
from tests.services import postgres


@pytest.fixture
def port(tmp_path):
    clip = tmp_path / "clip.mp4"
    clip.write_bytes(b"moving pictures")
    with vendor(tmp_path, clip=clip) as number:
        yield number


def create(port: int):
    return lambda n: request("POST", "/v1/videos", port=port, key="k", body={"prompt": f"{n}"})


def test_each_request_is_answered_once(port):
    done = hammer(port, create(port), connections=3, count=20).wanting(200)
    assert (len(done.times), done.statuses) == (20, [200] * 20)
    assert len({json.loads(body)["id"] for body in done.bodies}) == 20
    assert counts(port) == {"create": 20}
    assert counts(port) == {}


def test_an_unwanted_answer_is_told(port):
    done = hammer(port, create(port), connections=1, count=1)
    with pytest.raises(AssertionError, match="video_"):
        done.wanting(202)


def test_a_task_is_over_at_once_and_no_two_clips_are_alike(port):
    [told] = hammer(
        port, lambda _: request("GET", "/v1/videos/v1", port=port), connections=1, count=1
    ).bodies
    assert {"id": "v1", "status": "completed"}.items() <= json.loads(told).items()
    clips = hammer(
        port, lambda _: request("GET", "/v1/videos/v1/content", port=port), connections=1, count=2
    ).bodies
    assert clips == [
        b"moving pictures\x00\x00\x00\x10free00000001",
        b"moving pictures\x00\x00\x00\x10free00000002",
    ]


@pytest.mark.parametrize(
    ("head", "rest", "body"),
    [
        (b"content-length: 3", b"abc", b"abc"),
        (b"content-length: 3\r\nx: y", b"ab", None),
        (b"x: y", b"", b""),
        (b"transfer-encoding: chunked", b"3\r\nabc\r\n", None),
        (b"transfer-encoding: chunked", b"3\r\nabc\r\n0\r\n\r\n", b"3\r\nabc\r\n0\r\n\r\n"),
    ],
)
def test_a_body_is_whole_or_awaited(head, rest, body):
    assert _body(head, rest) == body


def test_the_measured_database_flushes_every_commit():
    with (
        postgres(durable=True, settings=SAFE) as running,
        psycopg.connect(address(running.url)) as link,
    ):
        told = [
            link.execute(f"SHOW {name}").fetchone()[0] for name in ("fsync", "full_page_writes")
        ]
        assert (told, link.execute("SHOW synchronous_commit").fetchone()[0]) == (["on", "on"], "on")
