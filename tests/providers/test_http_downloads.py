"""Fetching outputs: whole, bounded, and from nowhere inside."""

import hashlib
import socket
import time

import pytest

from providers import downloads
from providers.connections import is_public
from providers.errors import OutputBad, RateLimited, Unavailable
from providers.http import Transport
from providers.types import Call
from tests.providers.bad_server import BadServer, answer, saying

FILM = bytes(range(256)) * 4000


@pytest.fixture
def serve():
    servers = []

    def start(behave):
        servers.append(BadServer(behave))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def fetch(server, target, *, allow=True, headers=None, **limits):
    call = Call(method="GET", url=server.url("/film.mp4?sig=1"), headers=headers or {})
    hosts = {f"127.0.0.1:{server.port}"} if allow else ()
    return Transport(provider="sora").download(call, target, allow_hosts=hosts, **limits)


def refused(server, target, kind, **rest):
    with pytest.raises(kind) as caught:
        fetch(server, target, **rest)
    assert type(caught.value) is kind
    assert list(target.parent.iterdir()) == [], "a failed download must leave nothing behind"
    return caught.value.code


def test_whole_file_is_stored_with_its_hash(serve, tmp_path):
    server = serve(saying(answer("200 OK", FILM, headers="Content-Type: video/mp4\r\n")))
    done = fetch(server, tmp_path / "a.mp4", headers={"Authorization": "Bearer k"})
    assert done == (len(FILM), hashlib.sha256(FILM).hexdigest())
    assert (tmp_path / "a.mp4").read_bytes() == FILM
    assert [path.name for path in tmp_path.iterdir()] == ["a.mp4"]
    assert "Authorization: Bearer k" in server.requests[0]
    assert "Accept-Encoding: identity" in server.requests[0]


@pytest.mark.parametrize("status", ["401 No", "403 No", "404 No", "410 Gone"])
def test_expired_address_asks_for_a_fresh_one(serve, tmp_path, status):
    server = serve(saying(answer(status)))
    assert refused(server, tmp_path / "a.mp4", Unavailable) == "expired"


@pytest.mark.parametrize(("status", "kind"), [("503 Busy", Unavailable), ("429 Slow", RateLimited)])
def test_vendor_trouble_keeps_its_class(serve, tmp_path, status, kind):
    assert refused(serve(saying(answer(status))), tmp_path / "a.mp4", kind) == ""


def cut(text):
    return saying(b"HTTP/1.1 200 OK\r\n" + text + FILM[:1000])


@pytest.mark.parametrize(
    ("behave", "code"),
    [
        (cut(b"Content-Length: 5000\r\n\r\n"), "truncated"),
        (cut(b"Transfer-Encoding: chunked\r\n\r\n1388\r\n"), "truncated"),
        (saying(answer("200 OK", b"")), "empty"),
        (saying(answer("200 OK", b"<p>", headers="Content-Type: text/html\r\n")), "not_a_video"),
        (saying(answer("200 OK", b"x" * 3000)), "too_big"),
        (saying(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 3000), "too_big"),
    ],
)
def test_unusable_file(serve, tmp_path, behave, code):
    server = serve(behave)
    limit = 2000 if code == "too_big" else 10_000
    assert refused(server, tmp_path / "a.mp4", OutputBad, max_bytes=limit) == code
    assert len(server.requests) == 1


def drip(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 5000\r\n\r\n")
    for _ in range(40):
        connection.sendall(b"x")
        time.sleep(0.05)


def test_slow_file_is_given_up(serve, tmp_path, monkeypatch):
    monkeypatch.setattr(downloads, "RATE_AFTER_SECONDS", 0.2)
    assert refused(serve(drip), tmp_path / "a.mp4", Unavailable, min_rate=1000) == "too_slow"


def test_deadline_ends_a_download(serve, tmp_path):
    started = time.monotonic()
    code = refused(serve(drip), tmp_path / "a.mp4", Unavailable, deadline=0.5)
    assert code in {"too_slow", "timeout"}
    assert time.monotonic() - started < 1.5


def test_redirect_is_followed_without_the_key(serve, tmp_path):
    film = serve(saying(answer("200 OK", FILM)))
    first = serve(saying(answer("302 Found", headers=f"Location: {film.url('/b')}\r\n")))
    hosts = {f"127.0.0.1:{server.port}" for server in (first, film)}
    call = Call(method="GET", url=first.url(), headers={"Authorization": "Bearer k"})
    done = Transport().download(call, tmp_path / "a.mp4", allow_hosts=hosts)
    assert done.size == len(FILM)
    assert "Authorization" in first.requests[0]
    assert "Authorization" not in film.requests[0]


def test_endless_redirects_end(serve, tmp_path):
    server = serve(saying(answer("302 Found", headers="Location: /again\r\n")))
    assert refused(server, tmp_path / "a.mp4", OutputBad) == "too_many_redirects"
    assert len(server.requests) == 4


def test_redirect_inside_is_refused(serve, tmp_path):
    inside = serve(saying(answer("200 OK", FILM)))
    server = serve(saying(answer("302 Found", headers=f"Location: {inside.url()}\r\n")))
    assert refused(server, tmp_path / "a.mp4", OutputBad) == "forbidden_address"
    assert inside.connections == 0


def test_foreign_address_must_be_https(serve, tmp_path):
    server = serve(saying(answer("200 OK", FILM)))
    assert refused(server, tmp_path / "a.mp4", OutputBad, allow=False) == "forbidden_address"
    assert server.connections == 0


@pytest.mark.parametrize("answers", [["127.0.0.1"], ["93.184.215.14", "10.0.0.1"], ["::1"]])
def test_name_that_leads_inside_is_refused(monkeypatch, tmp_path, answers):
    def resolve(host, port, *args, **rest):
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (ip, port)) for ip in answers]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    call = Call(method="GET", url="https://cdn.example/a.mp4")
    with pytest.raises(OutputBad) as caught:
        Transport().download(call, tmp_path / "a.mp4")
    assert caught.value.code == "forbidden_address"


def test_checked_address_is_the_connected_one(monkeypatch, tmp_path):
    """A name that answers differently the second time changes nothing."""
    asked, connected = [], []

    def resolve(host, port, *args, **rest):
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("93.184.215.14", port))]

    def connect(address, *args, **rest):
        connected.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr("urllib3.util.connection.create_connection", connect)
    with pytest.raises(Unavailable) as caught:
        Transport().download(Call(method="GET", url="https://cdn.example/a"), tmp_path / "a")
    assert caught.value.code == "refused"
    assert (asked, connected) == (["cdn.example"], [("93.184.215.14", 443)])


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "0.1.2.3",
        "224.0.0.1",
        "240.0.0.1",
        "198.18.0.1",
        "::1",
        "::",
        "fe80::1%eth0",
        "fc00::1",
        "fec0::1",
        "::ffff:10.0.0.1",
        "::127.0.0.1",
        "64:ff9b::a00:1",
        "2002:7f00:1::1",
        "2001:0:1::1",
        "ff02::1",
    ],
)
def test_inner_address(address):
    assert not is_public(address)


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07::1", "::ffff:8.8.8.8"])
def test_public_address(address):
    assert is_public(address)
