"""Checking the books every ten minutes and keeping what was found."""

import logging
import time
from datetime import timedelta

from generation import clock
from generation.models import MoneyCheck
from generation.money.invariants import INVARIANTS, breaches
from generation.money.long_looks import as_long_as_it_takes

EVERY_SECONDS = 600
KEPT = timedelta(days=30)
SHOWN = 20

log = logging.getLogger(__name__)


def check_books() -> MoneyCheck:
    """Ask all invariants once, and keep the answer for thirty days."""
    began = time.monotonic()
    found = {invariant.name: 0 for invariant in INVARIANTS}
    first: list[str] = []
    with as_long_as_it_takes():
        for breach in breaches():
            found[breach.name] += 1
            if len(first) < SHOWN:
                first.append(str(breach))
    moment = clock.now()
    took = int((time.monotonic() - began) * 1000)
    check = MoneyCheck.objects.create(at=moment, took_ms=took, found=found, first=first)
    MoneyCheck.objects.filter(at__lt=moment - KEPT).delete()
    if check.differences:
        log.error("books_differ breaches=%s first=%s", check.differences, first[0])
    return check
