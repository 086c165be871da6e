"""One look at everything that is due, and the loop that keeps looking.

The same steps run as a Celery task in slices and as `manage.py run_driver` without any
broker. They differ in who sends and fetches: the bell's tasks, or the loop's own threads.
"""

import logging
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

from django.conf import settings
from django.db import InterfaceError, OperationalError, connections
from django.db.models import Exists, QuerySet

from generation import (
    answers,
    attempts,
    clock,
    hand_out,
    ingest,
    outcomes,
    polling,
    queue,
    resolving,
    scribe,
    submitting,
)
from generation.among import Among
from generation.beside import Beside, begin
from generation.choices import (
    ATTEMPT_LIVE,
    ATTEMPT_UNDER_WAY,
    JOB_OPEN,
    AssetState,
    AttemptState,
)
from generation.hand_out import PAUSED
from generation.handed import MOST_AT_ONCE, Handed, Window
from generation.lanes import LaneKind
from generation.models import Asset, Attempt, Job
from generation.wake import Ear
from providers.many import ManyTransport

log = logging.getLogger(__name__)

TICK = 0.1
# What comes due so soon after each other is asked about together.
GLANCE = 0.05
IDLE_TICK = 0.5
DATABASE_AWAY_TICK = 1.0
# What is rare and may be a little late is not asked for at every tick.
MEND_SECONDS = 0.4
# Batches of looks in one step, before it is others' turn.
MOST_BATCHES = 4
END_AT_ONCE = 50

Hand = Callable[[int], object]


class Driver:
    """Drives until told to stop. `send` and `fetch` take an id and return at once."""

    def __init__(self, *, send: Hand, fetch: Hand) -> None:
        self._send = send
        self._fetch = fetch
        self._handed = Handed()
        self._window = Window()
        self._mended = float("-inf")

    def step(self, many: ManyTransport) -> int:
        """Do everything that is due now. Returns how many things were."""
        done = look(many)
        if time.monotonic() - self._mended > MEND_SECONDS:
            self._mended = time.monotonic()
            done += attempts.expire_leases() + ingest.free_dead_claims() + end_unwanted()
            done += resolving.resolve_due(many)
        self._handed.forget_old()
        done += self._hand_out_sends()
        done += self._hand_out("fetch", self._fetch, self._due_fetches())
        return done

    def _hand_out_sends(self) -> int:
        """Hand out whom the lanes choose, and no more at a time than the senders get done, so
        that who comes next does not stand behind a crowd that has been handed out already."""
        waiting = hand_out.waiting_now()
        ages = self._handed.ages("send", (one.attempt_id for one in waiting))
        most = self._window.room(ages.values())
        ids = hand_out.due_sends(handed=ages, most=most, waiting=waiting)
        return self._hand_out("send", self._send, ids)

    def _due_fetches(self) -> list[int]:
        due = Asset.objects.filter(state=AssetState.PENDING, next_check_at__lte=clock.now())
        return list(due.order_by("next_check_at").values_list("pk", flat=True)[:MOST_AT_ONCE])

    def fetch_at_once(self, asset_id: int) -> None:
        """Hand out what has just become due, from whatever thread made it so."""
        self._hand_out("fetch", self._fetch, [asset_id])

    def _hand_out(self, name: str, hand: Hand, ids: list[int]) -> int:
        """Give each id out once in a while, not at every tick while it waits for its turn."""
        fresh = self._handed.fresh(name, ids)
        for pk in fresh:
            hand(pk)
        return len(fresh)


def end_unwanted() -> int:
    """End what is still planned of jobs that are to end: it stands in no line for that."""
    unsent = _unwanted().select_related("job")[:END_AT_ONCE]
    return sum(outcomes.cancel_planned(attempt) for attempt in unsent)


def _unwanted() -> QuerySet[Attempt]:
    wanted = Job.objects.filter(Among("state", JOB_OPEN), cancel_requested_at__isnull=False)
    return Attempt.objects.filter(job__in=wanted, state=AttemptState.PLANNED)


def _under_way() -> QuerySet[Attempt]:
    # The live ones have an index, in whose words this is asked.
    live = Attempt.objects.filter(Among("state", ATTEMPT_LIVE))
    return live.filter(Among("state", ATTEMPT_UNDER_WAY))


