# Loaded with the project, so that tasks rung by the web process find the configured broker.
from aivideo_project.celery import app as celery_app

__all__ = ["celery_app"]
