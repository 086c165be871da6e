"""What the transport sends and hands back."""

import logging

import pytest
import requests
import responses

from providers.errors import NotSent, OutcomeUnknown, Unavailable
from providers.http import USER_AGENT, Transport, prepared
from providers.types import Call
from tests.providers.bad_server import BadServer, answer, saying

URL = "http://vendor.example/v1/x"


@pytest.fixture
def echo():
    server = BadServer(saying(answer("200 OK", headers="Set-Cookie: a=b\r\nX-Id: 7\r\n")))
    yield server
    server.close()


def test_create_travels_on_a_fresh_connection_that_closes(echo):
    transport = Transport()
    for _ in range(2):
        transport.send(Call(method="POST", url=echo.url(), json={}, creates=True))
    assert echo.connections == 2
    assert all("\r\nConnection: close" in head for head in echo.requests)


def test_free_calls_keep_their_connection_but_no_cookies():
    def twice(connection):
        body = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nSet-Cookie: a=b\r\n\r\n{}"
        connection.sendall(body.encode())
        server.requests.append(connection.recv(65536).decode())
        connection.sendall(body.encode())

    server = BadServer(twice)
    transport = Transport()
    for _ in range(2):
        assert transport.send(Call(method="GET", url=server.url())).status == 200
    server.close()
    assert (server.connections, len(server.requests)) == (1, 2)
    assert "cookie" not in server.requests[1].lower()
    assert f"User-Agent: {USER_AGENT}" in server.requests[1]


def test_redirect_is_an_answer():
    server = BadServer(saying(answer("302 Found", headers="Location: /elsewhere\r\n")))
    reply = Transport().send(Call(method="GET", url=server.url()))
    server.close()
    assert (reply.status, reply.headers["location"]) == (302, "/elsewhere")
    assert len(server.requests) == 1


def test_environment_adds_neither_password_nor_proxy(echo, monkeypatch, tmp_path):
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login someone password leaked\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    Transport().send(Call(method="GET", url=echo.url(), headers={"Authorization": "Bearer mine"}))
    assert "Authorization: Bearer mine" in echo.requests[0]


def test_log_and_figures_hold_no_key_and_no_query(echo, caplog):
    seen = []
    transport = Transport(provider="sora", on_call=lambda *told: seen.append(told))
    call = Call(
        method="GET",
        url=echo.url("/v1/videos"),
        headers={"Authorization": "Bearer sk-secret"},
        params={"signature": "hidden"},
    )
    with caplog.at_level(logging.DEBUG, logger="providers"):
        transport.send(call)
    (record,) = caplog.records
    assert record.getMessage().startswith(f"GET 127.0.0.1:{echo.port}/v1/videos 200 ")
    assert "secret" not in caplog.text and "hidden" not in caplog.text
    (told,) = seen
    assert told[:2] == (call, 200) and 0 < told[2] < 5


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (requests.ReadTimeout("slow"), OutcomeUnknown),
        (requests.ConnectionError("dropped or refused, nobody knows"), OutcomeUnknown),
        (requests.exceptions.ChunkedEncodingError("short"), OutcomeUnknown),
        (requests.exceptions.InvalidHeader("newline"), NotSent),
    ],
)
@responses.activate
def test_unproven_fault_of_a_create_is_unknown(raised, kind):
    responses.post(URL, body=raised)
    seen = []
    transport = Transport(on_call=lambda *told: seen.append(told[1]))
    with pytest.raises(kind):
        transport.send(Call(method="POST", url=URL, creates=True))
    assert len(responses.calls) == 1
    assert seen == [0]


@responses.activate
def test_unproven_fault_of_a_free_call_is_unavailable():
    responses.get(URL, body=requests.ReadTimeout("slow"))
    with pytest.raises(Unavailable) as caught:
        Transport(provider="sora").send(Call(method="GET", url=URL))
    assert (caught.value.code, caught.value.provider) == ("timeout", "sora")


@responses.activate
def test_header_names_of_a_reply_are_lower_case():
    responses.get(URL, json={"a": 1}, status=429, headers={"Retry-After": "3"})
    reply = Transport().send(Call(method="GET", url=URL))
    assert (reply.status, reply.json(), reply.headers["retry-after"]) == (429, {"a": 1}, "3")


def test_json_goes_out_compact_and_in_utf8():
    request = prepared(Call(method="POST", url=URL, json={"promptText": "café 🎬", "n": 1}))
    assert request.body == '{"promptText":"café 🎬","n":1}'.encode()
    assert request.headers["Content-Type"] == "application/json"


def test_form_without_files():
    request = prepared(Call(method="POST", url=URL, form={"a": "1 2"}))
    assert request.body == "a=1+2"
    assert request.headers["Content-Type"] == "application/x-www-form-urlencoded"
