"""A vendor in memory with the four providers' ways of being asked, and a bill of its own.

It does at once what it is told to do next, so that a test decides each answer. Prices are
written here a second time, in micro-dollars a second, not read from the product's catalogue.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import TypeVar

from providers.base import Steps
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    NotSent,
    OutcomeUnknown,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.types import (
    Accepted,
    CancelOutcome,
    ClipRequest,
    Progress,
    ResolveKind,
    TaskRef,
    TaskState,
    Trace,
    VendorCost,
)

T = TypeVar("T")

PER_SECOND = {"pika": 20_000, "kling": 30_000, "runway": 50_000, "sora": 250_000}
KINDS = {
    "kling": ResolveKind.CLIENT_ID,
    "sora": ResolveKind.LIST,
    "pika": ResolveKind.CALLBACK,
    "runway": ResolveKind.BILL,
}
REFUSALS: Mapping[str, Callable[[], ProviderError]] = {
    "invalid": lambda: Invalid("the prompt is too long"),
    "moderated": lambda: Moderated("not this content"),
    "auth": lambda: AuthRefused("no such key"),
    "busy": lambda: RateLimited("slow down", retry_after=1.0),
    "down": lambda: Unavailable("closed"),
    "unsent": lambda: NotSent("connection refused"),
    "lost": lambda: OutcomeUnknown("no answer"),
}
TAKEN = ("accepted", "answer lost")
ENDS: Mapping[str, TaskState] = {
    "ok": TaskState.SUCCEEDED,
    "dearer": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
    "failed, charged": TaskState.FAILED,
    "denied, charged": TaskState.FAILED,
    "stopped": TaskState.CANCELLED,
    "stopped, charged": TaskState.CANCELLED,
}


@dataclass
class Task:
    """`end` is a word of ENDS, empty while it runs; `bill` is what the vendor charges, and
    `agreed` what the price list said when the request was planned."""

    task_id: str
    provider: str
    model: str
    client_ref: str
    prompt: str
    price: int
    agreed: int
    made_at: datetime
    now: Callable[[], datetime]
    end: str = ""
    bill: int = 0
    ended_on: date = date.max

    def ends(self, word: str) -> None:
        free = word in ("failed", "stopped")
        self.end, self.bill = word, 0 if free else self.price + 7 * (word == "dearer")
        self.ended_on = self.now().date()

    @property
    def owed(self) -> int:
        """What is charged or may yet be, as far as it could be known beforehand."""
        return min(self.bill, self.agreed) if self.end else min(self.price, self.agreed)


@dataclass
class Vendor:
    """`answer` is given to the next create, after `meanwhile` has happened; both hold once."""

    now: Callable[[], datetime]
    tasks: dict[str, Task] = field(default_factory=dict)
    answer: str = "accepted"
    meanwhile: Callable[[], object] | None = None
    creates: int = 0
    look_error: ProviderError | None = None
    on_cancel: str = ""
    prices: dict[str, list[tuple[datetime, int]]] = field(default_factory=dict)
    planned_at: Callable[[str], datetime] | None = None

    def per_second(self, provider: str, *, at: datetime) -> int:
        """The vendor's own price list: micro-dollars a second at a moment."""
        begun = [price for since, price in self.prices.get(provider, ()) if since <= at]
        return begun[-1] if begun else PER_SECOND[provider]

    def create(self, provider: str, request: ClipRequest, *, client_ref: str) -> Accepted:
        answer, meanwhile = self.answer, self.meanwhile
        self.answer, self.meanwhile = "accepted", None
        self.creates += 1
        task = self._make(provider, request, client_ref) if answer in TAKEN else None
        if meanwhile is not None:
            meanwhile()
        if task is None:
            raise REFUSALS[answer]()
        if answer == "answer lost":
            raise OutcomeUnknown("no answer")
        return Accepted(task_id=task.task_id)

    def _make(self, provider: str, request: ClipRequest, client_ref: str) -> Task:
        planned = self.planned_at(client_ref) if self.planned_at else self.now()
        task = Task(
            task_id=f"{provider}-{len(self.tasks) + 1}",
            provider=provider,
            model=request.model,
            client_ref=client_ref,
            prompt=request.prompt,
            price=self.per_second(provider, at=self.now()) * request.seconds,
            agreed=self.per_second(provider, at=planned) * request.seconds,
            made_at=self.now(),
            now=self.now,
        )
        self.tasks[task.task_id] = task
        return task

    def again(self, task: Task) -> Task:
        """The same request taken twice, as from a sender that was frozen on its way."""
        second = replace(task, task_id=f"{task.task_id}-again", end="", bill=0)
        self.tasks[second.task_id] = second
        return second

    def look(self, task_id: str) -> Progress:
        if error := self.look_error:
            self.look_error = None
            raise error
        task = self.tasks[task_id]
        if not task.end:
            return Progress(state=TaskState.PROCESSING, percent=40)
        failures = {
            "failed": Unavailable("broke", billed=False),
            "failed, charged": Unavailable("broke", billed=True),
            "denied, charged": Moderated("not this content", billed=None),
        }
        silent = task.end in ("ok", "failed", "failed, charged")  # the price list tells these
        return Progress(
            state=ENDS[task.end],
            failure=failures.get(task.end),
            output_url=f"https://vendor.example/{task_id}.mp4",
            cost=None if silent else _cost(task),
        )

    def cancel(self, task_id: str) -> CancelOutcome:
        task = self.tasks[task_id]
        if task.end:
            return CancelOutcome.TOO_LATE
        if not self.on_cancel:
            return CancelOutcome.UNSUPPORTED
        task.ends(self.on_cancel)
        return CancelOutcome.CANCELLED

    def find(self, provider: str, trace: Trace) -> tuple[str, ...]:
        own = [task for task in self.tasks.values() if task.provider == provider]
        if KINDS[provider] == ResolveKind.CLIENT_ID:
            return tuple(task.task_id for task in own if task.client_ref == trace.client_ref)
        if KINDS[provider] != ResolveKind.LIST:
            raise OutcomeUnknown("no way to ask")
        earliest = trace.since - timedelta(minutes=5)
        alike = [t for t in own if t.prompt == trace.request.prompt and t.made_at >= earliest]
        return tuple(task.task_id for task in alike if task.task_id not in trace.known)

    def of(self, client_ref: str) -> list[Task]:
        return [task for task in self.tasks.values() if task.client_ref == client_ref]

    def running(self) -> list[Task]:
        return [task for task in self.tasks.values() if not task.end]


