import os
import subprocess
import sys
from pathlib import Path

from django.conf import settings

from aivideo_project.celery import app

ROOT = Path(__file__).resolve().parents[2]


def test_every_scheduled_task_is_one_that_the_worker_knows():
    app.loader.import_default_modules()
    names = {entry["task"] for entry in settings.CELERY_BEAT_SCHEDULE.values()}
    assert "generation.tasks.sweep" in names
    assert names <= set(app.tasks)


def test_the_scheduler_loads_neither_models_nor_tasks():
    code = (
        "import sys\n"
        "from aivideo_project.scheduler import app\n"
        "app.loader.init_worker()\n"
        "print(sorted(app.conf.beat_schedule), 'generation' in sys.modules)\n"
        "from django.apps import apps; print(apps.ready)"
    )
    ended = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "aivideo_project.settings"},
        capture_output=True,
        text=True,
    )
    schedule = sorted(settings.CELERY_BEAT_SCHEDULE)
    assert (ended.stdout, ended.stderr) == (f"{schedule} False\nFalse\n", "")
