"""Whether the product answers yet, and what to tell the person then."""

import http.client
import json
from dataclasses import dataclass
from pathlib import Path

TIMEOUT = 3.0
ANY_ADDRESS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared, not listened on


@dataclass(frozen=True)
class Answer:
    status: int
    parts: dict[str, str]

    @property
    def good(self) -> bool:
        return self.status == 200

    @property
    def waiting_for(self) -> str:
        """The parts that are not good, in words."""
        bad = [f"{name} {word}" for name, word in self.parts.items() if word != "good"]
        return ", ".join(word for word in bad if not word.startswith("status ")) or "the web server"


def ask(address: str, port: int, path: str, *, host: str) -> Answer:
    """GET a page of ours; status 0 when nobody answers. `host` is a name that we allow."""
    link = http.client.HTTPConnection(ANY_ADDRESS.get(address, address), port, timeout=TIMEOUT)
    try:
        link.request("GET", path, headers={"Host": host})
        answer = link.getresponse()
        parts = json.loads(answer.read())
        return Answer(answer.status, parts if isinstance(parts, dict) else {})
    except (OSError, http.client.HTTPException, ValueError):
        return Answer(0, {})
    finally:
        link.close()


def allowed_host(allowed: list[str], *, port: int) -> str:
    """A Host header that Django accepts, whatever ALLOWED_HOSTS says."""
    first = next((name for name in allowed if name != "*"), "127.0.0.1")
    return f"{first.lstrip('.')}:{port}"


def welcome(*, url: str, sandbox_url: str, data_dir: Path, seconds: float) -> str:
    """What is printed when everything is good."""
    demo = data_dir / "demo.env"
    return f"""
Dailies is running ({seconds:.1f} s).

  Desk       {url}/
             sign in as demo; the password is AIVIDEO_PASSWORD in {demo}
  API        {url}/api/docs/
             a test key is AIVIDEO_API_KEY in {demo}
  Admin      {url}/admin/
  Sandbox    {sandbox_url}/ stands in for the providers in test mode; nothing costs money
  Logs       {data_dir / "logs"}

Ctrl-C stops everything and keeps all data.
"""
