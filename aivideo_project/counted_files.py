"""The folder in which all processes count, kept small.

Each process has files of its own there, named by its id. What a process has counted must stay
counted after its death, so the files of the dead are added up into those of number 0, which no
process has.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from prometheus_client.mmap_dict import MmapedDict

THE_DEAD = 0


@contextmanager
def settled(folder: Path) -> Iterator[None]:
    """The files stay as they are while somebody reads them; those of the dead are added up
    before."""
    lock = os.open(folder / ".lock", os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
        _add_up_the_dead(folder)
        yield
    finally:
        os.close(lock)


def _add_up_the_dead(folder: Path) -> None:
    for path in folder.glob("*.db"):
        kind, _, number = path.stem.rpartition("_")
        # What only the living say (a gauge) is not of this product, and not ours to add.
        if kind in ("counter", "histogram") and number.isdigit() and _is_dead(int(number)):
            _add(path, folder / f"{kind}_{THE_DEAD}.db")
            path.unlink()


def _is_dead(pid: int) -> bool:
    if pid == THE_DEAD:
        return False
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _add(path: Path, total: Path) -> None:
    held = MmapedDict(str(total))  # type: ignore[no-untyped-call]
    try:
        for key, value, _, _ in MmapedDict.read_all_values_from_file(str(path)):  # type: ignore[no-untyped-call]
            before, _ = held.read_value(key)  # type: ignore[no-untyped-call]
            held.write_value(key, before + value, 0.0)  # type: ignore[no-untyped-call]
    finally:
        held.close()  # type: ignore[no-untyped-call]
