"""Finding a video whose create was never answered, by what the list echoes."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from providers.errors import Unavailable
from providers.types import ResolveKind, Trace
from tests.providers.scripted import drive, path_of, reply
from tests.providers.test_sora import ANSWERS, SORA, TEXT

SINCE = datetime.fromtimestamp(1763790010, UTC)
TRACE = Trace(
    client_ref="job-1",
    request=replace(TEXT, prompt="She turns around"),
    since=SINCE,
    known=frozenset({"video_known"}),
)


def listed(*videos, more=False):
    data = [ANSWERS["queued"] | video for video in videos]
    last = data[-1]["id"] if data else None
    return reply({"object": "list", "data": data, "last_id": last, "has_more": more})


def test_lost_create_is_found_by_what_it_asked_for():
    ids, (call,) = drive(
        SORA.find(TRACE),
        listed(
            {"id": "video_new"},
            {"id": "video_known"},
            {"id": "video_a", "prompt": "Other"},
            {"id": "video_b", "seconds": "4"},
            {"id": "video_c", "size": "720x1280"},
            {"id": "video_d", "model": "sora-2-pro"},
            {"id": "video_dated", "model": "sora-2-2025-10-06"},
            {"id": "video_silent", "prompt": None},
            {"id": "video_old", "created_at": 1763789709},
        ),
    )
    assert ids == ("video_new", "video_dated", "video_silent")
    assert (path_of(call), SORA.resolve_kind) == (
        "/v1/videos?limit=100&order=desc",
        ResolveKind.LIST,
    )


def test_list_is_read_until_it_reaches_older_videos():
    ids, calls = drive(
        SORA.find(TRACE),
        listed({"id": "video_1"}, more=True),
        listed({"id": "video_2"}, {"id": "video_3", "created_at": 1}, more=True),
    )
    assert ids == ("video_1", "video_2")
    assert calls[1].params == {"after": "video_1", "limit": "100", "order": "desc"}


def test_nothing_listed():
    assert drive(SORA.find(TRACE), listed())[0] == ()


def test_half_a_list_proves_nothing():
    with pytest.raises(Unavailable):
        drive(SORA.find(TRACE), *[listed({"id": "video_1"}, more=True)] * 20)
    with pytest.raises(Unavailable):
        drive(SORA.find(TRACE), reply({"object": "list"}))


def test_match_key_is_what_the_list_echoes():
    same = [replace(TEXT, seed=1), replace(TEXT, negative_prompt="blur"), replace(TEXT)]
    other = [
        replace(TEXT, prompt="x"),
        replace(TEXT, seconds=4),
        replace(TEXT, wire_ratio="720x1280"),
        replace(TEXT, model="sora-2-pro"),
    ]
    assert {SORA.match_key(request) for request in same} == {SORA.match_key(TEXT)}
    assert len({SORA.match_key(request) for request in [TEXT, *other]}) == 5
