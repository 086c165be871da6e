"""The adapter and the transport that one attempt talks through."""

from collections.abc import Callable

from generation.models import Attempt
from providers.base import Adapter
from providers.clients import adapter_for
from providers.transports import transport_for
from providers.types import Call, GenerationMode, Reply, TaskRef


def adapter_of(attempt: Attempt) -> Adapter:
    return adapter_for(attempt.provider, attempt.mode, transport=attempt.leg["transport"])


def send_for(attempt: Attempt) -> Callable[[Call], Reply]:
    return transport_for(attempt.provider, attempt.mode).send


def task_of(attempt: Attempt, *, called_back: bool = False) -> TaskRef:
    return TaskRef(
        task_id=attempt.task_id,
        model=attempt.model,
        generation_mode=GenerationMode(attempt.job.generation_mode),
        called_back=called_back,
    )
