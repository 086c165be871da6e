"""Whatever happens in whatever order, the engine's books stay those of the vendor.

People take in mistaken bills, decide what differs, change prices and budgets, and close months
meanwhile; in the end the ledger is what was billed, and closed months are as they were.

The same examples are run each time. PROTOCOL_RANDOM=1 takes others, PROTOCOL_EXAMPLES and
PROTOCOL_STEPS more or longer ones; PROTOCOL_SHRINK=0 tells a failure at once, unshortened.
"""

import os
from typing import Any

import hypothesis.strategies as st
from django.db import connection, transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import (
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from accounts.models import Workspace
from generation import jobs, resolving, waypoints
from generation.asks import JobAsk, Refused
from generation.models import Asset, Attempt, Event, Job, LedgerLine
from generation.money.budgets import BudgetExceeded
from generation.submitting import submit
from providers.errors import RateLimited, Unavailable
from providers.types import Tier
from tests.protocol import books
from tests.protocol.bookkeeping import JANUARY, Bookkeeping
from tests.protocol.stage import LEASE_AND_MORE, Stage
from tests.protocol.vendor import ENDS, REFUSALS, TAKEN

EXAMPLES = int(os.environ.get("PROTOCOL_EXAMPLES", "25"))
RANDOM = os.environ.get("PROTOCOL_RANDOM", "") == "1"
SHRINK = (Phase.shrink,) if os.environ.get("PROTOCOL_SHRINK", "1") == "1" else ()
STEPS = int(os.environ.get("PROTOCOL_STEPS", "40"))
DAY = 86_400.0
PROMPTS = ("A lake at dawn, slow pan", "A red kite over a beach")
FINISHES = tuple(word for word in ENDS if not word.startswith("stopped"))
POINTS = ("claimed", "before_send", "sent", "good_noted", "accepted")
ASKS = st.builds(
    JobAsk,
    tier=st.sampled_from(Tier),
    prompt=st.sampled_from(PROMPTS),
    provider=st.sampled_from(["", "pika", "kling", "runway", "sora"]),
    enable_fallback=st.booleans(),
    seed=st.sampled_from([None, 7]),
)


def there_is(state: str) -> Any:
    """A precondition: some attempt is in this state."""
    return precondition(lambda _: Attempt.objects.filter(state=state).exists())


class Crash(BaseException):
    """Ends the work on the spot, past every handler, as a kill does."""


class EngineLife(Bookkeeping):
    """Each example is a database of its own, rolled back at its end."""

    def __init__(self) -> None:
        super().__init__()
        self.undo = transaction.atomic()
        self.undo.__enter__()
        self.stage.set_up(JANUARY)
        self.open_the_office()

    def pick(self, number: int, **filters: Any) -> Attempt | None:
        found = Attempt.objects.filter(**filters).select_related("job__workspace").order_by("pk")
        return found[number % len(found)] if found else None

    @initialize(asks=st.lists(ASKS, min_size=1, max_size=3))
    def begin(self, asks: list[JobAsk]) -> None:
        for ask in asks:
            self.ask(ask)

    @rule(ask=ASKS)
    def ask_more(self, ask: JobAsk) -> None:
        self.ask(ask)

    def ask(self, ask: JobAsk) -> None:
        before = (Job.objects.count(), LedgerLine.objects.count(), Event.objects.count())
        try:
            jobs.create(self.stage.access, ask)
        except (BudgetExceeded, Refused) as refused:
            # The one provider that was wanted has just refused our key, say.
            assert isinstance(refused, BudgetExceeded) or refused.code == "no_offer"
            after = (Job.objects.count(), LedgerLine.objects.count(), Event.objects.count())
            assert after == before

    @there_is("planned")
    @rule(
        number=st.integers(0, 9),
        answer=st.sampled_from(["accepted", *TAKEN, *REFUSALS]),
        meanwhile=st.sampled_from(["", "", "lease", "lease, looked for", "cancel", "lease, bill"]),
    )
    def send(self, number: int, answer: str, meanwhile: str) -> None:
        self.stage.wait(1)
        attempt = self.pick(number, state="planned")
        assert attempt is not None
        self.stage.vendor.answer = answer
        self.stage.vendor.meanwhile = lambda: self.happens(attempt, meanwhile)
        before = self.stage.vendor.creates
        sent = submit(attempt.pk)
        assert sent == (self.stage.vendor.creates == before + 1)
        assert not submit(attempt.pk) or answer in REFUSALS

    def happens(self, attempt: Attempt, meanwhile: str) -> None:
        """While one worker waits for its answer, the others go on."""
        if "lease" in meanwhile:
            self.stage.wait(LEASE_AND_MORE)
        if "looked for" in meanwhile:
            self.stage.resolve()
        if "cancel" in meanwhile:
            self.cancel_job(attempt.job)
        if "bill" in meanwhile:
            for task in self.stage.vendor.of(attempt.client_ref):
                task.ends("ok")
            self.stage.decide(Attempt.objects.get(pk=attempt.pk))
            self.stage.late |= {t.task_id for t in self.stage.vendor.of(attempt.client_ref)}

    @there_is("planned")
    @rule(number=st.integers(0, 9), point=st.sampled_from(POINTS))
    def die_while_sending(self, number: int, point: str) -> None:
        self.stage.wait(1)
        attempt = self.pick(number, state="planned")
        assert attempt is not None

        def hook(name: str) -> None:
            if name == point:
                raise Crash

        waypoints.hook = hook
        try:
            submit(attempt.pk)
        except Crash:
            pass
        finally:
            waypoints.hook = None

    @rule(number=st.integers(0, 9))
    def send_what_is_not_planned(self, number: int) -> None:
        attempt = self.pick(number, state__in=("submitting", "unknown", "accepted", "succeeded"))
        before = self.stage.vendor.creates
        assert attempt is None or submit(attempt.pk) is False
        assert self.stage.vendor.creates == before

    @precondition(lambda self: self.stage.vendor.running())
    @rule(number=st.integers(0, 9), end=st.sampled_from(FINISHES))
    def vendor_ends_a_task(self, number: int, end: str) -> None:
        running = self.stage.vendor.running()
        task = running[number % len(running)]
        known = Attempt.objects.filter(client_ref=task.client_ref, state="accepted").exists()
        # A bill that nobody has read a task id of is settled at the price that was held.
        task.ends("ok" if end == "dearer" and not known else end)

    @there_is("accepted")
    @rule(error=st.sampled_from([None, None, RateLimited("slow down"), Unavailable("closed")]))
    def look(self, error: RateLimited | Unavailable | None) -> None:
        self.stage.vendor.look_error = error
        self.stage.look()
        self.stage.vendor.look_error = None

    @there_is("unknown")
    @rule()
    def resolve(self) -> None:
        self.stage.resolve()

    @precondition(lambda _: Asset.objects.filter(state="pending").exists())
    @rule(file=st.sampled_from(["good", "good", "expired", "black"]))
    def fetch(self, file: str) -> None:
        self.stage.file = file
        self.stage.fetch()

    @precondition(lambda self: self.stage.vendor.tasks)
    @rule(number=st.integers(0, 99))
    def callback(self, number: int) -> None:
        tasks = list(self.stage.vendor.tasks.values())
        self.stage.tell(tasks[number % len(tasks)])

    @precondition(lambda _: Job.objects.filter(state__in=("queued", "processing")).exists())
    @rule(number=st.integers(0, 9), end=st.sampled_from(["", "stopped", "stopped, charged"]))
    def cancel(self, number: int, end: str) -> None:
        self.stage.vendor.on_cancel = end
        open_jobs = list(Job.objects.filter(state__in=("queued", "processing")).order_by("pk"))
        self.cancel_job(open_jobs[number % len(open_jobs)])

    def cancel_job(self, job: Job) -> None:
        done = jobs.request_cancel(job).done
        job.refresh_from_db()
        assert done == (job.state == "cancelled")

    @there_is("unknown")
    @rule(number=st.integers(0, 9), consent=st.booleans())
    def a_person_decides(self, number: int, consent: bool) -> None:
        attempt = self.pick(number, state="unknown")
        assert attempt is not None
        if consent:
            resolving.continue_elsewhere(attempt, consent="consent of ann")
        else:
            self.stage.decide(attempt)

    @rule(ask=st.booleans(), moderated=st.booleans())
    def change_the_policy(self, ask: bool, moderated: bool) -> None:
        Workspace.objects.update(
            unknown_outcome="ask" if ask else "continue", moderation_fallback=moderated
        )

    @rule(seconds=st.sampled_from([LEASE_AND_MORE, 4000.0, 20 * DAY]))
    def time_goes_by(self, seconds: float) -> None:
        self.stage.wait(seconds)

    @rule()
    def accounts_come_back(self) -> None:
        self.stage.reopen_accounts()

    @rule()
    def sweep(self) -> None:
        self.stage.sweep()

    @invariant()
    def the_books_are_sound(self) -> None:
        books.sound(self.stage.vendor, late=self.stage.late, by_bill=self.stage.by_bill)

    def teardown(self) -> None:
        try:
            self.stage.bring_to_rest()
            books.quiet(self.stage.vendor, by_bill=self.stage.by_bill)
            self.settle_the_bills()
            books.quiet(self.stage.vendor, by_bill=self.stage.by_bill)
            self.the_ledger_is_the_bill()
            self.closed_months_are_as_they_were()
        finally:
            transaction.set_rollback(True)
            self.undo.__exit__(None, None, None)


def test_the_books_stay_sound_whatever_happens(stage: Stage, the_market_follows: None) -> None:
    EngineLife.stage = stage
    run_state_machine_as_test(
        EngineLife,
        settings=settings(
            # The books are the same on PostgreSQL, and each question takes longer there.
            max_examples=EXAMPLES if connection.vendor == "sqlite" else max(1, EXAMPLES // 4),
            stateful_step_count=STEPS,
            derandomize=not RANDOM,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=(Phase.explicit, Phase.generate, *SHRINK),
        ),
    )
