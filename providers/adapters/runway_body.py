"""Our request in Runway's words: one body for the plain endpoints, one for the Model Router.

On the plain endpoints `model` chooses a field set of its own and a field of another set is
refused, so a body holds only what its model takes. A seed or negative prompt that a model
does not know is left out; a picture that it cannot use is refused before anything is sent.
"""

import base64
from collections.abc import Mapping
from typing import Any

from providers.errors import Invalid
from providers.types import ClipRequest, GenerationMode, Picture

# The strictest reading of the documents: 5 MB for the whole address, base64 included.
DATA_URI_LIMIT = 5_000_000
EXTENSIONS: Mapping[str, str] = {"image/png": "png", "image/jpeg": "jpg", "image/webp": "webp"}

_VEO = frozenset({"veo3.1", "veo3.1_fast"})
_SEEDANCE = frozenset({"seedance2", "seedance2_fast", "seedance2_mini", "seedance2_5"})
_KLING_3 = frozenset(
    {f"kling{name}" for name in ("3.0_4k", "3.0_pro", "3.0_standard")}
    | {f"klingO3_{name}" for name in ("4k", "pro", "standard")}
)
_TAKES_SEED = frozenset({"gen4.5", "gen4_turbo", "h3_max"}) | _VEO | _SEEDANCE
_TAKES_NEGATIVE = _VEO
_TAKES_LAST = (
    frozenset(
        {"kling2.5_turbo_pro", "gemini_omni_flash_1.1", "h3_max", "hailuo3", "kling_4"}
        | {"wan3", "wan3_prime"}
    )
    | _VEO
    | _SEEDANCE
    | _KLING_3
)
_IMAGE_ONLY = frozenset({"gen4_turbo"})
_RESOLUTION_IN_TEXT = frozenset({"hailuo3", "grok_imagine_1_5", "h3_max"})
_RESOLUTION_IN_IMAGE = _RESOLUTION_IN_TEXT | {"happyhorse_1_0"}
_NO_RATIO_IN_TEXT = frozenset({"h3_max"})
_NO_RATIO_IN_IMAGE = frozenset(
    {"kling2.5_turbo_pro", "happyhorse_1_0", "grok_imagine_1_5", "h3_max"}
)

# What the plain endpoints write as pixels, the router writes as a shape and a height.
_ROUTER_SHAPES: Mapping[str, tuple[str, str]] = {
    "1280:720": ("16:9", "720p"),
    "720:1280": ("9:16", "720p"),
    "960:960": ("1:1", "720p"),
    "1104:832": ("4:3", "720p"),
    "832:1104": ("3:4", "720p"),
    "1584:672": ("21:9", "720p"),
    "1920:1080": ("16:9", "1080p"),
    "1080:1920": ("9:16", "1080p"),
    "1440:1440": ("1:1", "1080p"),
    "1664:1248": ("4:3", "1080p"),
    "1248:1664": ("3:4", "1080p"),
    "3840:2160": ("16:9", "4k"),
    "2160:3840": ("9:16", "4k"),
    "2880:2880": ("1:1", "4k"),
}
_ROUTER_ASPECTS = frozenset({"16:9", "9:16", "1:1", "4:3", "3:4", "21:9"})
_ROUTER_RESOLUTIONS = frozenset({"480p", "720p", "1080p", "4k"})


def plain_body(request: ClipRequest) -> dict[str, Any]:
    """The body of /v1/text_to_video or /v1/image_to_video. Raises Invalid for what the model
    cannot express."""
    check(request)
    with_picture = request.generation_mode is GenerationMode.IMAGE_TO_VIDEO
    model = request.model
    body: dict[str, Any] = {"model": model}
    if request.prompt:
        body["promptText"] = request.prompt
    if with_picture:
        body["promptImage"] = _prompt_image(request)
    if request.wire_ratio and model not in (
        _NO_RATIO_IN_IMAGE if with_picture else _NO_RATIO_IN_TEXT
    ):
        body["ratio"] = request.wire_ratio
    if request.resolution and model in (
        _RESOLUTION_IN_IMAGE if with_picture else _RESOLUTION_IN_TEXT
    ):
        body["resolution"] = request.resolution
    return {**body, "duration": request.seconds, **_extras(request)}


