"""Which programs make up the product on one machine, and how each is started."""

import os
import sys
from collections.abc import Mapping
from pathlib import Path

from django.conf import settings

from aivideo_project.supervisor.child import Child

BIN = Path(sys.executable).parent
PYTHON = sys.executable
# Celery warns of root in four lines at every start; in a container root is all there is.
NO_ROOT_WARNING = "ignore:You're running the worker with superuser privileges"


def environment(*, broker_url: str) -> dict[str, str]:
    """What the children get: ours, the broker's address, and one folder to count in."""
    metrics = settings.METRICS_DIR or str(settings.DATA_DIR / "metrics")
    added = {
        "DJANGO_SETTINGS_MODULE": "aivideo_project.settings",
        "PROMETHEUS_MULTIPROC_DIR": metrics,
        "PYTHONUNBUFFERED": "1",
    }
    if broker_url:
        added["CELERY_BROKER_URL"] = broker_url
    return {**os.environ, **added}


def preparation(env: Mapping[str, str]) -> Child:
    return Child("prepare", [PYTHON, "-m", "aivideo_project.supervisor.prepare"], env=env)


def sandbox(env: Mapping[str, str]) -> Child:
    folder = settings.DATA_DIR / "sandbox"
    folder.mkdir(parents=True, exist_ok=True)
    argv = ["--port", str(settings.SANDBOX_PORT), "--data", str(folder)]
    return Child("sandbox", [PYTHON, "-m", "sandbox", *argv], env=env)


def desk(env: Mapping[str, str]) -> list[Child]:
    """Web, worker and scheduler. They need the tables."""
    quiet = {**env, "PYTHONWARNINGS": NO_ROOT_WARNING}
    return [
        Child("web", [PYTHON, "-m", "aivideo_project.web"], env=env),
        Child("worker", [PYTHON, "-m", "aivideo_project.worker"], env=quiet),
        Child("scheduler", _scheduler(), env=env),
    ]


def _scheduler() -> list[str]:
    schedule = ["--schedule", str(settings.DATA_DIR / "schedule"), "--pidfile", ""]
    celery = [str(BIN / "celery"), "--quiet", "--app", "aivideo_project.scheduler:app"]
    return [*celery, "beat", *schedule, "--loglevel", "WARNING"]
