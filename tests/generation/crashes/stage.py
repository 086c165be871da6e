"""One worker after the other on one database: each dies at the named point, the next goes on.

The vendors are the real sandbox, with nothing to wait for. Our own waiting is skipped by moving
our clock to what is due next.
"""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q

from generation import (
    callbacks,
    clock,
    decisions,
    idempotency,
    ingest,
    jobs,
    orphans,
    submitting,
    waypoints,
)
from generation.asks import JobAsk
from generation.choices import ATTEMPT_LIVE, JOB_OPEN
from generation.driver import Driver, anything_open
from generation.idempotency import Answer
from generation.models import Asset, Attempt, Job, ProviderTask
from providers.errors import CallbackRefused
from providers.many import ManyTransport
from tests.generation.conftest import Engine
from tests.generation.crashes.letterbox import Letterbox

ROUNDS = 600
DEATHS = 2
UNSURE = ("planned", "submitting", "unknown")
# The vendor's own work, in real time; nothing is concluded from how long it takes. On a busy
# machine it takes long, and our clock must not run away from it meanwhile.
WHILE_VENDORS_WORK, WHILE_THEY_ARE_SLOW = 0.02, 0.1
SLOW_FROM = 200  # rounds


class Crash(BaseException):
    """Ends the work on the spot, past every handler, as a kill does."""


