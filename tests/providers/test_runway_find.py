"""Finding a task whose create was never answered, in the router's log."""

from datetime import UTC, datetime

import pytest

from providers.errors import OutcomeUnknown, Unavailable
from providers.types import Trace
from tests.providers.scripted import drive, fixture, reply
from tests.providers.test_runway_requests import TEXT, plain, routed

ANSWERS = fixture("runway", "answers")
SINCE = datetime(2026, 11, 22, 6, 30, tzinfo=UTC)
TRACE = Trace(client_ref="job-1", request=TEXT, since=SINCE, known=frozenset({"task-known"}))


def entry(task_id, at="2026-11-22T06:30:01.000Z"):
    return ANSWERS["log_entry"] | {"taskId": task_id, "createdAt": at}


def prepared_adapter():
    adapter = routed()
    drive(adapter.prepare(TEXT), reply({"id": "r-1", "slug": adapter.slug(TEXT)}))
    return adapter


def found(*pages, adapter=None):
    return drive((adapter or prepared_adapter()).find(TRACE), *pages)


def test_lost_create_is_found_in_the_routers_log():
    data = [entry("task-new"), entry(None), entry("task-known"), entry("task-new")]
    ids, (call,) = found(reply({"data": data, "nextCursor": None}))
    assert ids == ("task-new",)
    assert (call.method, call.url) == (
        "GET",
        "https://api.dev.runwayml.com/v1/routers/r-1/requests",
    )
    assert call.params == {"limit": "50"}


def test_nothing_in_the_log():
    assert found(reply({"data": [], "nextCursor": None}))[0] == ()


def test_clocks_may_differ_by_five_minutes():
    data = [entry("slightly", "2026-11-22T06:25:00.000Z"), entry("older", "2026-11-22T06:24:59Z")]
    assert found(reply({"data": data, "nextCursor": None}))[0] == ("slightly",)


def test_log_is_read_until_it_reaches_older_requests():
    first = reply({"data": [entry("a", "2026-11-22T06:31:00Z")], "nextCursor": "c2"})
    second = reply({"data": [entry("b"), entry("old", "2026-11-22T05:00:00Z")], "nextCursor": "c3"})
    ids, calls = found(first, second)
    assert ids == ("a", "b")
    assert calls[1].params == {"limit": "50", "cursor": "c2"}


def test_log_in_the_other_order_is_read_to_its_end():
    first = reply({"data": [entry("old", "2026-11-22T05:00:00Z"), entry("a")], "nextCursor": "2"})
    assert found(first, reply({"data": [entry("b")], "nextCursor": None}))[0] == ("a", "b")


def test_half_a_log_proves_nothing():
    page = reply({"data": [entry("a")], "nextCursor": "on"})
    with pytest.raises(Unavailable):
        found(*[page] * 20)
    with pytest.raises(Unavailable):
        found(reply({"nextCursor": None}))


def test_after_a_restart_the_router_is_found_by_its_slug():
    adapter = routed()
    routers = reply({"data": [{"id": "r-9", "slug": adapter.slug(TEXT)}], "nextCursor": None})
    log = reply({"data": [entry("task-new")], "nextCursor": None})
    ids, calls = found(routers, log, adapter=adapter)
    assert ids == ("task-new",)
    assert calls[1].url.endswith("/v1/routers/r-9/requests")


def test_without_a_log_the_outcome_stays_unknown():
    with pytest.raises(OutcomeUnknown):
        found(reply({"data": [], "nextCursor": None}), adapter=routed())
    with pytest.raises(OutcomeUnknown):
        found(reply({"error": "no router"}, status=404))
    with pytest.raises(OutcomeUnknown):
        drive(plain().find(TRACE))
