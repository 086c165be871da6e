"""One look at everything that is due, and the loop that keeps looking.

The same steps run as a Celery task in slices and as `manage.py run_driver` without any
broker. They differ in who sends and fetches: the bell's tasks, or the loop's own threads.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.utils.module_loading import import_string

from generation import (
    attempts,
    chores,
    clock,
    heartbeat,
    ingest,
    polling,
    queue,
    resolving,
    submitting,
    telling,
)
from generation.choices import AssetState, AttemptState
from generation.models import Asset, Attempt
from providers.many import ManyTransport

log = logging.getLogger(__name__)

TICK = 0.1
IDLE_TICK = 0.5
RING_AGAIN = 3.0
DATABASE_AWAY_TICK = 1.0
HAND_OUT = 100
NOTICES_A_ROUND = 40

Hand = Callable[[int], object]


class Driver:
    """Drives until told to stop. `send` and `fetch` take an id and return at once."""

    def __init__(self, *, send: Hand, fetch: Hand) -> None:
        self._send = send
        self._fetch = fetch
        self._handed: dict[tuple[str, int], float] = {}

    def step(self, many: ManyTransport) -> int:
        """Do everything that is due now. Returns how many things were."""
        done = attempts.expire_leases() + ingest.free_dead_claims()
        done += polling.poll_due(many)
        done += resolving.resolve_due(many)
        done += self._hand_out("send", self._send, self._due_sends())
        done += self._hand_out("fetch", self._fetch, self._due_fetches())
        return done

    def _due_sends(self) -> list[int]:
        due = Attempt.objects.filter(
            state=AttemptState.PLANNED, next_check_at__lte=clock.now(), parked=False
        )
        # Higher priority first, then first come, first served.
        return list(due.order_by("-job__priority", "pk").values_list("pk", flat=True)[:HAND_OUT])

    def _due_fetches(self) -> list[int]:
        due = Asset.objects.filter(state=AssetState.PENDING, next_check_at__lte=clock.now())
        return list(due.order_by("next_check_at").values_list("pk", flat=True)[:HAND_OUT])

    def _hand_out(self, name: str, hand: Hand, ids: list[int]) -> int:
        """Give each id out once in a while, not at every tick while it waits for its turn."""
        moment = time.monotonic()
        self._handed = {k: t for k, t in self._handed.items() if moment - t < RING_AGAIN}
        fresh = [pk for pk in ids if (name, pk) not in self._handed]
        for pk in fresh:
            self._handed[name, pk] = moment
            hand(pk)
        return len(fresh)


def anything_open() -> bool:
    """Whether something may become due soon."""
    live = (
        AttemptState.PLANNED,
        AttemptState.SUBMITTING,
        AttemptState.UNKNOWN,
        AttemptState.ACCEPTED,
    )
    return (
        Attempt.objects.filter(state__in=live).exists()
        or Asset.objects.filter(state=AssetState.PENDING).exists()
    )


def run_slice(seconds: float) -> bool:
    """Drive for some seconds, ringing the bell for sends and fetches.

    Returns whether something is still open, so that the caller can ring for the next slice.
    """
    driver = Driver(
        send=lambda pk: queue.ring("submit", pk), fetch=lambda pk: queue.ring("fetch", pk)
    )
    ends = time.monotonic() + seconds
    with ManyTransport() as many:
        while time.monotonic() < ends:
            driver.step(many)
            if not anything_open():
                return False
            time.sleep(TICK)
    return True


def run_for_ever(*, stop: Callable[[], bool], threads: int = 4) -> None:
    """Drive without a broker until `stop()` says so; sends and fetches in own threads.

    What other rooms look after (settings.DRIVEN_TOO) has a thread of its own as well.
    """
    beaten = 0.0
    told: Future[None] | None = None
    beside: list[Future[None]] = []
    others: list[Callable[[], object]] = [import_string(name) for name in settings.DRIVEN_TOO]
    # Notices have a thread of their own: slow receivers must not keep clips waiting.
    with (
        ThreadPoolExecutor(threads) as senders,
        ThreadPoolExecutor(threads) as fetchers,
        ThreadPoolExecutor(1) as teller,
        ThreadPoolExecutor(1) as neighbour,
        ManyTransport() as many,
    ):
        driver = Driver(
            send=lambda pk: senders.submit(_alone, submitting.submit, pk),
            fetch=lambda pk: fetchers.submit(_alone, ingest.fetch, pk),
        )
        while not stop():
            try:
                if time.monotonic() - beaten > 2:
                    heartbeat.beat("worker")
                    heartbeat.beat("scheduler")
                    beaten = time.monotonic()
                    if told is None or told.done():
                        told = teller.submit(_alone, telling.tell_due, NOTICES_A_ROUND)
                    if all(one.done() for one in beside):
                        beside = [neighbour.submit(_alone, other) for other in others]
                    chores.run_if_due()
                busy = driver.step(many)
                time.sleep(TICK if busy or anything_open() else IDLE_TICK)
            except (InterfaceError, OperationalError) as fault:
                # Restarting or too busy: everything due is still due when it is back.
                log.warning("database_away reason=%s", fault)
                connections.close_all()
                time.sleep(DATABASE_AWAY_TICK)


def _alone(work: Callable[..., object], *about: object) -> None:
    """Outermost loop of a thread: a defect in one piece of work must not stop the others."""
    close_old_connections()
    try:
        work(*about)
    except Exception:
        log.exception("work_failed task=%s about=%s", getattr(work, "__name__", work), about)
    finally:
        close_old_connections()
