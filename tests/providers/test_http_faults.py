"""Every network fault, made by a real socket: its class, and never more than one request."""

import socket
import ssl
import struct
import time

import pytest

from providers.errors import NotSent, OutcomeUnknown, ProviderError, Unavailable
from providers.http import Transport
from providers.types import Call
from tests.providers.bad_server import BadServer, answer, certificate, saying


@pytest.fixture
def serve():
    servers = []

    def start(behave, **rest):
        servers.append(BadServer(behave, **rest))
        return servers[-1]

    yield start
    for server in servers:
        server.close()


def create(url, **rest):
    return Call(method="POST", url=url, json={"a": 1}, creates=True, connect_timeout=2, **rest)


def fault_of(call, **rest) -> ProviderError:
    with pytest.raises(ProviderError) as caught:
        Transport(provider="runway", **rest).send(call)
    return caught.value


def reset(connection):
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def hold(connection):
    time.sleep(1.5)


def drip_head(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
    for _ in range(30):
        connection.sendall(b"a")
        time.sleep(0.1)


def drip_body(connection):
    connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n")
    for _ in range(30):
        connection.sendall(b"a")
        time.sleep(0.1)


AFTER_SENDING = {
    "closed without an answer": (lambda connection: None, "dropped"),
    "reset": (reset, "dropped"),
    "closed amid the headers": (saying("HTTP/1.1 200 OK\r\nContent-Ty"), "dropped"),
    "not http": (saying("SSH-2.0-OpenSSH_9\r\n\r\n"), "dropped"),
    "short body": (saying("HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n{"), "dropped"),
    "short chunk": (
        saying("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n10\r\n{"),
        "dropped",
    ),
    "broken gzip": (
        saying(answer("200 OK", b"no gzip", headers="Content-Encoding: gzip\r\n")),
        "dropped",
    ),
    "too big": (saying(answer("200 OK", b" " * 3000)), "too_big"),
    "silent": (hold, "timeout"),
    "dripping headers": (drip_head, "timeout"),
    "dripping body": (drip_body, "timeout"),
}


@pytest.mark.parametrize("name", AFTER_SENDING)
def test_fault_after_sending_a_create_is_unknown_and_sent_once(serve, name):
    behave, code = AFTER_SENDING[name]
    server = serve(behave)
    started = time.monotonic()
    fault = fault_of(create(server.url(), read_timeout=0.5), max_answer_bytes=2000)
    # Connect and read timeouts together bound the whole answer, however it drips.
    assert time.monotonic() - started < 2.9
    assert type(fault) is OutcomeUnknown
    assert (fault.code, fault.billed, fault.provider) == (code, None, "runway")
    assert (len(server.requests), server.connections) == (1, 1)


@pytest.mark.parametrize("name", AFTER_SENDING)
def test_the_same_fault_of_a_free_call_is_unavailable(serve, name):
    behave, code = AFTER_SENDING[name]
    server = serve(behave)
    call = Call(method="GET", url=server.url(), connect_timeout=0.5, read_timeout=0.5)
    fault = fault_of(call, max_answer_bytes=2000)
    assert type(fault) is Unavailable
    assert (fault.code, fault.billed) == (code, False)
    assert (len(server.requests), server.connections) == (1, 1)


def test_refused_connection_is_not_sent():
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
    fault = fault_of(create(f"http://127.0.0.1:{port}/v1/x"))
    assert type(fault) is NotSent
    assert (fault.code, fault.billed) == ("refused", False)


def test_unresolvable_name_is_not_sent(monkeypatch):
    def unresolved(*args, **rest):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unresolved)
    fault = fault_of(create("http://no-such-host.invalid/v1/x"))
    assert (type(fault), fault.code) == (NotSent, "name_not_found")


@pytest.mark.parametrize("url", ["nonsense", "ftp://127.0.0.1/x", "http://127.0.0.1:99999/x"])
def test_impossible_address_is_not_sent(url):
    fault = fault_of(create(url))
    assert (type(fault), fault.code) == (NotSent, "bad_address")


def test_connect_timeout_is_not_sent():
    # A listener whose queue is full drops further handshakes.
    with socket.socket() as full:
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for one in waiting:
            one.setblocking(False)
            one.connect_ex(full.getsockname())
        time.sleep(0.1)
        port = full.getsockname()[1]
        call = Call(
            method="POST", url=f"http://127.0.0.1:{port}/", creates=True, connect_timeout=0.3
        )
        fault = fault_of(call)
        for one in waiting:
            one.close()
    assert (type(fault), fault.code) == (NotSent, "connect_timeout")


def test_tls_spoken_to_a_plain_server_is_not_sent(serve):
    server = serve(saying("HTTP/1.1 400 Bad Request\r\n\r\n"), read=False)
    fault = fault_of(create(server.url(scheme="https")))
    assert (type(fault), fault.code) == (NotSent, "tls_failed")
    assert server.connections == 1


def test_silence_during_the_tls_handshake_is_not_sent(serve):
    server = serve(hold, read=False)
    call = Call(method="POST", url=server.url(scheme="https"), creates=True, connect_timeout=0.4)
    fault = fault_of(call)
    assert (type(fault), fault.code) == (NotSent, "timeout")


def test_hang_up_during_the_tls_handshake_is_not_sent(serve):
    server = serve(lambda connection: None, read=False)
    fault = fault_of(create(server.url(scheme="https")))
    assert type(fault) is NotSent
    assert server.connections == 1


@pytest.fixture
def identity(tmp_path):
    certificate_file, key_file = certificate(tmp_path)
    server = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server.load_cert_chain(certificate_file, key_file)
    return server, ssl.create_default_context(cafile=str(certificate_file))


def test_unknown_certificate_is_not_sent(serve, identity):
    server = serve(saying(answer("200 OK")), tls=identity[0])
    fault = fault_of(create(server.url(scheme="https")))
    assert (type(fault), fault.code) == (NotSent, "tls_failed")
    assert server.requests == []


def test_drop_after_sending_over_tls_is_unknown(serve, identity):
    server = serve(lambda connection: None, tls=identity[0])
    fault = fault_of(create(server.url(scheme="https")), tls=identity[1])
    assert type(fault) is OutcomeUnknown
    assert len(server.requests) == 1


def test_good_answer_over_tls(serve, identity):
    server = serve(saying(answer("200 OK", b'{"id":1}')), tls=identity[0])
    reply = Transport(tls=identity[1]).send(create(server.url(scheme="https")))
    assert (reply.status, reply.json()) == (200, {"id": 1})
