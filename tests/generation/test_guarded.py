"""Nothing forbidden is ever connected to, whatever way it is written or named."""

import socket
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from generation import guarded
from generation.guarded import Blocked, NoAnswer
from tests.generation.outside import HOST, PUBLIC, Outside
from tests.providers.bad_server import answer

# Addresses that lead inside, as they may stand in an address...
LITERALS = [
    "127.0.0.1",
    "127.1",
    "127.0.1",
    "2130706433",
    "0x7f000001",
    "0x7f.0.0.1",
    "0x7f.1",
    "0177.0.0.1",
    "017700000001",
    "127.000.000.001",
    "0",
    "0.0.0.0",
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "100.100.100.200",
    "169.254.169.254",
    "2852039166",
    "0xa9fea9fe",
    "169.254.43518",
    "168.63.129.16",
    "192.0.0.192",
    "192.0.2.1",
    "192.88.99.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "[::]",
    "[::1]",
    "[0:0:0:0:0:0:0:1]",
    "[::127.0.0.1]",
    "[::7f00:1]",
    "[::a9fe:a9fe]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::ffff:169.254.169.254]",
    "[64:ff9b::7f00:1]",
    "[64:ff9b:1::a9fe:a9fe]",
    "[2002:7f00:1::1]",
    "[2001:0:7f00:1::]",
    "[fe80::1]",
    "[fe80::1%25lo]",
    "[fc00::1]",
    "[fd00:ec2::254]",
    "[fec0::1]",
    "[ff02::1]",
    "[5f00::1]",
    "[2001:db8::1]",
    "[100::1]",
    "１２７.０.０.１",
    "①②⑦.⓪.⓪.①",
    "127。0。0。1",
    "localhost",
    "localhost.",
]
# ...and the same disguised as something else.
TRICKS = [
    "http://pictures.example/",
    "file:///etc/passwd",
    "gopher://127.0.0.1/",
    "ftp://pictures.example/",
    "//pictures.example/",
    "https:pictures.example",
    "https://",
    "https:///etc/passwd",
    "https://pictures.example@127.0.0.1/",
    "https://127.0.0.1@pictures.example/",
    "https://pictures.example:x@127.0.0.1/",
    "https://127.0.0.1#@pictures.example/",
    "https://127.0.0.1?@pictures.example/",
    "https://pictures.example\\@127.0.0.1/",
    "https://127.0.0.1\\@pictures.example/",
    "https://pictures.example:22/",
    "https://pictures.example:8443/",
    "https://pictures.example:99999/",
    "https://pictures.example:443:80/",
    "https://pictures.example /",
    "https://pictures.example\r\nHost: 127.0.0.1/",
    "https://pictures\x00.example/",
    "https://[::1/",
    "https://a..example/",
    "https://" + "a" * 2100 + ".example/",
]


@pytest.fixture
def outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Outside]:
    with Outside(monkeypatch, tmp_path) as made:
        yield made


@pytest.mark.parametrize("host", LITERALS)
def test_refuses_every_writing_of_an_inner_address(outside: Outside, host: str):
    outside.names |= {"localhost": [["127.0.0.1", "::1"]], "localhost.": [["127.0.0.1"]]}

    with pytest.raises(Blocked):
        guarded.get(f"https://{host}/a.png", most_bytes=1000, seconds=2)

    assert outside.connects == []


@pytest.mark.parametrize("url", TRICKS)
def test_refuses_every_trick(outside: Outside, url: str):
    outside.serve(lambda _: None)

    with pytest.raises(Blocked):
        guarded.get(url, most_bytes=1000, seconds=2)

    assert outside.connects == []


@pytest.mark.parametrize(
    "addresses",
    [["127.0.0.1"], [PUBLIC, "10.0.0.1"], ["10.0.0.1", PUBLIC], ["::ffff:10.0.0.1"], ["::1"]],
)
def test_refuses_a_name_with_any_inner_address(outside: Outside, addresses):
    outside.names[HOST] = [addresses]

    with pytest.raises(Blocked, match="public internet"):
        guarded.get(f"https://{HOST}/a.png", most_bytes=1000, seconds=2)

    assert outside.connects == []


@pytest.mark.parametrize("host", LITERALS)
def test_a_name_that_changes_its_mind_reaches_nothing_inside(
    outside: Outside,
    host: str,
):
    outside.names["localhost"] = outside.names["localhost."] = [["127.0.0.1"]]
    outside.names[HOST] = [[PUBLIC], outside.addresses(host.strip("[]"))]

    with pytest.raises((Blocked, NoAnswer)):
        guarded.get(f"https://{HOST}/a.png", most_bytes=1000, seconds=2)

    assert set(outside.connects) <= {(PUBLIC, 443)}


