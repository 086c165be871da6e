"""From a job and its leg to what one vendor is asked. Pure but for reading the pictures."""

from collections.abc import Container

from django.conf import settings
from django.core.files.storage import default_storage

from footage.fit import fitted
from generation.models import Asset, Attempt, Job
from generation.styles import STYLES
from providers.types import ClipRequest, GenerationMode, Picture


def build(attempt: Attempt, job: Job, *, hook_token: str = "") -> ClipRequest:
    """The request of one attempt, the same each time but for the callback address."""
    leg = attempt.leg
    abilities = set(leg.get("abilities", ()))
    prompt, negative = worded(
        job.prompt, style=job.style, negative_prompt=job.negative_prompt, abilities=abilities
    )
    return ClipRequest(
        generation_mode=GenerationMode(job.generation_mode),
        model=attempt.model,
        prompt=prompt,
        seconds=leg["billed_seconds"],
        wire_ratio=leg["wire_ratio"],
        resolution=leg.get("resolution", ""),
        negative_prompt=negative,
        seed=attempt.seed if "seed" in abilities else None,
        first_frame=_picture(job.picture, ratio=leg["native_ratio"]),
        last_frame=_picture(job.last_picture, ratio=leg["native_ratio"]),
        callback_url=_callback_url(attempt, hook_token),
        options=leg.get("options", {}),
    )


def worded(
    prompt: str, *, style: str, negative_prompt: str, abilities: Container[str]
) -> tuple[str, str]:
    """The prompt and what to avoid, as an offer of these abilities is sent them."""
    if style:
        prompt = f"{prompt.rstrip()} {STYLES[style]}"
    if not negative_prompt or "negative_prompt" in abilities:
        return prompt, negative_prompt
    return f"{prompt.rstrip()} Avoid: {negative_prompt}", ""


def _picture(asset: Asset | None, *, ratio: str) -> Picture | None:
    """A picture in the shape of the clip; vendors that take no ratio go by the first one."""
    if asset is None:
        return None
    with default_storage.open(asset.storage_key, "rb") as file:
        content = file.read()
    shaped = fitted(content, ratio=ratio)
    return Picture(
        content=shaped.content,
        media_type=shaped.media_type,
        width=shaped.width,
        height=shaped.height,
        sha256=shaped.sha256,
    )


def _callback_url(attempt: Attempt, hook_token: str) -> str:
    """Where the vendor may tell us news; a vendor outside cannot reach a loopback address."""
    base: str = settings.PUBLIC_BASE_URL
    reachable = attempt.mode == "test" or base.startswith("https://")
    if not hook_token or not reachable:
        return ""
    return f"{base}/hooks/{attempt.provider}/{attempt.mode}/{hook_token}"
