"""fal's answers: the queue's status words, the result and the webhook, from one record."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.pika.fal.endpoints import APP
from sandbox.pika.fal.failures import FalFailure
from sandbox.pika.fal.reading import Json


@dataclass(frozen=True)
class FalVideo:
    """The finished file."""

    url: str
    file_size: int

    def output(self) -> Json:
        """The output that every Pika endpoint answers with."""
        return {
            "video": {
                "url": self.url,
                "content_type": "video/mp4",
                "file_name": "output.mp4",
                "file_size": self.file_size,
            }
        }


@dataclass(frozen=True)
class FalRequest:
    """A request as the queue reports it; COMPLETED says nothing about success."""

    request_id: str
    state: str
    queue_position: int
    percent: int
    run_seconds: float
    given: Json
    video: FalVideo | None = None
    failure: FalFailure | None = None


def submitted(request: FalRequest, *, base: str) -> Json:
    """The submit answer; `base` is the queue's own address without a slash at its end."""
    return {"status": "IN_QUEUE", **_addresses(request, base=base), "queue_position": 0}


def status(request: FalRequest, *, base: str, logs: bool, stamp: str) -> Json:
    """The status answer; `logs` is whether log lines were asked for, `stamp` their ISO time."""
    answer: Json = {"status": request.state, **_addresses(request, base=base)}
    if request.state == "IN_QUEUE":
        return {**answer, "queue_position": request.queue_position}
    answer["logs"] = _log_lines(request, stamp=stamp) if logs else None
    if request.state == "COMPLETED":
        answer["metrics"] = {"inference_time": round(request.run_seconds, 3)}
        if request.failure and request.failure.of_the_runner:
            answer["error"] = request.failure.message
            answer["error_type"] = request.failure.kind
    return answer


def webhook(request: FalRequest) -> Json:
    """The body posted once at the end."""
    ids: Json = {"request_id": request.request_id, "gateway_request_id": request.request_id}
    if request.video:
        return {**ids, "status": "OK", "payload": request.video.output()}
    if request.failure is None:
        raise ValueError("a finished request has a video or a failure")
    return {
        **ids,
        "status": "ERROR",
        "error": f"Invalid status code: {request.failure.status}",
        "payload": request.failure.body(given=request.given),
    }


def _addresses(request: FalRequest, *, base: str) -> Json:
    """The three addresses of a request: the endpoint's sub-path is not in them."""
    own = f"{base}/{APP}/requests/{request.request_id}"
    return {
        "request_id": request.request_id,
        "response_url": own,
        "status_url": f"{own}/status",
        "cancel_url": f"{own}/cancel",
    }


def _log_lines(request: FalRequest, *, stamp: str) -> list[Json]:
    message = f"step {request.percent // 2}/50"
    return [{"message": message, "level": "INFO", "source": "USER", "timestamp": stamp}]
