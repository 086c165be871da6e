"""What a process has in its memory once it has started: nothing that few ever ask for."""

import json
import os
import subprocess
import sys
from typing import Any

import pytest

TOLD = "import json, sys; print(json.dumps(sorted(sys.modules)))"
WEB = """
import aivideo_project.wsgi
"""
WORKER = """
from aivideo_project.celery import app
app.loader.import_default_modules()
app.finalize()
"""
WORKER_STARTED = """
from aivideo_project.worker import app
app.Worker(pool_cls="threads", concurrency=2)
"""
OPEN_BEFORE_FORKING = """
from django.db import connection
import aivideo_project.wsgi
connection.ensure_connection()
from aivideo_project.web import main
try:
    main()
except RuntimeError as error:
    print('["' + str(error) + '"]')
"""


GARBAGE = "import gc, json; print(json.dumps([gc.isenabled(), gc.get_freeze_count() > 50_000]))"
WORKER_STARTS = """
import gc
from aivideo_project.celery import app
from celery.signals import worker_init, worker_ready
worker_init.send(sender=None)
assert not gc.isenabled()
app.loader.import_default_modules()
worker_ready.send(sender=None)
"""


def modules(script: str) -> set[str]:
    """The modules that a process of its own has loaded after this."""
    return set(said(script + TOLD))


def said(script: str) -> list[Any]:
    """What a process of its own prints last, as JSON."""
    done = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "DJANGO_SETTINGS_MODULE": "tests.settings"},
        capture_output=True,
        text=True,
        check=True,
    )
    return list(json.loads(done.stdout.splitlines()[-1]))


@pytest.mark.parametrize("script", [WEB, WORKER_STARTS])
def test_what_is_loaded_is_kept_and_not_looked_through_for_garbage(script):
    assert said(script + GARBAGE) == [True, True]


def test_the_web_has_its_pages_and_no_tool_for_rare_papers():
    held = modules(WEB)
    assert {"generation.pages.urls", "campaigns.pages.urls"} <= held
    assert held & {"aiohttp", "av", "reportlab", "xlsxwriter"} == set()


def test_the_worker_has_its_tasks_and_no_page():
    held = modules(WORKER)
    assert {"generation.driver", "campaigns.tasks"} <= held
    assert held & {"generation.pages.urls", "campaigns.pages.urls", "reportlab"} == set()


def test_the_worker_has_no_shell_to_talk_to():
    held = modules(WORKER_STARTED)
    assert "celery.apps.worker" in held
    assert held & {"prompt_toolkit", "celery.bin.celery"} == set()


def test_web_workers_never_share_a_connection_to_the_database():
    refused = "The application opened the database before its workers were forked."
    assert said(OPEN_BEFORE_FORKING) == [refused]