@dataclass(frozen=True)
class FakeAdapter:
    """The adapter contract as steps without any call."""

    vendor: Vendor
    provider: str

    @property
    def resolve_kind(self) -> ResolveKind:
        return KINDS[self.provider]

    def match_key(self, request: ClipRequest) -> str:
        listed = KINDS[self.provider] == ResolveKind.LIST
        return f"{request.model} {request.prompt}"[:80] if listed else ""

    def prepare(self, request: ClipRequest) -> Steps[ClipRequest]:
        return _at_once(lambda: request)

    def submit(self, request: ClipRequest, *, client_ref: str) -> Steps[Accepted]:
        return _at_once(lambda: self.vendor.create(self.provider, request, client_ref=client_ref))

    def poll(self, task: TaskRef) -> Steps[Progress]:
        return _at_once(lambda: self.vendor.look(task.task_id))

    def cancel(self, task: TaskRef) -> Steps[CancelOutcome]:
        return _at_once(lambda: self.vendor.cancel(task.task_id))

    def find(self, trace: Trace) -> Steps[tuple[str, ...]]:
        return _at_once(lambda: self.vendor.find(self.provider, trace))


def _at_once(work: Callable[[], T]) -> Steps[T]:
    """Steps that end without asking for a call."""
    outcome = work()
    yield from ()
    return outcome


def _cost(task: Task) -> VendorCost:
    return VendorCost(micros=task.bill, native_amount=str(task.bill), native_unit="micros")
