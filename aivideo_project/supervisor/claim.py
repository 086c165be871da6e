"""What must hold before anything starts: no other run on the same data, free ports."""

import fcntl
import os
import socket
import time
from pathlib import Path

LAST_RUN_SECONDS = 20.0


class CannotStart(RuntimeError):
    """Said to the person, who can do something about it."""


def claim(path: Path) -> int:
    """Lock DATA_DIR for one run; the descriptor of the lock, held for as long as it is open.

    After a kill -9 the guard holds the lock until the last process is gone: that is waited for.
    Raises CannotStart while another run is alive.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    limit = time.monotonic() + LAST_RUN_SECONDS
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            break
        except BlockingIOError:
            process = os.pread(lock, 20, 0).decode() or "?"
            if _alive(process) or time.monotonic() > limit:
                raise CannotStart(
                    f"It is already running on this data (process {process}). Stop that one with "
                    "Ctrl-C, or set DATA_DIR, PORT and SANDBOX_PORT for a second one."
                ) from None
            time.sleep(0.1)
    os.ftruncate(lock, 0)
    os.pwrite(lock, str(os.getpid()).encode(), 0)
    return lock


def check_ports(*, address: str, web: int, sandbox: int) -> None:
    """Raises CannotStart with the port and the setting that changes it."""
    if web == sandbox:
        raise CannotStart(f"PORT and SANDBOX_PORT are both {web}. Give them different numbers.")
    for setting, host, port in (("PORT", address, web), ("SANDBOX_PORT", "127.0.0.1", sandbox)):
        if reason := _taken(host, port):
            raise CannotStart(
                f"Port {port} cannot be used: {reason}. Stop what listens there, or set {setting} "
                f"to another number: {setting}={port + 10} make run"
            )


def _taken(host: str, port: int) -> str:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        # As servers do: a connection that is still closing does not make a port taken.
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            return (error.strerror or str(error)).lower()
    return ""


def _alive(process: str) -> bool:
    if not process.isdigit():
        return False
    try:
        os.kill(int(process), 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