@pytest.mark.parametrize("host", [*LITERALS, f"{HOST}:22", f"user@{HOST}"])
def test_follows_no_redirect(outside: Outside, host: str):
    to = answer("302 Found", headers=f"Location: https://{host}/\r\n")
    server = outside.serve(lambda sock: sock.sendall(to))

    got = guarded.get(f"https://{HOST}/a.png", most_bytes=1000, seconds=2)

    assert got.status == 302
    assert outside.connects == [(PUBLIC, 443)]
    assert len(server.requests) == 1


def test_fetches_from_a_public_host(outside: Outside):
    server = outside.serve(lambda sock: sock.sendall(answer("200 OK", b"picture")))

    got = guarded.get(f"https://{HOST}/a.png?b=c", most_bytes=1000, seconds=2)

    assert (got.status, got.body) == (200, b"picture")
    assert outside.connects == [(PUBLIC, 443)]
    [head] = server.requests
    lines = head.split("\r\n")
    assert lines[0] == "GET /a.png?b=c HTTP/1.1"
    assert sorted(line.partition(":")[0].lower() for line in lines[1:]) == [
        "accept",
        "accept-encoding",
        "host",
        "user-agent",
    ]
    assert f"Host: {HOST}" in lines


def test_asks_no_proxy_and_sends_no_kept_password(
    outside: Outside,
    monkeypatch,
    tmp_path,
):
    (tmp_path / "netrc").write_text(f"machine {HOST} login a password b\n")
    monkeypatch.setenv("NETRC", str(tmp_path / "netrc"))
    monkeypatch.setenv("HTTPS_PROXY", "http://10.0.0.9:3128")
    server = outside.serve(lambda sock: sock.sendall(answer("200 OK", b"picture")))

    guarded.get(f"https://{HOST}/a.png", most_bytes=1000, seconds=2)

    assert outside.connects == [(PUBLIC, 443)]
    assert "authorization" not in server.requests[0].lower()


def test_the_certificate_must_be_for_the_name(outside: Outside):
    server = outside.serve(lambda sock: sock.sendall(answer("200 OK")), host="other.test")

    with pytest.raises(NoAnswer, match="no valid certificate"):
        guarded.get("https://other.test/a.png", most_bytes=1000, seconds=2)

    assert server.requests == []


@pytest.mark.parametrize("stated", ["Content-Length: 2000\r\n", ""])
def test_stops_at_the_largest_size(outside: Outside, stated: str):
    head = f"HTTP/1.1 200 OK\r\nConnection: close\r\n{stated}\r\n".encode()
    outside.serve(lambda sock: sock.sendall(head + b"x" * 2000))

    with pytest.raises(NoAnswer, match="larger than 0 MB"):
        guarded.get(f"https://{HOST}/a.png", most_bytes=1000, seconds=2)


@pytest.mark.parametrize("first", [b"", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_slow_drip_ends_at_the_deadline(outside: Outside, first: bytes):
    def drip(sock: socket.socket) -> None:
        sock.sendall(first)
        for byte in b"HTTP/1.1 200 OK\r\n" * 20:
            sock.sendall(bytes([byte]))
            time.sleep(0.1)

    outside.serve(drip)
    started = time.monotonic()

    with pytest.raises(NoAnswer, match=r"too slowly|in time"):
        guarded.get(f"https://{HOST}/a.png", most_bytes=1000, seconds=0.8)

    assert time.monotonic() - started < 2.5


def test_says_when_there_is_no_such_host(outside: Outside):
    with pytest.raises(NoAnswer, match="no host of this name"):
        guarded.get("https://nowhere.example/", most_bytes=1000, seconds=2)


def test_posts_to_either_port_and_names_it(outside: Outside):
    server = outside.serve(lambda sock: sock.sendall(answer("204 No Content", b"")), port=8443)

    got = guarded.post(
        f"https://{HOST}:8443/hook",
        body=b'{"a":1}',
        headers={"X-One": "1"},
        ports=(443, 8443),
        seconds=2,
    )

    assert (got.status, got.body) == (204, b"")
    assert outside.connects == [(PUBLIC, 8443)]
    assert f"Host: {HOST}:8443" in server.requests[0].split("\r\n")
    assert "X-One: 1" in server.requests[0].split("\r\n")
