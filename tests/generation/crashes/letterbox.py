"""Where the vendors' callbacks arrive while no web server runs: kept until somebody reads them."""

import threading
from collections import deque
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass(frozen=True, kw_only=True)
class Letter:
    provider: str
    mode: str
    token: str
    headers: dict[str, str]
    body: bytes


class Letterbox:
    """`base` is what PUBLIC_BASE_URL has to be."""

    def __init__(self) -> None:
        self._letters: deque[Letter] = deque()
        letters = self._letters

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = self.rfile.read(int(self.headers["Content-Length"]))
                _, provider, mode, token = self.path.strip("/").split("/")
                headers = {name.lower(): value for name, value in self.headers.items()}
                letters.append(
                    Letter(provider=provider, mode=mode, token=token, headers=headers, body=body)
                )
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base = f"http://127.0.0.1:{self._server.server_port}"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def anything(self) -> bool:
        return bool(self._letters)

    def first(self) -> Letter | None:
        """The oldest letter; it stays until it is `done` with."""
        return self._letters[0] if self._letters else None

    def done(self) -> None:
        self._letters.popleft()

    def empty(self) -> None:
        self._letters.clear()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
