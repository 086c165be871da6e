"""Footage that a helper has started, as the API tells it."""

from typing import TypedDict

from campaigns.made.pieces import Made
from campaigns.models import Take
from generation.money.pricing import as_json_number


class MadeItem(TypedDict):
    """One clip: what it is for, its words, and its job; `shot_id` and `take_id` find it again
    on the campaign's pages."""

    role: str
    prompt: str
    job_id: str
    take_id: str
    shot_id: str
    factors: dict[str, str]
    quality: str
    duration: int
    provider: str
    estimated_cost: float


class FootageMade(TypedDict):
    """Clips that were admitted under one hold, in the order asked. Where nothing was missing
    there is no batch, and `campaign_id` is null unless one was named."""

    status: str
    campaign_id: str | None
    campaign: str | None
    batch_id: str | None
    job_ids: list[str]
    total_videos: int
    total_estimated_cost: float
    items: list[MadeItem]
    message: str
    batch_url: str | None


def footage_made(made: Made) -> FootageMade:
    batch = made.takes.batch if made.takes else None
    items = [_item(take) for take in made.takes.takes] if made.takes else []
    where = made.campaign
    return {
        "status": "success",
        "campaign_id": where.uid if where else None,
        "campaign": where.name if where else None,
        "batch_id": batch.uid if batch else None,
        "job_ids": [item["job_id"] for item in items],
        "total_videos": len(items),
        "total_estimated_cost": as_json_number(batch.estimated_micros if batch else 0),
        "items": items,
        "message": _message(made, len(items)),
        "batch_url": f"/api/ai-video/batches/{batch.uid}" if batch else None,
    }


def _item(take: Take) -> MadeItem:
    job, shot = take.job, take.shot
    return {
        "role": shot.role,
        "prompt": job.prompt,
        "job_id": job.uid,
        "take_id": take.uid,
        "shot_id": shot.uid,
        "factors": take.factors,
        "quality": job.tier,
        "duration": job.seconds,
        "provider": job.route[0]["provider"],
        "estimated_cost": as_json_number(job.estimated_micros),
    }


def _message(made: Made, count: int) -> str:
    if not count:
        return "Nothing is missing; nothing was made."
    noun = "clip" if count == 1 else "clips"
    where = f" in the campaign {made.campaign.name}" if made.campaign else ""
    return f"{count} {noun} started{where}"
