"""A receiver of notices on this machine, and jobs whose ends it hears of."""

import threading
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from django.db import transaction

from generation import clock, endings, jobs
from generation.asks import JobAsk
from generation.models import Notice
from tests.generation.outside import HOST

HOOK = f"https://{HOST}/hook"


class Receiver:
    """A server on this machine that keeps what it is sent and answers `status`."""

    def __init__(self) -> None:
        self.status = 200
        self.got: list[tuple[dict[str, str], bytes]] = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.got.append(({k.lower(): v for k, v in self.headers.items()}, body))
                self.send_response(receiver.status)
                self.send_header("Location", "http://127.0.0.1:1/")
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_port}/hook"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()


def reload(notice: Notice) -> Notice:
    notice.refresh_from_db()
    return notice


def ask(access, **more):
    return jobs.create(access, JobAsk(prompt="Waves", **more))


def end(job, ending=endings.cancel) -> None:
    with transaction.atomic():
        assert ending(job)


def kinds(endpoint=None) -> list[str]:
    found = Notice.objects.filter(endpoint=endpoint) if endpoint else Notice.objects.all()
    return list(found.order_by("pk").values_list("kind", flat=True))


def wind(seconds: float) -> None:
    clock.shift((clock.now() - datetime.now(UTC)).total_seconds() + seconds)
