"""Adapters driven by written answers, and calls compared with captured requests."""

import json
from email.parser import BytesParser
from pathlib import Path
from urllib.parse import urlsplit

from providers.http import prepared
from providers.types import Reply

FIXTURES = Path(__file__).parent / "fixtures"
# The official clients' own marks, and what any HTTP library fills in by itself.
_MARKS = ("user-agent", "accept-encoding", "connection", "content-length", "host")


def fixture(provider, name):
    return json.loads((FIXTURES / provider / f"{name}.json").read_text())


def reply(body=None, *, status=200, raw=None, **headers):
    content = raw if raw is not None else json.dumps(body).encode()
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=names, body=content)


def drive(steps, *replies):
    """Run an adapter's steps over these replies; gives the outcome and the calls made.
    The replies must be used up."""
    calls, waiting = [], list(replies)
    try:
        call = next(steps)
        while True:
            calls.append(call)
            call = steps.send(waiting.pop(0))
    except StopIteration as end:
        assert waiting == []
        return end.value, calls


def headers_of(call):
    sent = prepared(call).headers
    return {
        name.lower(): value.partition("; boundary=")[0]
        for name, value in sent.items()
        if name.lower() not in _MARKS
    }


def path_of(call, *, prefix=""):
    place = urlsplit(prepared(call).url)
    query = f"?{place.query}" if place.query else ""
    return prefix + place.path + query


def parts_of(call):
    """A multipart body as (disposition, type, content) in order."""
    request = prepared(call)
    head = f"Content-Type: {request.headers['Content-Type']}\r\n\r\n".encode()
    message = BytesParser().parsebytes(head + request.body)
    return [
        [part["Content-Disposition"], part["Content-Type"], part.get_payload(decode=True)]
        for part in message.get_payload()
    ]
