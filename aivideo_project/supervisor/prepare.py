"""Gets the data ready: tables, catalogue, demo workspace, static files. Repeating is harmless."""

import hashlib
import sys
from pathlib import Path

import django
from django.conf import settings
from django.core.management import call_command


def prepare() -> None:
    call_command("migrate", verbosity=0, interactive=False)
    call_command("load_catalogue", verbosity=0)
    call_command("make_demo", verbosity=0)
    forget_beats()
    collect_static()


def forget_beats() -> None:
    """What the last run's worker and scheduler wrote would make this run look ready too soon."""
    from generation.models import Heartbeat

    Heartbeat.objects.filter(name__in=("worker", "scheduler")).delete()


def collect_static() -> bool:
    """Collect the static files if any of them changed; True when it did."""
    stamp = settings.STATIC_ROOT / ".stamp"
    wanted = _fingerprint()
    if stamp.is_file() and stamp.read_text(encoding="ascii") == wanted:
        return False
    call_command("collectstatic", verbosity=0, interactive=False)
    stamp.write_text(wanted, encoding="ascii")
    return True


def _fingerprint() -> str:
    from django.contrib.staticfiles.finders import get_finders

    digest = hashlib.sha256()
    for finder in get_finders():
        for path, storage in finder.list([]):
            status = Path(storage.path(path)).stat()
            digest.update(f"{path} {status.st_size} {status.st_mtime_ns}\n".encode())
    return digest.hexdigest()


if __name__ == "__main__":
    django.setup()
    prepare()
    sys.exit(0)
