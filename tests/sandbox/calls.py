"""Raw calls with `requests`, for what the official clients refuse to send."""

from dataclasses import dataclass
from typing import Any

import requests

from sandbox.keys import OPENAI_KEY, RUNWAY_KEY
from tests.sandbox_server import SandboxServer

RUNWAY_HEADERS = {"Authorization": f"Bearer {RUNWAY_KEY}", "X-Runway-Version": "2024-11-06"}
OPENAI_HEADERS = {"Authorization": f"Bearer {OPENAI_KEY}"}


@dataclass(frozen=True)
class Caller:
    """One vendor's address and headers."""

    base: str
    headers: dict[str, str]

    def send(self, method: str, path: str, **options: Any) -> requests.Response:
        headers = {**self.headers, **options.pop("headers", {})}
        return requests.request(method, self.base + path, headers=headers, timeout=90, **options)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.send("POST", path, json=body)

    def get(self, path: str) -> requests.Response:
        return self.send("GET", path)


def runway(server: SandboxServer) -> Caller:
    return Caller(server.url("/runway"), RUNWAY_HEADERS)


def openai(server: SandboxServer) -> Caller:
    return Caller(server.url("/openai/v1"), OPENAI_HEADERS)
