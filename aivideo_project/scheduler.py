"""The scheduler's own Celery application: the schedule and the broker, and nothing around them.

It sends tasks by name and never runs one. Without the product's models and adapters it takes
less than half of the memory and starts at once.
"""

from logging.config import dictConfig

from celery import Celery
from celery.signals import setup_logging

from aivideo_project import settings
from aivideo_project.logs import keep_our_logging

dictConfig(settings.LOGGING)
setup_logging.connect(keep_our_logging, weak=False)
app = Celery("scheduler", fixups=set())  # Celery would otherwise load Django with all its parts
app.config_from_object(settings, namespace="CELERY")
