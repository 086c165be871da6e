"""Notices go to public hosts only, and a silent one holds up nobody."""

import pytest

from accounts.access import Access
from generation import clock, guarded, notices
from tests.generation.notices.receiver import HOOK, reload
from tests.generation.outside import HOST, PUBLIC, Outside
from tests.providers.bad_server import answer


def test_a_public_receiver_is_told_under_guard(ended, outside: Outside):
    server = outside.serve(lambda sock: sock.sendall(answer("204 No Content", b"")))
    notice = ended(HOOK)

    notices.deliver_due()

    assert outside.connects == [(PUBLIC, 443)]
    assert server.requests[0].startswith("POST /hook HTTP/1.1")
    assert reload(notice).last_status == 204
    assert notice.delivered_at is not None


@pytest.mark.parametrize("address", ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1"])
def test_no_inner_receiver_is_ever_called(ended, outside: Outside, address: str):
    outside.names[HOST] = [[address]]
    notice = ended(HOOK)

    notices.deliver_due()

    assert outside.connects == []
    assert reload(notice).last_error == "This address does not lie on the public internet."
    assert notice.delivered_at is None


@pytest.mark.parametrize(
    ("base", "mode", "url"),
    [
        ("https://dailies.example", "test", "http://127.0.0.1:9000/hook"),
        ("http://127.0.0.1:8000", "live", "http://127.0.0.1:9000/hook"),
        ("http://127.0.0.1:8000", "test", "http://10.0.0.1/hook"),
        ("http://127.0.0.1:8000", "test", "http://localhost.example/hook"),
        ("http://127.0.0.1:8000", "test", "http://127.0.0.1@10.0.0.1/hook"),
        ("http://127.0.0.1:8000", "test", f"{HOOK.replace('/hook', ':444/hook')}"),
    ],
)
def test_addresses_that_cannot_be_told(settings, base: str, mode: str, url: str):
    settings.PUBLIC_BASE_URL = base

    with pytest.raises(guarded.Blocked):
        notices.check_address(url, mode=mode)


def test_addresses_that_can_be_told(settings):
    settings.PUBLIC_BASE_URL = "http://127.0.0.1:8000"

    for url in (HOOK, f"https://{HOST}:8443/a?b=c", "http://localhost:9/x", "http://[::1]:9/x"):
        notices.check_address(url, mode="test")


def test_a_silent_host_holds_up_nobody_else(ended, outside: Outside, access: Access):
    outside.names["silent.example"] = [["93.184.215.15"]]
    server = outside.serve(lambda sock: sock.sendall(answer("200 OK")))
    silent = [ended("https://silent.example/hook") for _ in range(5)]
    told = ended(HOOK)

    assert notices.deliver_due() == 2

    assert sorted(outside.connects) == [(PUBLIC, 443), ("93.184.215.15", 443)]
    assert len(server.requests) == 1
    assert reload(told).delivered_at is not None
    assert [reload(one).tries for one in silent] == [1, 0, 0, 0, 0]
    assert all(one.next_try_at > clock.now() for one in silent)
