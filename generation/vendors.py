"""The adapter and the transport that one attempt talks through."""

from collections.abc import Callable
from typing import TypeVar

from generation.models import Attempt
from providers import call_figures
from providers.base import Adapter, Steps
from providers.clients import adapter_for
from providers.transports import transport_for
from providers.types import Asking, Call, GenerationMode, Reply, TaskRef

T = TypeVar("T")


def adapter_of(attempt: Attempt) -> Adapter:
    return adapter_for(attempt.provider, attempt.mode, transport=attempt.leg["transport"])


def send_for(attempt: Attempt) -> Callable[[Call], Reply]:
    return transport_for(attempt.provider, attempt.mode).send


def asked(attempt: Attempt, verb: str, steps: Steps[T]) -> Steps[T]:
    """The steps, counted under this verb for the attempt's account."""
    return call_figures.asked(steps, asking(attempt, verb))


def asking(attempt: Attempt, verb: str) -> Asking:
    return Asking(attempt.provider, attempt.mode, verb)


def task_of(attempt: Attempt, *, called_back: bool = False) -> TaskRef:
    return TaskRef(
        task_id=attempt.task_id,
        model=attempt.model,
        generation_mode=GenerationMode(attempt.job.generation_mode),
        called_back=called_back,
    )
