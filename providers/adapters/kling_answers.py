"""What Kling's answers mean: error codes, tasks of both standards, deductions."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from providers.adapters.verdicts import (
    as_object,
    create_verdict,
    look_verdict,
    objects_in,
    text_of,
)
from providers.answers import parsed, safe_reason
from providers.errors import (
    AuthRefused,
    Invalid,
    Moderated,
    OutcomeUnknown,
    OutOfCredits,
    OutputBad,
    ProviderError,
    RateLimited,
    Unavailable,
)
from providers.micros import decimal_from_micros, micros_from_decimal
from providers.types import Progress, Reply, TaskState, VendorCost

PROVIDER = "kling"
UNIT_PRICE = Decimal("0.14")  # USD of one video unit, list price

# HTTP 429 says little at Kling: the code tells an empty pack from a queue that is full.
CODES: Mapping[str, type[ProviderError]] = {
    "1000": AuthRefused,
    "1001": AuthRefused,
    "1002": AuthRefused,
    "1003": AuthRefused,
    "1004": AuthRefused,
    "1100": OutOfCredits,
    "1101": OutOfCredits,
    "1102": OutOfCredits,
    "1103": AuthRefused,
    "1200": Invalid,
    "1201": Invalid,
    "1202": Invalid,
    "1203": Invalid,
    "1300": Moderated,
    "1301": Moderated,
    "1302": RateLimited,
    "1303": RateLimited,
    "1304": AuthRefused,
    "5000": Unavailable,
    "5001": Unavailable,
    "5002": Unavailable,
}
# An internal error or timeout leaves open whether the task was made; maintenance does not.
AMBIGUOUS_ON_CREATE = frozenset({"5000", "5002"})
UNKNOWN_TASK = frozenset({"1201", "1203"})
STATES: Mapping[str, TaskState] = {
    "submitted": TaskState.QUEUED,
    "processing": TaskState.PROCESSING,
    "succeeded": TaskState.SUCCEEDED,
    "succeed": TaskState.SUCCEEDED,
    "failed": TaskState.FAILED,
}
# Failed tasks carry no code, only a sentence.
MODERATION_WORDS = re.compile(r"risk control|content|policy|sensitive|violat", re.IGNORECASE)
INVALID_WORDS = re.compile(
    r"invalid|resolution|aspect ratio|format|size|duration|specification", re.IGNORECASE
)
USED_ID_WORDS = re.compile(r"external|duplicate|already exist|repeat", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class KlingTask:
    """A task as either standard describes it."""

    task_id: str
    client_ref: str
    status: str
    message: str
    output_url: str
    cost: VendorCost | None


def create_error(reply: Reply, *, client_ref: str) -> ProviderError:
    """Why a create call brought no task.

    A parameter error about our own id means that the id is used, so the first try of this
    very attempt was accepted: OutcomeUnknown, and the task is found by the id.
    """
    code, message = _code_and_message(reply)
    kind = CODES.get(code)
    if code in AMBIGUOUS_ON_CREATE:
        kind = OutcomeUnknown
    if code == "1201" and (client_ref in message or USED_ID_WORDS.search(message)):
        kind = OutcomeUnknown
    return create_verdict(reply, provider=PROVIDER, kind=kind, code=code, reason=message)


def look_error(reply: Reply) -> ProviderError:
    """Why a free call failed; never says anything about a task."""
    code, message = _code_and_message(reply)
    return look_verdict(reply, provider=PROVIDER, kind=CODES.get(code), code=code, reason=message)


def data_of(reply: Reply) -> Any:
    """The `data` of a good answer, None when the answer is not good."""
    body = parsed(reply)
    if reply.status != 200 or body is None or text_of(body.get("code")) != "0":
        return None
    return body.get("data")


def is_unknown_task(reply: Reply) -> bool:
    """Whether the legacy standard says that it has no such task."""
    return reply.status in (400, 404) and _code_and_message(reply)[0] in UNKNOWN_TASK


def read_task(data: Mapping[str, Any]) -> KlingTask:
    """A task object of either standard, from an answer or a callback."""
    return _read_legacy(data) if "task_id" in data else _read_new(data)


def progress_of(task: KlingTask) -> Progress:
    """One look at a task in our words. `cost` is set once Kling has deducted something."""
    state = STATES.get(task.status)
    if state is None:
        return Progress(state=TaskState.PROCESSING, unknown_word=task.status or "(none)")
    if state is TaskState.FAILED:
        failure = _failure_of(task.message, billed=task.cost is not None)
        return Progress(state=state, failure=failure, cost=task.cost)
    if state is TaskState.SUCCEEDED and not task.output_url:
        failure = OutputBad(
            "the finished task names no file", provider=PROVIDER, code="no_output", billed=None
        )
        return Progress(state=TaskState.FAILED, failure=failure, cost=task.cost)
    return Progress(state=state, output_url=task.output_url, cost=task.cost)


def _code_and_message(reply: Reply) -> tuple[str, str]:
    body = parsed(reply) or {}
    return text_of(body.get("code")), text_of(body.get("message"))


def _failure_of(message: str, *, billed: bool) -> ProviderError:
    """The class of a failed task. What Kling deducts stands on the task; nothing there means
    that nothing was deducted."""
    kind: type[ProviderError] = Unavailable
    if MODERATION_WORDS.search(message):
        kind = Moderated
    elif INVALID_WORDS.search(message):
        kind = Invalid
    reason = safe_reason(message, fallback="The task failed.")
    return kind(reason, provider=PROVIDER, billed=billed)


def _read_new(data: Mapping[str, Any]) -> KlingTask:
    videos = [entry for entry in objects_in(data.get("outputs")) if entry.get("type") == "video"]
    return KlingTask(
        task_id=text_of(data.get("id")),
        client_ref=text_of(data.get("external_id")),
        status=text_of(data.get("status")),
        message=text_of(data.get("message")),
        output_url=text_of(videos[0].get("url")) if videos else "",
        cost=_cost_of_billing(objects_in(data.get("billing"))),
    )


def _read_legacy(data: Mapping[str, Any]) -> KlingTask:
    videos = objects_in(as_object(data.get("task_result")).get("videos"))
    return KlingTask(
        task_id=text_of(data.get("task_id")),
        client_ref=text_of(as_object(data.get("task_info")).get("external_task_id")),
        status=text_of(data.get("task_status")),
        message=text_of(data.get("task_status_msg")),
        output_url=text_of(videos[0].get("url")) if videos else "",
        cost=_cost_of_deductions(data),
    )


def _cost_of_billing(entries: tuple[dict[str, Any], ...]) -> VendorCost | None:
    """The sum of the deductions; a pack and the balance may each pay a part."""
    costs = [_cost_of_entry(entry) for entry in entries]
    known = [cost for cost in costs if cost is not None]
    if not known or len(known) < len(costs):
        return None
    if len(known) == 1:
        return known[0]
    micros = sum(cost.micros for cost in known)
    return VendorCost(
        micros=micros, native_amount=str(decimal_from_micros(micros)), native_unit="USD"
    )


def _cost_of_entry(entry: Mapping[str, Any]) -> VendorCost | None:
    if entry.get("charge_type") == "unit":
        return _priced(entry.get("amount"), unit="unit", price=UNIT_PRICE)
    if entry.get("charge_type") == "cash" and entry.get("currency", "USD") == "USD":
        return _priced(entry.get("amount"), unit="USD", price=Decimal(1))
    return None


def _cost_of_deductions(data: Mapping[str, Any]) -> VendorCost | None:
    """The legacy standard shows one deduction twice, as money and as units."""
    quota = as_object(data.get("final_balance_deduction")).get("quota")
    in_money = _priced(quota, unit="USD", price=Decimal(1))
    in_units = _priced(data.get("final_unit_deduction"), unit="unit", price=UNIT_PRICE)
    if in_money is not None and (in_money.micros or in_units is None):
        return in_money
    return in_units


def _priced(amount: object, *, unit: str, price: Decimal) -> VendorCost | None:
    try:
        value = Decimal(str(amount))
    except InvalidOperation:
        return None
    if not value.is_finite() or value < 0:
        return None
    micros = micros_from_decimal(value * price)
    return VendorCost(micros=micros, native_amount=str(amount), native_unit=unit)
