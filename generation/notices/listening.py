"""A little receiver on this machine, to see what arrives and whether its signature holds."""

import json
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from standardwebhooks import Webhook, WebhookVerificationError

HOST = "127.0.0.1"
MOST_BYTES = 256 * 1024
SECONDS = 10.0
SIGNED_BY = ("webhook-id", "webhook-timestamp", "webhook-signature")


def server(*, port: int, secret: str, say: Callable[[str], object]) -> ThreadingHTTPServer:
    """Listens on loopback once it is served; `say` gets one line a message.

    A message whose signature holds is answered 204, any other 400. Raises ValueError for a
    secret that is none, and OSError where the port is taken.
    """
    webhook = Webhook(_checked(secret))

    class Handler(BaseHTTPRequestHandler):
        timeout = SECONDS

        def do_POST(self) -> None:
            length = self.headers.get("Content-Length", "")
            if not length.isdecimal() or int(length) > MOST_BYTES:
                self._answer(413)
                return
            body = self.rfile.read(int(length))
            headers = {name.lower(): value for name, value in self.headers.items()}
            fault = _fault(webhook, headers, body)
            say(told(headers, body, fault=fault))
            self._answer(400 if fault else 204)

        def _answer(self, status: int) -> None:
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """What is to be said is said above."""

    return ThreadingHTTPServer((HOST, port), Handler)


def told(headers: Mapping[str, str], body: bytes, *, fault: str) -> str:
    """One message in plain words."""
    name = headers.get("webhook-id", "without an id")
    if fault:
        return f"Refused {name}: {fault}"
    said = json.loads(body)
    data = said.get("data") or {}
    parts = [f"{key} {value}" for key, value in _plain(data)]
    return f"{said.get('type')} {name}: {', '.join(parts) or 'nothing more'}"


def _plain(data: Mapping[str, Any]) -> Sequence[tuple[str, Any]]:
    """What a line has room for: single values that are there."""
    return [
        (key.replace("_", " "), value)
        for key, value in data.items()
        if value is not None and not isinstance(value, dict | list)
    ]


def _fault(webhook: Webhook, headers: Mapping[str, str], body: bytes) -> str:
    """Why it is not ours; empty where it is."""
    if missing := [name for name in SIGNED_BY if name not in headers]:
        return f"it has no {', '.join(missing)}."
    try:
        webhook.verify(body, dict(headers))
    except WebhookVerificationError as wrong:
        return f"{wrong}."
    except ValueError:
        return "its body is not JSON."
    return ""


def _checked(secret: str) -> str:
    try:
        Webhook(secret)
    except (RuntimeError, ValueError):
        raise ValueError("This is not a secret: it begins with whsec_.") from None
    if not secret.startswith("whsec_"):
        raise ValueError("This is not a secret: it begins with whsec_.")
    return secret
