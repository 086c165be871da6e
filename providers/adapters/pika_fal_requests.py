"""Endpoint and body of a Pika request at fal. Pure: a request in, path and JSON out."""

import base64
from collections.abc import Mapping
from typing import Any

from providers.errors import Invalid
from providers.types import ClipRequest, GenerationMode, Picture

SUB_PATHS: Mapping[GenerationMode, str] = {
    GenerationMode.TEXT_TO_VIDEO: "text-to-video",
    GenerationMode.IMAGE_TO_VIDEO: "image-to-video",
}
# Version 2.2 takes the length as text, the ones before it as a number.
LENGTH_AS_NUMBER = ("/v2.1/", "/v2/")
# A clip between two pictures is an endpoint of its own, which only this version has.
KEYFRAMES = "pikaframes"
KEYFRAMES_VERSION = "fal-ai/pika/v2.2"


def endpoint_of(request: ClipRequest) -> str:
    """fal's endpoint id: the model with the mode's sub-path, added where the model names only
    a version. Raises Invalid for an endpoint of the other mode, which would ignore the picture
    or miss it."""
    model = request.model.strip("/")
    wanted = SUB_PATHS[request.generation_mode]
    version, _, last = model.rpartition("/")
    if request.last_frame is not None:
        return _keyframes_of(version if last in SUB_PATHS.values() else model, request)
    if last not in SUB_PATHS.values():
        return f"{model}/{wanted}"
    if last != wanted:
        raise Invalid(f"{model} does not do {wanted}", provider="pika")
    return model


def new_body(request: ClipRequest) -> dict[str, Any]:
    """The submit body. Raises Invalid for what these endpoints cannot express."""
    endpoint = endpoint_of(request)
    if endpoint.endswith(KEYFRAMES):
        return _keyframes_body(request)
    numeric = any(version in endpoint for version in LENGTH_AS_NUMBER)
    body: dict[str, Any] = {"prompt": request.prompt}
    if request.generation_mode is GenerationMode.IMAGE_TO_VIDEO:
        body["image_url"] = _image_url(request.first_frame)
    elif request.wire_ratio:
        body["aspect_ratio"] = request.wire_ratio
    if request.resolution:
        body["resolution"] = request.resolution
    body["duration"] = request.seconds if numeric else str(request.seconds)
    return {**body, **_extras(request)}


def _keyframes_of(version: str, request: ClipRequest) -> str:
    if request.generation_mode is not GenerationMode.IMAGE_TO_VIDEO:
        raise Invalid("a last frame belongs to image to video", provider="pika")
    if version.removesuffix(f"/{KEYFRAMES}") != KEYFRAMES_VERSION:
        raise Invalid(f"{version} takes no last frame", provider="pika")
    return f"{KEYFRAMES_VERSION}/{KEYFRAMES}"


def _keyframes_body(request: ClipRequest) -> dict[str, Any]:
    """Two pictures and the one transition between them, as long as the clip."""
    pictures = (request.first_frame, request.last_frame)
    body: dict[str, Any] = {
        "image_urls": [_image_url(picture) for picture in pictures],
        "prompt": request.prompt,
        "transitions": [{"duration": request.seconds}],
    }
    if request.resolution:
        body["resolution"] = request.resolution
    return {**body, **_extras(request)}


def _extras(request: ClipRequest) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    if request.negative_prompt:
        extras["negative_prompt"] = request.negative_prompt
    if request.seed is not None:
        extras["seed"] = request.seed
    return {**extras, **request.options}


def _image_url(picture: Picture | None) -> str:
    """The uploaded picture, or the picture itself where nobody has uploaded it."""
    if picture is None:
        raise Invalid("image to video needs a first frame", provider="pika")
    inline = f"data:{picture.media_type};base64,{base64.b64encode(picture.content).decode()}"
    return picture.uri or inline