def anything_open() -> bool:
    """Whether something may become due soon."""
    # What a person has put on hold wakes nobody; taking the hold off does.
    in_line = Attempt.objects.filter(state=AttemptState.PLANNED, lane__lt=LaneKind.ASIDE.value)
    return (
        _under_way().exists()
        or in_line.exclude(Exists(PAUSED)).exists()
        or _unwanted().exists()
        or Asset.objects.filter(state=AssetState.PENDING).exists()
    )


def run_slice(seconds: float) -> bool:
    """Drive for some seconds, ringing the bell for sends and fetches.

    Returns whether something is still open, so that the caller can ring for the next slice.
    """
    driver = Driver(
        send=lambda pk: queue.ring("submit", pk), fetch=lambda pk: queue.ring("fetch", pk)
    )
    ends, ear = time.monotonic() + seconds, Ear()
    with ManyTransport() as many:
        while time.monotonic() < ends:
            driver.step(many)
            if not anything_open():
                return False
            look_when_called(many, ear, seconds=TICK)
        answers.attend_before_leaving(many)
    return True


def look(many: ManyTransport) -> int:
    """Look at what is due, batch by batch while they are full. Returns how many were looked at."""
    looked = 0
    for _ in range(MOST_BATCHES):
        batch = polling.poll_due(many)
        looked += batch
        if batch < polling.BATCH:
            break
    return looked


def look_when_called(many: ManyTransport, ear: Ear, *, seconds: float) -> None:
    """Until the next step: keep what vendors answer, and look at what comes due, by its time or by
    a callback, at once."""
    ends = time.monotonic() + seconds
    while (left := ends - time.monotonic()) > 0:
        if many.waiting:
            answers.attend(many, seconds=min(left, answers.PATIENCE))
            due = ear.wait(0.0)
        else:
            pause = min(left, max(polling.seconds_to_next(), GLANCE))
            due = ear.wait(pause) or pause < left
        if due:
            look(many)


def run_for_ever(*, stop: Callable[[], bool], threads: int | None = None) -> None:
    """Drive without a broker until `stop()` says so; sends in `threads` of its own, for a vendor
    may take its time to answer, and fetches in half as many, for these take processors.

    What other rooms look after (settings.DRIVEN_TOO) has a thread of its own as well, and so
    have chores.
    """
    senders_at_once = threads or settings.WORKER_THREADS
    # Notices have a thread of their own: slow receivers must not keep clips waiting.
    with (
        ThreadPoolExecutor(senders_at_once) as senders,
        ThreadPoolExecutor(max(1, senders_at_once // 2)) as fetchers,
        ThreadPoolExecutor(1) as teller,
        ThreadPoolExecutor(1) as neighbour,
        ThreadPoolExecutor(1) as scribe_thread,
        ManyTransport() as many,
    ):
        driver = Driver(
            send=lambda pk: begin(senders, submitting.submit, pk),
            fetch=lambda pk: begin(fetchers, ingest.fetch, pk),
        )
        # What is planned or expected here goes on at once, not when it is looked for next.
        hands = {
            "submit_at_once": lambda pk: begin(senders, submitting.submit_at_once, pk),
            "fetch": driver.fetch_at_once,
        }
        with queue.answered_here(hands), scribe.writing_beside(scribe_thread):
            _drive(driver, many, Beside(teller=teller, neighbour=neighbour), stop=stop)
            answers.attend_before_leaving(many)
        # What has begun is finished; what was handed out only is as due as before.
        for pool in (senders, fetchers, teller, neighbour):
            pool.shutdown(wait=False, cancel_futures=True)


def _drive(
    driver: Driver, many: ManyTransport, beside: Beside, *, stop: Callable[[], bool]
) -> None:
    ear = Ear()
    while not stop():
        try:
            beside.look_after()
            busy = driver.step(many)
            pause = TICK if busy or anything_open() else IDLE_TICK
            look_when_called(many, ear, seconds=pause)
        except (InterfaceError, OperationalError) as fault:
            # Restarting or too busy: everything due is still due when it is back.
            log.warning("database_away reason=%s", fault)
            connections.close_all()
            time.sleep(DATABASE_AWAY_TICK)
