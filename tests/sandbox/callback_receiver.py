"""A small server that collects the callbacks it is sent."""

import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class CallbackReceiver:
    """`url` is where to send; `received` holds (headers, body) in the order of arrival."""

    def __init__(self):
        self.received = []
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                receiver.received.append((dict(self.headers), body))
                self.send_response(200)
                self.end_headers()

            def log_message(self, *arguments):
                return

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}/hooks"
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def wait_for(self, count, *, patience=90):
        limit = time.monotonic() + patience
        while len(self.received) < count and time.monotonic() < limit:
            time.sleep(0.02)
        return list(self.received)

    def close(self):
        self._server.shutdown()
        self._server.server_close()
