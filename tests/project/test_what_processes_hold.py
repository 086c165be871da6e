"""What a process has in its memory once it has started: nothing that few ever ask for."""

import json
import os
import subprocess
import sys

TOLD = "import json, sys; print(json.dumps(sorted(sys.modules)))"
WEB = """
import aivideo_project.wsgi
from django.urls import get_resolver
get_resolver().url_patterns
"""
WORKER = """
from aivideo_project.celery import app
app.loader.import_default_modules()
app.finalize()
"""


def modules(script: str) -> set[str]:
    """The modules that a process of its own has loaded after this."""
    done = subprocess.run(
        [sys.executable, "-c", script + TOLD],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_the_web_has_its_pages_and_no_tool_for_rare_papers():
    held = modules(WEB)
    assert {"generation.pages.urls", "campaigns.pages.urls"} <= held
    assert held & {"aiohttp", "av", "reportlab", "xlsxwriter"} == set()


def test_the_worker_has_its_tasks_and_no_page():
    held = modules(WORKER)
    assert {"generation.driver", "campaigns.tasks"} <= held
    assert held & {"generation.pages.urls", "campaigns.pages.urls", "reportlab"} == set()
