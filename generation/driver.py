"""One look at everything that is due, and the loop that keeps looking.

The same steps run as a Celery task in slices and as `manage.py run_driver` without any
broker. They differ in who sends and fetches: the bell's tasks, or the loop's own threads.
"""

import logging
import time
from collections.abc import Callable, Iterable
from concurrent.futures import Executor, Future, ThreadPoolExecutor

from django.conf import settings
from django.db import InterfaceError, OperationalError, close_old_connections, connections
from django.db.models import Exists, QuerySet
from django.utils.module_loading import import_string

from generation import (
    answers,
    attempts,
    chores,
    clock,
    hand_out,
    heartbeat,
    ingest,
    outcomes,
    polling,
    queue,
    resolving,
    submitting,
    telling,
)
from generation.among import Among
from generation.choices import (
    ATTEMPT_LIVE,
    ATTEMPT_UNDER_WAY,
    JOB_OPEN,
    AssetState,
    AttemptState,
)
from generation.hand_out import PAUSED
from generation.lanes import LaneKind
from generation.models import Asset, Attempt, Job
from generation.wake import Ear
from providers.many import ManyTransport

log = logging.getLogger(__name__)

TICK = 0.1
# What comes due so soon after each other is asked about together.
GLANCE = 0.05
IDLE_TICK = 0.5
RING_AGAIN = 3.0
DATABASE_AWAY_TICK = 1.0
BESIDE_SECONDS = 2.0
# What is rare and may be a little late is not asked for at every tick.
MEND_SECONDS = 0.4
# Batches of looks in one step, before it is others' turn.
MOST_BATCHES = 4
HAND_OUT = 100
END_AT_ONCE = 50
NOTICES_A_ROUND = 40

Hand = Callable[[int], object]


class Driver:
    """Drives until told to stop. `send` and `fetch` take an id and return at once."""

    def __init__(self, *, send: Hand, fetch: Hand) -> None:
        self._send = send
        self._fetch = fetch
        self._handed: dict[tuple[str, int], float] = {}
        self._window = Window()
        self._mended = float("-inf")

    def step(self, many: ManyTransport) -> int:
        """Do everything that is due now. Returns how many things were."""
        done = look(many)
        if time.monotonic() - self._mended > MEND_SECONDS:
            self._mended = time.monotonic()
            done += attempts.expire_leases() + ingest.free_dead_claims() + end_unwanted()
            done += resolving.resolve_due(many)
        self._forget_handed(time.monotonic())
        done += self._hand_out_sends()
        done += self._hand_out("fetch", self._fetch, self._due_fetches())
        return done

    def _hand_out_sends(self) -> int:
        """Hand out whom the lanes choose, and no more at a time than the senders get done, so
        that who comes next does not stand behind a crowd that has been handed out already."""
        moment = time.monotonic()
        waiting = hand_out.waiting_now()
        ages = {
            one.attempt_id: moment - handed
            for one in waiting
            if (handed := self._handed.get(("send", one.attempt_id))) is not None
        }
        most = self._window.room(ages.values())
        ids = hand_out.due_sends(handed=ages, most=most, waiting=waiting)
        return self._hand_out("send", self._send, ids)

    def _due_fetches(self) -> list[int]:
        due = Asset.objects.filter(state=AssetState.PENDING, next_check_at__lte=clock.now())
        return list(due.order_by("next_check_at").values_list("pk", flat=True)[:HAND_OUT])

    def _hand_out(self, name: str, hand: Hand, ids: list[int]) -> int:
        """Give each id out once in a while, not at every tick while it waits for its turn."""
        moment = time.monotonic()
        fresh = [pk for pk in ids if (name, pk) not in self._handed]
        for pk in fresh:
            self._handed[name, pk] = moment
            hand(pk)
        return len(fresh)

    def _forget_handed(self, moment: float) -> None:
        self._handed = {k: t for k, t in self._handed.items() if moment - t < RING_AGAIN}


class Window:
    """How many sends may be handed out before the senders have begun with them: more while
    they keep up, fewer when one has lain about for long."""

    LEAST, MOST, LONG = 4, HAND_OUT, 0.5

    def __init__(self) -> None:
        self._size = self.LEAST // 2

    def room(self, ages: Iterable[float]) -> int:
        """How many more may be handed out, beside those that lie about for `ages` seconds."""
        lying = list(ages)
        if lying and max(lying) > self.LONG:
            self._size = max(self.LEAST, self._size // 2)
        elif not lying:
            self._size = min(self.MOST, self._size * 2)
        return max(0, self._size - len(lying))


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
        ManyTransport() as many,
    ):
        driver = Driver(
            send=lambda pk: senders.submit(_alone, submitting.submit, pk),
            fetch=lambda pk: fetchers.submit(_alone, ingest.fetch, pk),
        )
        beside, ear = Beside(teller=teller, neighbour=neighbour), Ear()
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
        answers.attend_before_leaving(many)
        # What has begun is finished; what was handed out only is as due as before.
        for pool in (senders, fetchers, teller, neighbour):
            pool.shutdown(wait=False, cancel_futures=True)


class Beside:
    """What goes on beside the driving: signs of life, notices, other rooms' work, chores."""

    def __init__(self, *, teller: Executor, neighbour: Executor) -> None:
        self._teller, self._neighbour = teller, neighbour
        # Chores may take seconds, in which no clip is to be kept waiting for a look.
        self._others: list[Callable[[], object]] = [
            *(import_string(name) for name in settings.DRIVEN_TOO),
            chores.run_if_due,
        ]
        self._looked = 0.0
        self._told: list[Future[None]] = []
        self._done: list[Future[None]] = []

    def look_after(self) -> None:
        """Every few seconds; what is still at work from before is left to it."""
        if time.monotonic() - self._looked <= BESIDE_SECONDS:
            return
        heartbeat.beat("worker")
        heartbeat.beat("scheduler")
        self._looked = time.monotonic()
        if all(one.done() for one in self._told):
            self._told = [self._teller.submit(_alone, telling.tell_due, NOTICES_A_ROUND)]
        if all(one.done() for one in self._done):
            self._done = [self._neighbour.submit(_alone, other) for other in self._others]


def _alone(work: Callable[..., object], *about: object) -> None:
    """Outermost loop of a thread: a defect in one piece of work must not stop the others."""
    close_old_connections()
    try:
        work(*about)
    except Exception:
        log.exception("work_failed task=%s about=%s", getattr(work, "__name__", work), about)
    finally:
        close_old_connections()
