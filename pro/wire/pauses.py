"""How long to wait before asking again, and waiting for something to end."""

import asyncio
import time
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from random import SystemRandom
from typing import Generic, TypeVar

from pro.errors import AIVideoError, ConnectionFailed, RateLimited, ServerFailed

FIRST_LOOK, GROWTH, LONGEST_LOOK = 0.4, 1.25, 5.0
OUTAGE_SECONDS = 120.0
PASSING = (ConnectionFailed, RateLimited, ServerFailed)
_chance = SystemRandom()
Told = TypeVar("Told")


@dataclass(frozen=True, kw_only=True)
class Waited(Generic[Told]):
    """The last that was seen; `reason` says why the waiting ended before the thing did."""

    last: Told
    reason: str | None = None


async def rest(seconds: float) -> None:
    """Sleep; the one place that does."""
    await asyncio.sleep(seconds)


def now() -> float:
    return time.monotonic()


def looks(longest: float = LONGEST_LOOK) -> Iterator[float]:
    """Growing pauses in seconds, a little uneven, so that many who wait do not ask in step."""
    pause = FIRST_LOOK
    while True:
        yield pause * _chance.uniform(0.85, 1.15)
        pause = min(longest, pause * GROWTH)


def backoff(failures: int) -> float:
    """Seconds before the next try after so many failed ones: about 0.5, 1, 2, …"""
    return min(8.0, 0.25 * 2.0**failures) * _chance.uniform(0.75, 1.25)


def retry_after(header: str | None, *, default: float) -> float:
    """The seconds that a Retry-After header asks for, as a number or a date."""
    if not header:
        return default
    if header.strip().isdigit():
        return float(header)
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return default
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - datetime.now(UTC)).total_seconds())


async def until_ended(
    look: Callable[[], Awaitable[Told]],
    *,
    last: Told,
    ended: Callable[[Told], bool],
    timeout: float | None,
    longest: float = LONGEST_LOOK,
) -> Waited[Told]:
    """Look, with growing pauses, until it has ended, `timeout` seconds are over (None: never),
    or looking makes no sense any more. Never raises an AIVideoError: what is waited for exists.
    """
    latest = [last]
    try:
        async with asyncio.timeout(timeout):
            reason = await _look_on(look, latest=latest, ended=ended, longest=longest)
    except TimeoutError:
        reason = f"Not ended after {timeout:g} s."
    return Waited(last=latest[-1], reason=reason)


async def _look_on(
    look: Callable[[], Awaitable[Told]],
    *,
    latest: list[Told],
    ended: Callable[[Told], bool],
    longest: float,
) -> str | None:
    pauses, seen = looks(longest), now()
    while not ended(latest[-1]):
        await rest(next(pauses))
        try:
            latest[-1] = await look()
            seen = now()
        except AIVideoError as fault:
            if not isinstance(fault, PASSING) or now() - seen > OUTAGE_SECONDS:
                return str(fault)
    return None
