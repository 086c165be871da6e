"""Callbacks as the sandbox really sends them are read and verified by the adapters."""

import threading
from collections.abc import Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from providers.errors import CallbackRefused
from providers.types import TaskState
from tests.providers.contract_desk import Desk
from tests.sandbox_server import SandboxServer

Delivery = tuple[dict[str, str], bytes]


class Inbox(HTTPServer):
    """Keeps what it is sent; `arrived` counts."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Receiver)
        self.deliveries: list[Delivery] = []
        self.arrived = threading.Semaphore(0)

    def next(self) -> Delivery:
        assert self.arrived.acquire(timeout=90), "no callback came"
        return self.deliveries[-1]


class _Receiver(BaseHTTPRequestHandler):
    server: Inbox

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.deliveries.append(({k.lower(): v for k, v in self.headers.items()}, body))
        self.send_response(200)
        self.send_header("Content-Length", "0")
        self.end_headers()
        self.server.arrived.release()

    def log_message(self, *args: object) -> None:
        """Tests print nothing."""


@pytest.fixture
def inbox() -> Iterator[Inbox]:
    with Inbox() as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server
        server.shutdown()
        thread.join()


@pytest.mark.parametrize("provider", ["kling", "pika"])
def test_signed_callbacks_name_the_task(provider: str, inbox: Inbox):
    with SandboxServer() as sandbox:
        desk = Desk.at(provider, sandbox)
        if provider == "pika":
            desk.adapter.trusted_keys = desk.do(desk.adapter.callback_keys())
        address = f"http://127.0.0.1:{inbox.server_port}/hooks/{provider}/test/token"
        request = replace(desk.request("A kite"), callback_url=address)
        task = desk.submit(request, client_ref="attempt-1")
        headers, body = inbox.next()
        news = desk.adapter.read_callback(headers, body)
        assert (news.task_id, bool(news.event_id)) == (task.task_id, True)
        assert news.client_ref == ("attempt-1" if provider == "kling" else "")
        assert desk.watch(task)[-1].state is TaskState.SUCCEEDED
        with pytest.raises(CallbackRefused):
            desk.adapter.read_callback(headers, body.replace(b'"', b" ", 1))
        desk.transport.close()
