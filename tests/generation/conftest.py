"""The engine at work against the running sandbox, one step at a time and without any broker."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import timedelta

import pytest

from accounts.access import Access
from accounts.models import Mode, Role, User, Workspace
from generation import batches, clock, ingest, jobs, submitting
from generation.asks import JobAsk
from generation.driver import Driver, anything_open
from generation.models import Asset, Attempt, Job, LearnedFrom, LedgerLine, ProviderTask
from generation.money.invariants import breaches
from providers import clients
from providers.many import ManyTransport
from providers.types import Tier
from tests.sandbox_server import SandboxServer
from tests.shop import stock


@pytest.fixture(scope="session")
def sandbox_process() -> Iterator[SandboxServer]:
    with SandboxServer(scale=0.1) as server:
        yield server


@pytest.fixture
def sandbox(sandbox_process: SandboxServer, settings) -> SandboxServer:
    sandbox_process.reset()
    # One clip a model, length and size is drawn and kept; drawing each is the sandbox's own test.
    sandbox_process.control("footage", {"style": "plain"})
    clients._built.cache_clear()  # a reset vendor has forgotten what an adapter set up there
    settings.SANDBOX_URL = sandbox_process.base
    settings.RING_THE_BELL = False
    settings.UNKNOWN_GRACE_SECONDS = {"live": 180, "test": 1}
    return sandbox_process


@pytest.fixture
def shop(db) -> None:
    """Offers and prices are in the database."""
    stock()


@pytest.fixture
def workspace(db) -> Workspace:
    return Workspace.objects.create(slug="acme", name="Acme Agency")


@pytest.fixture
def access(workspace: Workspace) -> Access:
    user = User.objects.create_user("ann", password=None)
    return Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER, user_id=user.pk)


@dataclass
class Engine:
    """Asks for jobs and drives them; `drive` returns when nothing is left to do."""

    access: Access
    sandbox: SandboxServer
    crashes: list[str] = field(default_factory=list)

    def ask(self, prompt: str, **more) -> Job:
        ask = JobAsk(prompt=prompt, **{"tier": Tier.DRAFT, **more})
        return jobs.create(self.access, ask)

    def drive(self, *, seconds: float = 90.0, until=None) -> None:
        driver = Driver(send=submitting.submit, fetch=ingest.fetch)
        ends = time.monotonic() + seconds
        with ManyTransport() as many:
            while time.monotonic() < ends:
                driver._handed.clear()
                driver.step(many)
                if until() if until else not anything_open():
                    return
                time.sleep(0.03)
        raise AssertionError(f"not at rest after {seconds} s: {self.picture()}")

    def run(self, prompt: str, **more) -> Job:
        job = self.ask(prompt, **more)
        self.drive()
        job.refresh_from_db()
        return job

    def picture(self) -> list[tuple[str, str, str]]:
        rows = Attempt.objects.order_by("id").values_list("provider", "state", "reason")
        return [*rows, *Asset.objects.values_list("uid", "state", "reason")]

    def attempts(self, job: Job) -> list[tuple[str, str]]:
        return list(job.attempts.order_by("seq").values_list("provider", "state"))

    def held(self) -> int:
        return sum(line.held_delta for line in LedgerLine.objects.all())

    def booked(self) -> dict[str, int]:
        """Micros by vendor task, as our ledger has them."""
        books: dict[str, int] = {}
        for line in LedgerLine.objects.exclude(task_id=""):
            if line.spent_delta:
                books[line.task_id] = books.get(line.task_id, 0) + line.spent_delta
        return books

    def invoiced(self) -> dict[str, int]:
        """Micros by task, as the sandbox's invoice has them."""
        return {
            line["task_id"]: line["amount_micros"]
            for line in self.sandbox.invoice()
            if line["amount_micros"]
        }

    def assert_at_rest(self) -> None:
        assert self.held() == 0
        assert self.booked() == self.invoiced()
        assert [str(breach) for breach in breaches()] == []


@pytest.fixture
def engine(shop, access: Access, sandbox: SandboxServer) -> Iterator[Engine]:
    yield Engine(access=access, sandbox=sandbox)
    clock.shift(0)


@pytest.fixture
def under_way(shop, access: Access, settings) -> Callable[[int], list[Attempt]]:
    """Makes attempts that a vendor has accepted and that are due for a look."""
    settings.RING_THE_BELL = False
    return lambda count: accepted(access, count)


def accepted(access: Access, count: int) -> list[Attempt]:
    """New attempts as a vendor's acceptance leaves them, due for a look."""
    asks = [JobAsk(prompt=f"A lake {n}", tier=Tier.DRAFT) for n in range(count)]
    admitted = batches.create(access, asks, use_cost_optimization=False)
    moment = clock.now()
    made = Attempt.objects.filter(job__batch=admitted.batch).order_by("pk")
    for attempt in made:
        Attempt.objects.filter(pk=attempt.pk).update(
            state="accepted",
            submit_started_at=moment,
            accepted_at=moment - timedelta(seconds=2),
            next_check_at=moment,
            task_id=f"task-{attempt.pk}",
        )
        ProviderTask.objects.create(
            account=attempt.account,
            task_id=f"task-{attempt.pk}",
            attempt=attempt,
            learned_from=LearnedFrom.RESPONSE,
        )
    admitted.batch.jobs.update(state="processing", started_at=moment)
    return list(made.all())