@dataclass
class Stage:
    """`kind` is how the vendor lets us find a lost create, K1 to K4. `hears` says whether its
    callbacks arrive; in kind K3 nothing else tells of a lost create."""

    engine: Engine
    kind: str
    provider: str
    many: ManyTransport
    letterbox: Letterbox
    act: Callable[["Stage"], None] = lambda stage: None
    hears: bool = False
    lives: int = 1
    visits: Counter[str] = field(default_factory=Counter)
    asked: list[Job] = field(default_factory=list)
    later: "list[Callable[[], object]]" = field(default_factory=list)
    moved: float = 0.0

    # --- the worker and its deaths

    def me(self) -> str:
        return f"worker {self.lives}"

    def is_dead(self, owner: str) -> bool:
        return owner != self.me()

    @contextmanager
    def dying(self, point: str) -> Iterator[None]:
        """Who passes `point` for the first time dies there, and who passes it next as well."""

        def hook(name: str) -> None:
            self.visits[name] += 1
            if name == point and self.lives <= DEATHS and _matters(name):
                self.lives += 1
                raise Crash(name)

        waypoints.hook = hook
        try:
            yield
        finally:
            waypoints.hook = None

    def outlive(self, work: Callable[[], Any]) -> Any:
        """What `work` returns, done again from the start by the next worker if one dies at it."""
        while True:
            try:
                return work()
            except Crash:
                self.bury()

    def bury(self) -> None:
        """What the dead have asked is answered to nobody."""
        self.many.__exit__(None, None, None)
        self.many.__enter__()

    def drive(self) -> None:
        """Work until everything is at rest."""
        for number in range(ROUNDS):
            try:
                done = self._round()
            except Crash:
                self.bury()
                continue
            if not done and not self._open():
                return
            if not done:
                self._wait(WHILE_VENDORS_WORK if number < SLOW_FROM else WHILE_THEY_ARE_SLOW)
        raise AssertionError(f"not at rest: {self.engine.picture()}")

    def _round(self) -> int:
        self.act(self)
        if self.later and not Attempt.objects.filter(state__in=UNSURE).exists():
            self.later.pop(0)()
        driver = Driver(send=submitting.submit, fetch=ingest.fetch)
        # Callbacks come last, so that whatever else there is has had its turn.
        done = driver.step(self.many) + self._decide()
        return done or orphans.book_late_tasks(self.many) or self._hear()

    def _open(self) -> bool:
        if self.later:
            return True
        open_jobs = Job.objects.filter(state__in=JOB_OPEN)
        late = bool(orphans.unbooked()) or (self.hears and self.letterbox.anything)
        return anything_open() or open_jobs.exists() or late

    def _wait(self, while_vendors_work: float) -> None:
        """Move our clock to what is due next; give the vendor a moment where it is at work."""
        due: list[datetime] = [
            *Attempt.objects.filter(state__in=ATTEMPT_LIVE).values_list("next_check_at", flat=True),
            *Asset.objects.filter(state="pending").values_list("next_check_at", flat=True),
        ]
        first = min(due, default=clock.now() + timedelta(seconds=1))
        seconds = (first - clock.now()).total_seconds()
        if Attempt.objects.filter(state="accepted").exists() or not due:
            time.sleep(while_vendors_work)
            seconds = min(seconds, 0.3)
        self.pass_time(max(seconds, 0.0) + 0.001)

    def pass_time(self, seconds: float) -> None:
        self.moved += seconds
        clock.shift(self.moved)

    # --- the people around

    def ask(self, words: str = "", *, prompt: str = "", **more: Any) -> Job:
        """One job, asked for with a key until there is an answer, as a careful caller does."""
        number = len(self.asked)
        prompt = prompt or f"A lake at dawn, {self.kind}, number {number} {words}".strip()
        given = {"provider": self.provider, "tier": TIERS[self.provider], "seconds": 3, **more}
        ask = JobAsk(prompt=prompt, **given)

        def effect() -> Answer:
            return Answer(status=202, body={"job": jobs.create(self.engine.access, ask).pk})

        def asking() -> Answer:
            return idempotency.once(
                self.engine.access, key=f"key {number}", request_hash=prompt[:64], effect=effect
            )

        job = Job.objects.get(pk=self.outlive(asking).body["job"])
        if self.kind == "K4":
            _use_plain_endpoints(job)
        self.asked.append(job)
        return job

    def _hear(self) -> int:
        """Take in the callbacks that have come; one that got no answer comes again."""
        heard = 0
        while self.hears and (letter := self.letterbox.first()) is not None:
            try:
                attempt = callbacks.attempt_for(letter.provider, letter.mode, letter.token)
                callbacks.receive(attempt, letter.headers, letter.body)
            except (callbacks.UnknownToken, CallbackRefused):
                pass
            self.letterbox.done()
            heard += 1
        return heard

    def _decide(self) -> int:
        """A person looks at the vendor's own page and says what became of a doubtful request."""
        asked_for = Q(job__attention="ambiguous") | Q(parked=True)
        doubtful = Attempt.objects.filter(asked_for, state="unknown").select_related("job")
        return sum(self._say(attempt) for attempt in doubtful)

    def _say(self, attempt: Attempt) -> bool:
        known = set(ProviderTask.objects.values_list("task_id", flat=True))
        theirs = [
            task
            for task in self.engine.sandbox.tasks()
            if task["prompt"] == attempt.job.prompt and task["task_id"] not in known
        ]
        if not theirs:
            return decisions.resolve_unknown(attempt, billed=False, by="ann")
        bill = self.engine.invoiced()
        if self.kind == "K3" or theirs[0]["task_id"] not in bill:
            return False  # its callback, or its end, is still to come
        [task] = theirs
        return decisions.resolve_unknown(
            attempt,
            billed=True,
            by="ann",
            micros=bill[task["task_id"]],
            task_id=task["task_id"],
        )


# These are passed at every tick; a death there says something only where there is something.
CLAIMS = {"looks_claimed": "accepted", "doubts_claimed": "unknown"}


def _matters(point: str) -> bool:
    state = CLAIMS.get(point)
    return state is None or Attempt.objects.filter(state=state).exists()


TIERS: dict[str, Any] = {"kling": "draft", "pika": "draft", "runway": "standard", "sora": "master"}


def _use_plain_endpoints(job: Job) -> None:
    """Runway without its router, where a lost create is on no list."""
    Job.objects.filter(pk=job.pk).update(route=[_plain(leg) for leg in job.route])
    for attempt in job.attempts.all():
        Attempt.objects.filter(pk=attempt.pk).update(leg=_plain(attempt.leg))
    job.refresh_from_db()


def _plain(leg: dict[str, Any]) -> dict[str, Any]:
    return {**leg, "transport": "plain"} if leg["provider"] == "runway" else leg
