"""The engine on a clock of the test's own, with a vendor in memory and files made up."""

from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from accounts.access import Access
from accounts.models import Mode, Role, User, Workspace
from footage.errors import BadClip, ClipFault
from generation import attempts, clock, decisions, ingest, orphans, outcomes, polling, resolving
from generation.choices import ATTEMPT_LIVE
from generation.driver import anything_open
from generation.models import (
    Asset,
    Attempt,
    Budget,
    BudgetKind,
    BudgetPeriod,
    LearnedFrom,
    PeriodKind,
    ProviderTask,
)
from generation.money import budgets
from generation.submitting import submit
from providers.base import Steps
from providers.errors import ProviderError, Unavailable
from providers.models import Circuit, ProviderAccount
from tests.generation.answers_at_once import AnswersAtOnce
from tests.protocol.vendor import FakeAdapter, Task, Vendor

# Before any real moment: the market reads real time, and every pause is then over for it.
MORNING = datetime(2020, 6, 1, 8, tzinfo=UTC)
LEASE_AND_MORE = attempts.LEASE_SECONDS + 1


class Straight(AnswersAtOnce):
    """Asks one after the other, without a network."""

    def ask_all(self, questions: list[Steps[Any]]) -> list[Any]:
        return [self._ask(question) for question in questions]

    def _ask(self, steps: Steps[Any]) -> Any:
        try:
            next(steps)
        except StopIteration as end:
            return end.value
        except ProviderError as failure:
            return failure
        raise AssertionError("the vendor in memory asks for no call")


class Stage:
    """One example's world. `late` are tasks that the sweep has still to book, and `by_bill`
    jobs whose cost or outcome a person took from a bill, which may be wrong."""

    many: Any = Straight()

    def set_up(self, morning: datetime = MORNING) -> None:
        self.moment = morning
        self.by_bill: set[int] = set()
        self.vendor = Vendor(now=self.time)
        self.file = "good"
        self.late: set[str] = set()
        self.workspace = Workspace.objects.create(slug="acme", name="Acme Agency")
        user = User.objects.create_user("ann", password=None)
        self.access = Access(
            workspace_id=self.workspace.pk, mode=Mode.TEST, role=Role.OWNER, user_id=user.pk
        )
        self._budget("In all", BudgetKind.WORKSPACE, limit_micros=3_000_000)
        self._budget("Kling", BudgetKind.PROVIDER, provider="kling", period=PeriodKind.MONTHLY)

    def _budget(self, name: str, kind: BudgetKind, **terms: Any) -> None:
        Budget.objects.create(
            workspace=self.workspace,
            mode=Mode.TEST,
            name=name,
            kind=kind,
            starts_on=date(2020, 1, 1),
            **{"limit_micros": 1_000_000, **terms},
        )

    def limit(self, micros: int) -> None:
        """Set the limit of every budget and of what runs of it."""
        Budget.objects.update(limit_micros=micros)
        BudgetPeriod.objects.update(limit_micros=micros)

    def time(self) -> datetime:
        return self.moment

    def wait(self, seconds: float) -> None:
        """Time goes by; somebody always looks after leases."""
        self.moment += timedelta(seconds=seconds)
        attempts.expire_leases()

    def finished(self, asset: Asset, _attempt: Attempt, _job: object, folder: Path) -> Any:
        """What arrives when a clip is fetched."""
        if self.file == "expired":
            raise Unavailable("the address has expired")
        if self.file == "black":
            raise BadClip("the clip is black", ClipFault.BLACK)
        (folder / "clip.mp4").write_bytes(asset.uid.encode())
        (folder / "thumbnail.jpg").write_bytes(asset.uid.encode())
        return ingest.Finished(
            clip=folder / "clip.mp4",
            picture=folder / "thumbnail.jpg",
            facts=SimpleNamespace(width=1280, height=720, seconds=5.0),  # type: ignore[arg-type]
            sha256=f"{asset.pk:064x}",
        )

    def look(self) -> None:
        self.wait(40)
        polling.poll_due(self.many)

    def resolve(self) -> None:
        self.wait(50)
        resolving.resolve_due(self.many)

    def fetch(self) -> None:
        self.wait(60)
        for asset in Asset.objects.filter(state="pending"):
            ingest.fetch(asset.pk)

    def tell(self, task: Task) -> None:
        """The fact that a task exists reaches us, by whatever way and however late."""
        attempt = Attempt.objects.select_related("job").get(client_ref=task.client_ref)
        fresh = not ProviderTask.objects.filter(task_id=task.task_id).exists()
        if fresh and attempt.state not in ATTEMPT_LIVE:
            self.late.add(task.task_id)
        outcomes.accept(
            attempt, task_id=task.task_id, learned_from=LearnedFrom.CALLBACK, first_look=1.0
        )

    def decide(self, attempt: Attempt) -> None:
        """A person reads the vendor's bill, which lists only what has ended."""
        tasks = self.vendor.of(attempt.client_ref)
        if attempt.state == "unknown" and all(task.end for task in tasks):
            billed = any(task.bill for task in tasks)
            decisions.resolve_unknown(attempt, billed=billed, by="ann")

    def sweep(self) -> None:
        self.wait(3)
        orphans.book_late_tasks(self.many)
        self.late = {task.task_id for task in orphans.unbooked()}

    def reopen_accounts(self) -> None:
        ProviderAccount.objects.update(circuit=Circuit.CLOSED, circuit_until=None)

    def bring_to_rest(self) -> None:
        """The vendor behaves from now on, a person reads the bill, and time goes by."""
        self.vendor.answer, self.vendor.meanwhile, self.file = "accepted", None, "good"
        for _ in range(60):
            self.wait(310)
            self.reopen_accounts()
            for task in self.vendor.running():
                task.ends("ok")
            self.look()
            self.resolve()
            for attempt in Attempt.objects.filter(state="unknown").select_related("job"):
                self.decide(attempt)
            for attempt in Attempt.objects.filter(state="planned"):
                submit(attempt.pk)
            self.fetch()
            self.sweep()
            if not anything_open() and not self.late and not self.vendor.running():
                return
        raise AssertionError(f"not at rest: {list(Attempt.objects.values_list('state', 'reason'))}")


def take_the_stage(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put the clock, the vendor and the files of `stage` under the engine."""
    monkeypatch.setattr(clock, "now", stage.time)
    monkeypatch.setattr("django.utils.timezone.now", stage.time)
    monkeypatch.setattr(
        "generation.vendors.adapter_for",
        lambda provider, _mode, transport="": FakeAdapter(stage.vendor, provider),
    )
    monkeypatch.setattr("generation.vendors.transport_for", lambda *_: SimpleNamespace(send=None))
    monkeypatch.setattr(ingest, "_finished", stage.finished)
    monkeypatch.setattr("generation.durations._measured", lambda *_: None)
    monkeypatch.setattr(budgets, "take_holds", _watched(budgets.take_holds))


def _watched(take_holds: Callable[[Mapping[int, int]], None]) -> Any:
    """No hold is ever taken beyond a hard limit, whatever has been settled before."""

    def watched(totals: Mapping[int, int]) -> None:
        take_holds(totals)
        for period in BudgetPeriod.objects.filter(pk__in=totals, hard=True):
            assert period.left_micros >= 0, f"{period} is overdrawn by a hold"

    return watched
