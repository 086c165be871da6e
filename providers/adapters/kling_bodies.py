"""The bodies of Kling's create calls, in both standards. Pure: a request in, a body out."""

import base64
from collections.abc import Mapping
from typing import Any

from providers.errors import Invalid
from providers.types import ClipRequest, GenerationMode, Picture

# 3.0 Turbo is sold under the new standard only.
LEGACY_MODELS: Mapping[str, str] = {
    "kling-3.0": "kling-v3",
    "kling-2.6": "kling-v2-6",
    "kling-2.5-turbo": "kling-v2-5-turbo",
}
_NEW_NAMES: Mapping[str, str] = {legacy: name for name, legacy in LEGACY_MODELS.items()}
LEGACY_QUALITIES: Mapping[str, str] = {"720p": "std", "1080p": "pro", "4k": "4k"}
# Which models end on a picture, and the one resolution at which, where there is only one.
TAKES_LAST: Mapping[str, str] = {
    "kling-3.0": "",
    "kling-2.6": "1080p",
    "kling-2.5-turbo": "1080p",
}
# What the legacy standard refuses beside a last frame.
NOT_WITH_LAST = ("static_mask", "dynamic_masks", "camera_control")
# These can speak, at a higher price; we quote the silent one.
WITH_AUDIO = frozenset({"kling-3.0", "kling-2.6", "kling-v3", "kling-v2-6"})


def new_body(request: ClipRequest, *, client_ref: str) -> dict[str, Any]:
    """The create body of the new standard, which has no field for a negative prompt.

    Raises Invalid for a last frame that the model does not take.
    """
    _check_last(request)
    settings: dict[str, Any] = {"duration": request.seconds}
    if request.resolution:
        settings["resolution"] = request.resolution
    if request.model in WITH_AUDIO:
        settings["audio"] = "off"
    body: dict[str, Any] = {"settings": settings, "options": {"external_task_id": client_ref}}
    if request.callback_url:
        body["options"]["callback_url"] = request.callback_url
    if request.generation_mode is GenerationMode.TEXT_TO_VIDEO:
        body["prompt"] = request.prompt
        settings["aspect_ratio"] = request.wire_ratio
    else:
        body["contents"] = _contents(request)
    return merged(body, request.options)


def legacy_body(request: ClipRequest, *, client_ref: str) -> dict[str, Any]:
    """The create body of the legacy standard.

    Raises Invalid for a model or resolution without a legacy name: Kling ignores what it does
    not know and would make something else. Likewise for a last frame that cannot be sent.
    """
    _check_last(request)
    model = LEGACY_MODELS.get(request.model, request.model)
    if not model.startswith("kling-v"):
        raise Invalid(f"{request.model} needs an API key of the new standard", provider="kling")
    body: dict[str, Any] = {"model_name": model, "prompt": request.prompt}
    body |= {"duration": str(request.seconds), "external_task_id": client_ref}
    if request.negative_prompt:
        body["negative_prompt"] = request.negative_prompt
    if model in WITH_AUDIO:
        body["sound"] = "off"
    if request.resolution:
        body["mode"] = _legacy_quality(request.resolution)
    if request.callback_url:
        body["callback_url"] = request.callback_url
    if request.generation_mode is GenerationMode.TEXT_TO_VIDEO:
        body["aspect_ratio"] = request.wire_ratio
    else:
        body["image"] = _picture(_first_frame(request))
        if request.last_frame is not None:
            body["image_tail"] = _picture(request.last_frame)
    return merged(body, request.options)


def _check_last(request: ClipRequest) -> None:
    if request.last_frame is None:
        return
    if request.generation_mode is not GenerationMode.IMAGE_TO_VIDEO:
        raise Invalid("a last frame belongs to image to video", provider="kling")
    model = _NEW_NAMES.get(request.model, request.model)
    if model not in TAKES_LAST:
        raise Invalid(f"{request.model} takes no last frame", provider="kling")
    only = TAKES_LAST[model]
    if only and request.resolution != only:
        raise Invalid(f"{request.model} takes a last frame at {only} only", provider="kling")
    if any(request.options.get(name) for name in NOT_WITH_LAST):
        raise Invalid("a last frame goes with no mask and no camera move", provider="kling")


def merged(body: Mapping[str, Any], extras: Mapping[str, Any]) -> dict[str, Any]:
    """`body` with `extras` laid over it, objects within objects included."""
    result = dict(body)
    for name, value in extras.items():
        below = result.get(name)
        nested = isinstance(below, dict) and isinstance(value, Mapping)
        result[name] = merged(below, value) if nested else value  # type: ignore[arg-type]
    return result


def _contents(request: ClipRequest) -> list[dict[str, str]]:
    contents = [{"type": "prompt", "text": request.prompt}]
    contents.append({"type": "first_frame", "url": _picture(_first_frame(request))})
    if request.last_frame is not None:
        contents.append({"type": "last_frame", "url": _picture(request.last_frame)})
    return contents


def _first_frame(request: ClipRequest) -> Picture:
    if request.first_frame is None:
        raise Invalid("image to video needs a first frame", provider="kling")
    return request.first_frame


def _picture(picture: Picture) -> str:
    """An address, or the bare base64 of the bytes: Kling refuses a `data:` prefix."""
    return picture.uri or base64.b64encode(picture.content).decode()


def _legacy_quality(resolution: str) -> str:
    if resolution not in LEGACY_QUALITIES:
        raise Invalid(f"Kling has no {resolution} in this standard", provider="kling")
    return LEGACY_QUALITIES[resolution]
