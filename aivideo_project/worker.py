"""The worker: Celery's own, with threads, started without Celery's command line.

That command line loads the whole of an interactive shell, 12 MB of which no worker ever uses.
"""

import sys

from django.conf import settings

from aivideo_project.celery import app


def main() -> int:
    """Work until told to stop; the exit code of the worker.

    Workers need not know of each other (gossip, mingle, heartbeat): the database tells them all.
    """
    worker = app.Worker(
        pool_cls="threads",
        concurrency=settings.WORKER_THREADS,
        loglevel="WARNING",
        quiet=True,
        without_gossip=True,
        without_mingle=True,
        without_heartbeat=True,
    )
    worker.start()
    return int(worker.exitcode or 0)


if __name__ == "__main__":
    sys.exit(main())
