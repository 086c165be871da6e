"""The contract that every adapter keeps. Free of Django and of I/O.

An adapter's method is a generator of steps: it yields a `Call`, is sent the `Reply`, and
returns the outcome. So the same adapter runs over `requests`, over a transport that asks
many vendors at once, and over nothing at all in tests. Transport faults (timeouts, refused
connections) are raised by the transport and never enter the generator.
"""

from collections.abc import Callable, Generator, Mapping
from typing import ClassVar, Protocol, TypeVar

from providers.types import (
    Accepted,
    Call,
    CallbackNews,
    CancelOutcome,
    ClipRequest,
    Progress,
    Reply,
    ResolveKind,
    TaskRef,
    Trace,
)

T = TypeVar("T")
Steps = Generator[Call, Reply, T]


class Adapter(Protocol):
    """One vendor's HTTP, translated.

    Constructed as `Adapter(key=…, base_url=…, **vendor extras)`; never reads settings, models
    or the environment. Every method may raise a class of `providers.errors`.
    """

    provider: ClassVar[str]

    @property
    def resolve_kind(self) -> ResolveKind: ...

    def match_key(self, request: ClipRequest) -> str:
        """A hash of exactly what the vendor's own records echo of a create, known before it
        is sent. Two open submissions with one key could not be told apart by `find`, so the
        engine allows one at a time; different keys may run side by side."""
        ...

    def prepare(self, request: ClipRequest) -> Steps[ClipRequest]:
        """Free calls that must come before the create, such as uploading the picture."""
        ...

    def submit(self, request: ClipRequest, *, client_ref: str) -> Steps[Accepted]:
        """Exactly one call, marked `creates`. Raises the vendor's refusal as a failure class;
        an answer that proves neither acceptance nor refusal raises OutcomeUnknown."""
        ...

    def poll(self, task: TaskRef) -> Steps[Progress]:
        """One look. Errors of the look itself (5xx, 429) are raised and prove nothing about
        the task; a failed task is a Progress with `failure`."""
        ...

    def cancel(self, task: TaskRef) -> Steps[CancelOutcome]: ...

    def find(self, trace: Trace) -> Steps[tuple[str, ...]]:
        """Task ids that may belong to the lost create: empty when none is known to the
        vendor. Raises OutcomeUnknown where the vendor offers no way to ask."""
        ...

    def download(self, url: str) -> Call:
        """The GET that fetches an output; carries a key only where that vendor wants one and
        the address is on the vendor's own host."""
        ...

    def read_callback(self, headers: Mapping[str, str], body: bytes) -> CallbackNews:
        """Verify and read a callback; header names in lower case. Raises CallbackRefused."""
        ...

    def probe(self) -> Steps[None]:
        """A free call that tells whether key and vendor are good; raises a failure class."""
        ...


def run(steps: Steps[T], send: Callable[[Call], Reply]) -> T:
    """Drive an adapter's steps over a transport and return the outcome."""
    try:
        call = next(steps)
        while True:
            call = steps.send(send(call))
    except StopIteration as end:
        outcome: T = end.value
        return outcome
