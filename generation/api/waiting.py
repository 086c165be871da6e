"""async_mode=false: waiting a while for a job's end, without holding anything but a thread."""

import threading
import time

from generation.choices import JOB_ENDED
from generation.models import Job

LONGEST = 25.0
LONGEST_NAP = 0.25
# A process has a dozen or so threads; the rest must stay free for everybody else.
AT_ONCE = 6

_seats = threading.BoundedSemaphore(AT_ONCE)


def wait_for_end(uid: str, *, seconds: float = LONGEST) -> bool:
    """Look until the job has ended: True. False when time or seats are out."""
    if not _seats.acquire(blocking=False):
        return False
    try:
        return _ended_within(uid, seconds)
    finally:
        _seats.release()


def _ended_within(uid: str, seconds: float) -> bool:
    ends = time.monotonic() + seconds
    nap = 0.05
    while True:
        if Job.objects.filter(uid=uid, state__in=JOB_ENDED).exists():
            return True
        if time.monotonic() + nap > ends:
            return False
        time.sleep(nap)
        nap = min(LONGEST_NAP, nap * 1.5)
