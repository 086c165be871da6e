"""Signs of life of the worker and the scheduler, and seats that only one may hold."""

import os
import socket
from datetime import datetime
from pathlib import Path

from django.db import IntegrityError, transaction
from django.db.models import Q

from generation import clock
from generation.models import Heartbeat


def beat(name: str) -> None:
    """Say that `name` ("worker", "scheduler") is alive now."""
    Heartbeat.objects.update_or_create(name=name, defaults={"at": clock.now()})


def last_beats() -> dict[str, datetime]:
    return dict(Heartbeat.objects.values_list("name", "at"))


def take_seat(name: str, *, owner: str, seconds: float) -> bool:
    """True when `owner` holds the seat now; a seat lapses after `seconds` or its owner's death."""
    moment = clock.now()
    fields = {"at": moment, "owner": owner, "busy_until": clock.after(seconds)}
    try:
        with transaction.atomic():
            Heartbeat.objects.create(name=name, **fields)
            return True
    except IntegrityError:
        pass
    seat = Heartbeat.objects.filter(name=name)
    free = Q(busy_until__isnull=True) | Q(busy_until__lt=moment)
    if seat.filter(free).update(**fields):
        return True
    holder = seat.values_list("owner", flat=True).first()
    if holder and is_dead(holder):
        return bool(seat.filter(owner=holder).update(**fields))
    return False


def leave_seat(name: str, *, owner: str) -> None:
    Heartbeat.objects.filter(name=name, owner=owner).update(busy_until=None)


def me() -> str:
    """This process: host, boot, process id and the moment that it started."""
    return f"{socket.gethostname()}/{_boot()}/{os.getpid()}/{_started(os.getpid())}"


def is_dead(owner: str) -> bool:
    """Proof that a process of this machine has ended. False when in doubt."""
    try:
        host, boot, pid, started = owner.rsplit("/", 3)
    except ValueError:
        return False
    if host != socket.gethostname():
        return False
    if boot != _boot():
        return True
    return _started(int(pid)) != started


def _boot() -> str:
    try:
        return Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()[:8]
    except OSError:
        return "-"


def _started(pid: int) -> str:
    """The start time of a process in clock ticks; empty when there is none (or no /proc)."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except FileNotFoundError:
        return "" if Path("/proc/self/stat").exists() else "?"
    except OSError:
        return "?"
    fields = stat.rpartition(")")[2].split()
    return "" if fields[0] in {"Z", "X"} else fields[19]
