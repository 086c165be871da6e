"""The web: loads the application once and forks its workers, which share what is loaded.

Granian's own command line lets each worker load everything for itself, which takes their start
that much longer and holds it once a worker. A worker that ends is forked anew in milliseconds.
"""

import os

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "aivideo_project.settings")


def main() -> None:
    """Serve until told to stop. Raises RuntimeError when the application opened the database
    while it was loaded: workers must not share a connection."""
    from django.conf import settings
    from django.db import connection
    from granian.constants import Interfaces
    from granian.log import LogLevels
    from granian.server import MPServer

    from aivideo_project import wsgi  # loaded here for the workers, and by name in them

    if connection.connection is not None:
        raise RuntimeError("The application opened the database before its workers were forked.")
    MPServer(
        f"{wsgi.__name__}:application",
        address=settings.BIND_ADDRESS,
        port=settings.PORT,
        interface=Interfaces.WSGI,
        workers=settings.WEB_WORKERS,
        blocking_threads=settings.WEB_THREADS,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        respawn_interval=0.5,
    ).serve()


if __name__ == "__main__":
    main()
