"""Footage of a campaign: asked for at one door, waited for as one batch."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypedDict
from uuid import uuid4

from pro import batches
from pro.batches import BatchResult
from pro.results import GenerationStatus, VideoGenerationResult, result_of
from pro.wire.link import Ask, Link

CAMPAIGNS = "/api/campaigns/"
EXISTING = ("b_roll", "existing_b_roll")
GROUPS = {"b_roll": "b_roll", "product": "product_shots", "transition": "transitions"}


class CampaignAssets(TypedDict):
    """The clips by kind, each in the brief's order. Money is in dollars; `total_cost` is what
    was charged, None while something can still be."""

    b_roll: list[VideoGenerationResult]
    product_shots: list[VideoGenerationResult]
    transitions: list[VideoGenerationResult]
    campaign_id: str
    batch_id: str
    total_estimated_cost: float
    total_cost: float | None


@dataclass(frozen=True, kw_only=True)
class Footage:
    """What a door has made: results in the order asked. `batch` is None where nothing was."""

    campaign_id: str | None
    batch: BatchResult | None

    @property
    def results(self) -> list[VideoGenerationResult]:
        return self.batch["results"] if self.batch else []


async def make(
    link: Link, door: str, body: Mapping[str, Any], *, timeout: float | None, key: str | None
) -> Footage:
    """Ask, and wait for the end. Raises an AIVideoError; then nothing was made."""
    said = {name: value for name, value in body.items() if value is not None}
    path = f"{CAMPAIGNS}{door}"
    told = await link.ask(Ask(method="POST", path=path, json=said, key=key or str(uuid4())))
    if not told["items"]:
        return Footage(campaign_id=told["campaign_id"], batch=None)
    batch = await batches.finish(link, _started(told), timeout=timeout)
    return Footage(campaign_id=told["campaign_id"], batch=batch)


def assets_of(made: Footage) -> CampaignAssets:
    """The results by kind, as a campaign's brief has them."""
    grouped: dict[str, list[VideoGenerationResult]] = {name: [] for name in GROUPS.values()}
    for result in made.results:
        grouped[GROUPS[result.metadata["role"]]].append(result)
    known: Mapping[str, Any] = made.batch or {}
    return CampaignAssets(
        b_roll=grouped["b_roll"],
        product_shots=grouped["product_shots"],
        transitions=grouped["transitions"],
        campaign_id=made.campaign_id or "",
        batch_id=known.get("batch_id", ""),
        total_estimated_cost=known.get("total_estimated_cost", 0.0),
        total_cost=known.get("total_cost"),
    )


def missing_body(campaign_data: Mapping[str, Any], *, required: int) -> dict[str, Any]:
    """The API's body: what there is already is told by its words, whatever it is here."""
    body = {name: value for name, value in campaign_data.items() if name not in EXISTING}
    there = [one for name in EXISTING for one in campaign_data.get(name) or ()]
    return {**body, "existing_b_roll": list(_words(there)), "required_b_roll_count": required}


def _words(there: Iterable[Any]) -> Iterable[str]:
    for one in there:
        if isinstance(one, VideoGenerationResult):
            yield str(one.metadata.get("prompt", one.job_id))
        elif isinstance(one, Mapping):
            yield str(one.get("prompt") or one.get("video_url") or one)
        else:
            yield str(one)


def _started(told: Mapping[str, Any]) -> BatchResult:
    """The batch just queued, each clip with what the desk says about it."""
    results = [
        result_of(
            {"status": GenerationStatus.QUEUED, "job_id": item["job_id"]},
            facts={**_facts(item), "campaign_id": told["campaign_id"]},
        )
        for item in told["items"]
    ]
    return BatchResult(
        status=told["status"],
        batch_id=told["batch_id"],
        job_ids=told["job_ids"],
        total_videos=told["total_videos"],
        total_estimated_cost=told["total_estimated_cost"],
        message=told["message"],
        results=results,
        total_cost=None,
    )


def _facts(item: Mapping[str, Any]) -> dict[str, Any]:
    names = ("prompt", "role", "quality", "duration", "shot_id", "take_id", "factors")
    return {name: item[name] for name in names}
