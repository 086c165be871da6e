"""Kling's answers, in both standards, from one record of a task."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sandbox.kling.bodies.models import UNIT_USD

Json = dict[str, object]


@dataclass(frozen=True)
class KlingTask:
    """A task as Kling reports it. Times are Unix milliseconds, `cost_usd` None until charged."""

    task_id: str
    external_id: str
    state: str
    message: str
    created_ms: int
    updated_ms: int
    seconds: int
    video_url: str
    watermark_url: str
    watermark: bool
    cost_usd: Decimal | None

    @property
    def video_id(self) -> str:
        """The output has an id of its own; any stable number will do."""
        return str(int(self.task_id) + 1)


def envelope(data: object, *, request_id: str) -> Json:
    """The success wrapper around every answer."""
    return {"code": 0, "message": "SUCCEED", "request_id": request_id, "data": data}


def refusal(code: int, message: str, *, request_id: str) -> Json:
    """The error wrapper."""
    return {"code": code, "message": message, "request_id": request_id}


def new_created(task: KlingTask) -> Json:
    """`data` of an accepted create call, new standard."""
    return {
        "id": task.task_id,
        "status": task.state,
        "create_time": task.created_ms,
        "update_time": task.updated_ms,
        "external_id": task.external_id,
    }


def new_task(task: KlingTask) -> Json:
    """One task in a query or list, and the whole body of a callback, new standard."""
    return {
        "id": task.task_id,
        "status": task.state,
        "message": task.message,
        "create_time": task.created_ms,
        "update_time": task.updated_ms,
        "external_id": task.external_id,
        "outputs": _outputs(task),
        "billing": _billing(task),
    }


def legacy_created(task: KlingTask) -> Json:
    """`data` of an accepted create call, legacy standard."""
    return {
        "task_id": task.task_id,
        "task_status": task.state,
        "task_info": {"external_task_id": task.external_id},
        "created_at": task.created_ms,
        "updated_at": task.updated_ms,
    }


def legacy_task(task: KlingTask) -> Json:
    """One task in a query or list, legacy standard."""
    answer: Json = {
        "task_id": task.task_id,
        "task_status": "succeed" if task.state == "succeeded" else task.state,
        "task_status_msg": task.message,
        "task_info": {"external_task_id": task.external_id},
        "created_at": task.created_ms,
        "updated_at": task.updated_ms,
    }
    if task.state == "succeeded":
        answer["task_result"] = {"videos": [_video(task)]}
        answer["watermark_info"] = {"enabled": task.watermark}
        answer.update(_deductions(task))
    elif task.state != "failed":
        answer["task_result"] = {}
    return answer


def legacy_callback(task: KlingTask) -> Json:
    """The whole body of a callback, legacy standard."""
    answer: Json = {
        "task_id": task.task_id,
        "task_status": "succeed" if task.state == "succeeded" else task.state,
        "task_status_msg": task.message,
        "created_at": task.created_ms,
        "updated_at": task.updated_ms,
        "task_info": {"parent_video": {}, "external_task_id": task.external_id},
        "task_result": {},
    }
    if task.state == "succeeded":
        answer["task_result"] = {"images": [], "videos": [_video(task)]}
        answer.update(_deductions(task))
    return answer


def money(amount: Decimal) -> str:
    """A decimal string without trailing zeros, never in exponent form."""
    return format(amount.normalize(), "f")


def _video(task: KlingTask) -> Json:
    return {
        "id": task.video_id,
        "url": task.video_url,
        "watermark_url": task.watermark_url,
        "duration": str(task.seconds),
    }


def _outputs(task: KlingTask) -> list[Json]:
    return [{"type": "video", **_video(task)}] if task.state == "succeeded" else []


def _billing(task: KlingTask) -> list[Json]:
    if task.cost_usd is None:
        return []
    amount = money(task.cost_usd)
    return [
        {
            "charge_type": "cash",
            "cash_type": "balance",
            "amount": amount,
            "currency": "USD",
            "list_price": amount,
        }
    ]


def _deductions(task: KlingTask) -> Json:
    """The same charge twice, in units and in dollars, as the legacy answers state it. Eight
    decimals of a unit give the dollars back exactly once rounded to the micro-dollar."""
    if task.cost_usd is None:
        return {}
    units = (task.cost_usd / UNIT_USD).quantize(Decimal("0.00000001"))
    amount = money(task.cost_usd)
    return {
        "final_unit_deduction": money(units),
        "final_balance_deduction": {"quota": amount, "list_price": amount},
    }