def router_input(request: ClipRequest) -> dict[str, Any]:
    """The `input` of /v1/generate/video, which is the same for every model."""
    check(request)
    aspect, resolution = _shape(request)
    body: dict[str, Any] = {"promptText": request.prompt} if request.prompt else {}
    body["duration"] = request.seconds
    if aspect:
        body["aspectRatio"] = aspect
    if resolution:
        body["resolution"] = resolution
    if pictures := _pictures(request):
        body["referenceImages"] = [
            {"role": role, "uri": address(picture)} for role, picture in pictures
        ]
    return {**body, **_extras(request)}


def address(picture: Picture) -> str:
    """Where Runway finds a picture: its own copy, or the bytes themselves."""
    if picture.uri:
        return picture.uri
    encoded = base64.b64encode(picture.content).decode("ascii")
    return f"data:{picture.media_type};base64,{encoded}"


def too_big_to_inline(picture: Picture) -> bool:
    """Whether the picture must be uploaded first."""
    return not picture.uri and len(picture.content) * 4 / 3 + 64 > DATA_URI_LIMIT


def file_name(picture: Picture, *, role: str) -> str:
    """A name with an ending; vendors tell the type by it."""
    return f"{role}.{EXTENSIONS.get(picture.media_type, 'png')}"


def check(request: ClipRequest) -> None:
    """Raises Invalid for pictures that the model cannot use."""
    with_picture = request.generation_mode is GenerationMode.IMAGE_TO_VIDEO
    if with_picture and request.first_frame is None:
        raise _inexpressible("An image-to-video request needs a picture.")
    if not with_picture and (request.first_frame or request.last_frame):
        raise _inexpressible("A text-to-video request takes no picture.")
    if not with_picture and request.model in _IMAGE_ONLY:
        raise _inexpressible(f"{request.model} makes videos from pictures only.")
    if request.last_frame is not None and request.model not in _TAKES_LAST:
        raise _inexpressible(f"{request.model} takes no last frame.")


def _prompt_image(request: ClipRequest) -> str | list[dict[str, str]]:
    pictures = _pictures(request)
    if len(pictures) == 1 and request.model not in _SEEDANCE:
        return address(pictures[0][1])
    # For Seedance a picture without a position is a mere reference.
    return [{"uri": address(picture), "position": role} for role, picture in pictures]


def _pictures(request: ClipRequest) -> list[tuple[str, Picture]]:
    both = (("first", request.first_frame), ("last", request.last_frame))
    return [(role, picture) for role, picture in both if picture is not None]


def _extras(request: ClipRequest) -> dict[str, Any]:
    extras: dict[str, Any] = {}
    if request.seed is not None and request.model in _TAKES_SEED:
        extras["seed"] = request.seed
    if request.negative_prompt and request.model in _TAKES_NEGATIVE:
        extras["negativePrompt"] = request.negative_prompt
    return {**extras, **request.options}


def _shape(request: ClipRequest) -> tuple[str, str]:
    ratio = request.wire_ratio
    if not ratio:
        aspect, resolution = "", ""
    elif ratio in _ROUTER_ASPECTS:
        aspect, resolution = ratio, ""
    elif ratio in _ROUTER_SHAPES:
        aspect, resolution = _ROUTER_SHAPES[ratio]
    else:
        raise _inexpressible(f"Runway's router has no shape for {ratio}.")
    wanted = request.resolution.lower()
    return aspect, wanted if wanted in _ROUTER_RESOLUTIONS else resolution


def _inexpressible(reason: str) -> Invalid:
    return Invalid(reason, provider="runway", code="not_expressible")
