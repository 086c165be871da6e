"""Starts to be timed: the product's web and worker, LiteLLM's proxy, and Celery alone.

Each yields, while it still runs, the seconds from its start to its first good deed and the
megabytes that its processes hold once they are idle.
"""

import http.client
import json
import subprocess
import sys
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path

from bench.goals.anchors import program
from bench.goals.processes import PATIENCE, environment, started
from bench.rows import memory_mb
from tests.product import ROOT, demo_of, descendants
from tests.sandbox_server import SandboxServer
from tests.services import free_port

SETTLED_SECONDS = 2.0
WARM_REQUESTS = 20
PLANNED = """
import json, os
from aivideo_project.supervisor import plan
print(json.dumps({child.name: child.argv for child in plan.desk(dict(os.environ))}))
"""
LITELLM = """
model_list:
  - model_name: sora-2
    litellm_params: {{model: openai/sora-2, api_base: "{base}/openai/v1", api_key: none}}
"""
# Without these it asks the internet for prices at every start, and writes more.
LITELLM_QUIET = {
    "LITELLM_LOCAL_MODEL_COST_MAP": "True",
    "LITELLM_LOG": "ERROR",
    "LITELLM_MODE": "PRODUCTION",
}
CELERY = """
from pathlib import Path
from celery import Celery
app = Celery("alone", broker={broker!r})
app.conf.task_ignore_result = True
@app.task(name="first")
def first(path):
    Path(path).touch()
"""


@dataclass(frozen=True)
class Boot:
    """Seconds to the first good deed, and megabytes when idle, shared pages by their share."""

    seconds: float
    megabytes: float


@dataclass(frozen=True)
class Product:
    """The product with everything ready but its own processes. `argv` are its ways to start."""

    port: int
    env: dict[str, str]
    argv: dict[str, list[str]]
    key: str
    sandbox: SandboxServer

    def web(self, log: Path) -> AbstractContextManager["subprocess.Popen[bytes]"]:
        return started(self.argv["web"], env=self.env, log=log)

    def worker(self, log: Path) -> AbstractContextManager["subprocess.Popen[bytes]"]:
        return started(self.argv["worker"], env=self.env, log=log)

    def answers(self, method: str = "GET", path: str = "providers", body: object = None) -> bool:
        """Whether a call of the API is answered well, key and database included."""
        return _status(self.port, method, f"/api/ai-video/{path}", body, key=self.key) in (200, 202)


def product(folder: Path, *, database_url: str, broker_url: str, sandbox: SandboxServer) -> Product:
    """Tables, catalogue, demo workspace and static files, made as `make run` makes them."""
    data, port = folder / "var", free_port()
    data.mkdir(parents=True)
    env = environment(
        ENV_FILE="/dev/null",
        DATA_DIR=str(data),
        DATABASE_URL=database_url,
        CELERY_BROKER_URL=broker_url,
        PORT=str(port),
        SANDBOX_URL=sandbox.base,
        AIVIDEO_LOG_FILE=str(data / "facts.log"),
        LOG_LEVEL="WARNING",
        CREATES_PER_MINUTE="0",
        DJANGO_SETTINGS_MODULE="aivideo_project.settings",
        PROMETHEUS_MULTIPROC_DIR=str(data / "metrics"),
    )
    (data / "metrics").mkdir()
    prepare = [sys.executable, "-m", "aivideo_project.supervisor.prepare"]
    subprocess.run(prepare, cwd=ROOT, env=env, check=True)
    told = subprocess.run(
        [sys.executable, "-c", PLANNED], cwd=ROOT, env=env, check=True, capture_output=True
    )
    key = demo_of(data)["AIVIDEO_API_KEY"]
    return Product(port, env, json.loads(told.stdout), key, sandbox)


def boot_product(ours: Product, log: Path) -> tuple[float, float, float]:
    """Seconds to the web's first answer and to the worker's first submitted job, and the
    megabytes of both together when idle."""
    began = time.monotonic()
    with ours.web(log.with_suffix(".web")) as web:
        wait_until(ours.answers, web)
        to_answer = time.monotonic() - began
        for _ in range(WARM_REQUESTS):
            assert ours.answers()
        draft = {"prompt": "A paper boat", "quality": "draft", "duration": 3}
        assert ours.answers("POST", "generate", draft)
        known = len(ours.sandbox.tasks())
        began = time.monotonic()
        with ours.worker(log.with_suffix(".worker")) as worker:
            wait_until(lambda: len(ours.sandbox.tasks()) > known, worker)
            to_submit = time.monotonic() - began
            # The clip is watched and fetched meanwhile: idle is what comes after work.
            time.sleep(3 * SETTLED_SECONDS)
            return to_answer, to_submit, tree_mb(web.pid) + tree_mb(worker.pid)


def boot_litellm(folder: Path, *, base: str) -> Boot:
    """One worker of the proxy, to its first answer. Raises AnchorsMissing."""
    config, port = folder / "litellm.yaml", free_port()
    config.write_text(LITELLM.format(base=base), encoding="utf-8")
    argv = [program("litellm", "litellm"), "--config", str(config), "--num_workers", "1"]
    argv += ["--host", "127.0.0.1", "--port", str(port)]
    env = environment(**LITELLM_QUIET)
    env.pop("PYTHONPATH")  # ours would shadow nothing of its, and is none of its business

    def answers() -> bool:
        return _status(port, "GET", "/v1/models") == 200

    began = time.monotonic()
    with started(argv, env=env, cwd=folder, log=folder / "litellm.log") as proxy:
        wait_until(answers, proxy)
        seconds = time.monotonic() - began
        for _ in range(WARM_REQUESTS):
            assert answers()
        time.sleep(SETTLED_SECONDS)
        return Boot(seconds, tree_mb(proxy.pid))


def boot_celery(folder: Path, *, broker_url: str) -> Boot:
    """Celery's own eight processes, to the first task that does nothing but touch a file."""
    (folder / "alone.py").write_text(CELERY.format(broker=broker_url), encoding="utf-8")
    done = folder / "first-task"
    done.unlink(missing_ok=True)
    send = f"import alone; alone.first.apply_async([{str(done)!r}])"
    env = environment(PYTHONPATH=str(folder))
    subprocess.run([program("clients"), "-c", send], cwd=folder, env=env, check=True)
    argv = [program("clients", "celery"), "-A", "alone", "worker", "-P", "prefork", "-c", "8"]
    began = time.monotonic()
    with started([*argv, "-l", "ERROR"], env=env, cwd=folder, log=folder / "celery.log") as worker:
        wait_until(done.exists, worker)
        seconds = time.monotonic() - began
        time.sleep(SETTLED_SECONDS)
        return Boot(seconds, tree_mb(worker.pid))


def wait_until(true: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    """Ask again and again. Raises RuntimeError when the process ends or nothing comes."""
    ends = time.monotonic() + PATIENCE
    while not true():
        if process.poll() is not None or time.monotonic() > ends:
            raise RuntimeError(f"It did not start: {process.args}")
        time.sleep(0.02)


def tree_mb(pid: int) -> float:
    return sum(memory_mb(one) for one in {pid, *descendants(pid)})


def _status(port: int, method: str, path: str, body: object = None, *, key: str = "") -> int:
    """The status of one call; 0 where nobody answers."""
    link = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    data = None
    if body is not None:
        data, headers["Content-Type"] = json.dumps(body), "application/json"
    try:
        link.request(method, path, body=data, headers=headers)
        answer = link.getresponse()
        answer.read()
        return answer.status
    except (OSError, http.client.HTTPException):
        return 0
    finally:
        link.close()
