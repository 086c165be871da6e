"""Adapters tested without a network: answers go in, calls and the outcome come out."""

import json
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote

from providers.base import Steps, run
from providers.types import Call, Reply

FIXTURES = Path(__file__).parent / "fixtures"


class Talk(NamedTuple):
    calls: list[Call]
    outcome: Any


def talk(steps: Steps[Any], *replies: Reply) -> Talk:
    """Drive the steps with these answers, which must be exactly as many as the calls."""
    calls: list[Call] = []
    waiting = list(replies)

    def send(call: Call) -> Reply:
        calls.append(call)
        return waiting.pop(0)

    outcome = run(steps, send)
    assert not waiting, f"{len(waiting)} answers were not asked for"
    return Talk(calls, outcome)


def answer(body: Any = None, *, status: int = 200, **headers: str) -> Reply:
    """An answer with a JSON body, or with the very bytes given."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Reply(status=status, headers=named, body=content)


def fixture(vendor: str, name: str) -> Any:
    return json.loads((FIXTURES / vendor / f"{name}.json").read_text())


def assert_sent(call: Call, recorded: dict[str, Any], *, base: str) -> None:
    """The call is the recorded one: method, path, query, headers and body, nothing more."""
    assert call.method == recorded["method"]
    assert unquote(call.url.removeprefix(base)) == recorded["path"]
    assert dict(call.params) == recorded.get("params", {})
    assert dict(call.headers) == recorded["headers"]
    assert call.json == recorded.get("json")
    assert (call.form, call.files, call.multipart) == (None, None, False)
