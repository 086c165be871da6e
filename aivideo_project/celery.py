"""The Celery application. Tasks carry an id at most; the database knows the rest."""

import os

from celery import Celery
from celery.signals import setup_logging, worker_init, worker_ready

from aivideo_project import loading
from aivideo_project.logs import keep_our_logging

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aivideo_project.settings")
# Django's checks look at every page and the whole admin: the worker would hold all of it for ever.
os.environ.setdefault("CELERY_SKIP_CHECKS", "1")
app = Celery("aivideo_project")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks(["generation", "campaigns"])
setup_logging.connect(keep_our_logging, weak=False)
worker_init.connect(loading.begin, weak=False)
worker_ready.connect(loading.end, weak=False)
