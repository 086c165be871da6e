"""LiteLLM's proxy in front of a vendor: the peer that takes video requests today."""

import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench.goals.anchors import program
from bench.goals.load.hammer import Request, hammer, request
from bench.goals.processes import environment, listening, started
from tests.services import free_port

CONFIG = """
model_list:
  - model_name: sora-2
    litellm_params:
      model: openai/sora-2
      api_base: http://127.0.0.1:{vendor}/v1
      api_key: none
"""
# Its own advice for production; the price list would else be fetched at every start.
QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOG": "ERROR",
    "LITELLM_MODE": "PRODUCTION",
}


@dataclass(frozen=True)
class Gateway:
    """It keeps nothing: the id that it answers names the vendor's own task."""

    port: int
    key: str

    def create(self, number: int) -> Request:
        body = {"model": "sora-2", "prompt": f"A paper boat {number}", "seconds": "4"}
        return request("POST", "/v1/videos", port=self.port, key=self.key, body=body)

    def status(self, video: str) -> Request:
        return request("GET", f"/v1/videos/{video}", port=self.port, key=self.key)


@contextmanager
def gateway(folder: Path, *, vendor: int, workers: int) -> Iterator[Gateway]:
    """A proxy of so many workers that has answered already. Raises AnchorsMissing."""
    port = free_port()
    config = folder / f"litellm-{port}.yaml"
    config.write_text(CONFIG.format(vendor=vendor), encoding="utf-8")
    found = Gateway(port, f"sk-{secrets.token_urlsafe(24)}")
    argv = [program("litellm", "litellm"), "--config", str(config), "--host", "127.0.0.1"]
    argv += ["--port", str(port), "--num_workers", str(workers)]
    # Its supervisor ends workers that need more than 5 s for their start.
    argv += ["--timeout_worker_healthcheck", "120"]
    env = environment(LITELLM_MASTER_KEY=found.key, **QUIET)
    env.pop("PYTHONPATH")
    with started(argv, env=env, cwd=folder, log=folder / f"litellm-{port}.txt") as process:
        listening(port, process)
        hammer(port, found.create, connections=4, count=40).wanting(200)
        yield found


def video_of(body: bytes) -> str:
    """The id in the answer to a create."""
    told: str = json.loads(body)["id"]
    return told
