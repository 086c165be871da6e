"""What one clip is asked to be."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from os import PathLike, fspath
from typing import Any


class GenerationMode(StrEnum):
    TEXT_TO_VIDEO = "text_to_video"
    IMAGE_TO_VIDEO = "image_to_video"


class QualityTier(StrEnum):
    """Draft to try, standard for most footage, high for key scenes, master for the best."""

    DRAFT = "draft"
    STANDARD = "standard"
    HIGH = "high"
    MASTER = "master"


class VideoProvider(StrEnum):
    RUNWAY = "runway"
    SORA = "sora"
    KLING = "kling"
    PIKA = "pika"


@dataclass(kw_only=True)
class VideoGenerationRequest:
    """One clip. It may be changed and sent again: each `generate_video` is a job of its own.

    `duration` is in whole seconds, `max_cost` in dollars. `image_path` is a local file (which is
    uploaded), the id or path of an upload, or an https address; so is `last_image_path`, the
    picture that the clip ends on, for the offers that can. Only `prompt` is required.
    """

    prompt: str
    mode: GenerationMode = GenerationMode.TEXT_TO_VIDEO
    duration: int = 5
    quality: QualityTier = QualityTier.STANDARD
    aspect_ratio: str = "16:9"
    image_path: str | PathLike[str] | None = None
    last_image_path: str | PathLike[str] | None = None
    preferred_provider: VideoProvider | None = None
    enable_fallback: bool = True
    style: str | None = None
    negative_prompt: str | None = None
    max_cost: float | None = None
    seed: int | None = None
    priority: int | None = None
    campaign: str | None = None
    webhook_url: str | None = None
    metadata: Mapping[str, str] = field(default_factory=dict)


def body_of(request: VideoGenerationRequest) -> dict[str, Any]:
    """The request as the API takes it: plain JSON values, what was not said left out."""
    told: dict[str, Any] = {
        "mode": request.mode,
        "prompt": request.prompt,
        "duration": request.duration,
        "quality": request.quality,
        "aspect_ratio": request.aspect_ratio,
        "image_path": _path(request.image_path),
        "last_image_path": _path(request.last_image_path),
        "provider": request.preferred_provider,
        "enable_fallback": request.enable_fallback,
        "style": request.style,
        "negative_prompt": request.negative_prompt,
        "max_cost": request.max_cost,
        "seed": request.seed,
        "priority": request.priority,
        "campaign": request.campaign,
        "webhook_url": request.webhook_url,
        "metadata": dict(request.metadata) or None,
        "async_mode": True,
    }
    return {name: value for name, value in told.items() if value is not None}


def _path(given: str | PathLike[str] | None) -> str | None:
    return None if given is None else fspath(given)


def facts_of(request: VideoGenerationRequest) -> dict[str, Any]:
    """What a result says about the clip that was asked for, beside the caller's own metadata."""
    return {
        **request.metadata,
        "prompt": request.prompt,
        "mode": str(request.mode),
        "quality": str(request.quality),
        "duration": request.duration,
        "aspect_ratio": request.aspect_ratio,
    }
