"""Many clips asked for together: admitted whole or not at all, and looked at together."""

from collections.abc import Mapping
from os import fspath
from typing import Any, TypedDict
from urllib.parse import quote

from pro.results import GenerationStatus, VideoGenerationResult, result_of
from pro.wire import pauses
from pro.wire.link import Ask, Link
from pro.wire.pictures import FIELDS, Pictures

GENERATE = "/api/ai-video/batch-generate"
BATCHES = "/api/ai-video/batches/"


class BatchResult(TypedDict):
    """What the API answers, and `results` in the order of the prompts.

    `total_estimated_cost` and `total_cost` are in dollars; `total_cost` is None while something
    can still be charged. Without waiting, the results are those of jobs just queued.
    """

    status: str
    batch_id: str
    job_ids: list[str]
    total_videos: int
    total_estimated_cost: float
    message: str
    results: list[VideoGenerationResult]
    total_cost: float | None


async def start(
    link: Link, batch: Mapping[str, Any], *, pictures: Pictures, key: str
) -> BatchResult:
    """Send a batch. Raises an AIVideoError; then none of its clips was made."""
    body = {name: value for name, value in batch.items() if value is not None}
    for name in FIELDS:
        if image := body.get(name):
            body[name] = fspath(image)
    await pictures.place_all(body)
    told = await link.ask(Ask(method="POST", path=GENERATE, json=body, key=key))
    prompts = [{"prompt": prompt} for prompt in body["prompts"]]
    queued = {"status": GenerationStatus.QUEUED}
    results = [
        result_of({**queued, "job_id": job_id}, facts=facts)
        for job_id, facts in zip(told["job_ids"], prompts, strict=True)
    ]
    return BatchResult(**{**told, "results": results, "total_cost": None})  # type: ignore[typeddict-item]


async def finish(link: Link, started: BatchResult, *, timeout: float | None) -> BatchResult:
    """The batch once all of it has ended; what has not by `timeout` says so in its `error`."""
    path = f"{BATCHES}{quote(started['batch_id'], safe='')}"

    async def look() -> Mapping[str, Any]:
        return await link.ask(Ask(method="GET", path=path))

    nothing: Mapping[str, Any] = {}
    waited = await pauses.until_ended(
        look,
        last=nothing,
        ended=lambda told: told.get("status") == "completed",
        timeout=timeout,
        # A batch of a thousand is a large answer: it is asked for less often.
        longest=pauses.LONGEST_LOOK + len(started["job_ids"]) / 100,
    )
    told = {job["job_id"]: job for job in waited.last.get("jobs", ())}
    results = [_known(result, told=told, reason=waited.reason) for result in started["results"]]
    return {**started, "results": results, "total_cost": waited.last.get("total_cost")}


def _known(
    queued: VideoGenerationResult, *, told: Mapping[str, Any], reason: str | None
) -> VideoGenerationResult:
    job = told.get(queued.job_id)
    result = result_of(job, facts=queued.metadata) if job else queued
    return result if result.ended else result.still_open(reason)
