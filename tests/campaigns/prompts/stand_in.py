"""A language model on this machine that says what a test wants it to say."""

import json
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class StandIn:
    """Keeps what it was asked; answers `status` and `body` after `delay` seconds."""

    def __init__(self) -> None:
        self.status = 200
        self.body = b""
        self.delay = 0.0
        self.asked: list[tuple[str, dict[str, str], dict]] = []
        model = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                model.asked.append((self.path, dict(self.headers.items()), sent))
                time.sleep(model.delay)
                self.send_response(model.status)
                self.send_header("Content-Length", str(len(model.body)))
                self.end_headers()
                self.wfile.write(model.body)

            def log_message(self, *_: object) -> None:
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.base_url = f"http://127.0.0.1:{self._server.server_port}/v1"
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()

    def says(self, text: object) -> None:
        self.body = json.dumps({"choices": [{"message": {"content": text}}]}).encode()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
