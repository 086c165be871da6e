"""Create bodies of the legacy standard: the model is a field, `duration` is a string."""

from __future__ import annotations

from sandbox.kling.bodies.ask import Body, KlingAsk, choice, section, text, watermark
from sandbox.kling.bodies.models import (
    BY_LEGACY_NAME,
    LEGACY_DEFAULT,
    LEGACY_MODES,
    RATIOS,
    KlingModel,
)
from sandbox.kling.bodies.new_standard import Lengths
from sandbox.kling.refusals import KlingRefusal, invalid

PROMPT_LIMIT = 2500
MOVES = ("simple", "down_back", "forward_up", "right_turn_forward", "left_turn_forward")
AXES = ("horizontal", "vertical", "pan", "tilt", "roll", "zoom")
MAX_MASKS = 6
MASK_POINTS = range(2, 78)


def read_text(body: Body, *, lengths: Lengths) -> KlingAsk:
    """The body of `POST /v1/videos/text2video`; raises KlingRefusal."""
    model = _model(body)
    text(body, "prompt", limit=PROMPT_LIMIT, required=True)
    ratio = choice(body, "aspect_ratio", among=tuple(RATIOS), default="16:9")
    return _ask(model, body, ratio=ratio, frames=("", ""), lengths=lengths)


def read_image(body: Body, *, lengths: Lengths) -> KlingAsk:
    """The body of `POST /v1/videos/image2video`: at least one of the two frames."""
    model = _model(body)
    frames = (text(body, "image"), text(body, "image_tail"))
    if not any(frames):
        raise invalid("image", "or image_tail is required")
    _check_exclusions(body)
    return _ask(model, body, ratio="", frames=frames, lengths=lengths)


def _model(body: Body) -> KlingModel:
    name = text(body, "model_name") or LEGACY_DEFAULT
    model = BY_LEGACY_NAME.get(name)
    if model is None:
        raise KlingRefusal(1203, f"model {name} does not exist or is retired")
    return model


def _ask(
    model: KlingModel, body: Body, *, ratio: str, frames: tuple[str, str], lengths: Lengths
) -> KlingAsk:
    mode = choice(body, "mode", among=tuple(LEGACY_MODES), default="std")
    resolution = LEGACY_MODES[mode]
    if resolution not in model.resolutions:
        raise invalid("mode", f"value {mode!r} is not supported by {model.legacy_name}")
    sound = choice(body, "sound", among=("on", "off"), default="off") == "on"
    if sound and not model.sound:
        raise invalid("sound", f"is not supported by {model.legacy_name}")
    if model.needs_1080p_for_extras and (all(frames) or sound) and resolution != "1080p":
        raise invalid("mode", "must be pro with image_tail or sound")
    text(body, "negative_prompt", limit=PROMPT_LIMIT)
    _check_cfg_scale(body, model=model)
    _check_camera(body)
    _check_masks(body)
    return KlingAsk(
        standard="legacy",
        kind="image" if any(frames) else "text",
        model=model.legacy_name,
        version=model.name,
        prompt=text(body, "prompt", limit=PROMPT_LIMIT),
        seconds=_seconds(body, allowed=lengths(model, model.legacy_name)),
        resolution=resolution,
        ratio=ratio,
        sound=sound,
        first_frame=frames[0] or frames[1],
        last_frame=frames[1] if frames[0] else "",
        external_id=text(body, "external_task_id"),
        callback_url=text(body, "callback_url"),
        watermark=watermark(body),
    )


def _seconds(body: Body, *, allowed: frozenset[int]) -> int:
    value = body.get("duration", "5")
    if not isinstance(value, str):
        raise invalid("duration", "must be a string")
    if not value.isdecimal() or int(value) not in allowed:
        raise invalid("duration", f"value {value!r} is invalid")
    return int(value)


def _check_cfg_scale(body: Body, *, model: KlingModel) -> None:
    value = body.get("cfg_scale")
    if value is None:
        return
    if model.legacy_name.startswith("kling-v2"):
        raise invalid("cfg_scale", f"is not supported by {model.legacy_name}")
    if not isinstance(value, int | float) or isinstance(value, bool) or not 0 <= value <= 1:
        raise invalid("cfg_scale", "must be between 0 and 1")


def _check_exclusions(body: Body) -> None:
    groups = (
        ("image_tail",),
        ("static_mask", "dynamic_masks"),
        ("camera_control",),
    )
    given = [group[0] for group in groups if any(body.get(field) for field in group)]
    if len(given) > 1:
        raise invalid(given[0], f"cannot be combined with {given[1]}")
    if body.get("voice_list") and body.get("element_list"):
        raise invalid("voice_list", "cannot be combined with element_list")


def _check_camera(body: Body) -> None:
    camera = section(body, "camera_control")
    if not camera:
        return
    move = choice(camera, "type", among=MOVES, default="", path="camera_control.type")
    config = camera.get("config")
    if move != "simple":
        if config:
            raise invalid("camera_control.config", "is allowed with type simple only")
        return
    if not isinstance(config, dict) or not set(config) <= set(AXES):
        raise invalid("camera_control.config", "is required with type simple")
    values = list(config.values())
    if not all(isinstance(value, int | float) and -10 <= value <= 10 for value in values):
        raise invalid("camera_control.config", "values must be between -10 and 10")
    if sum(1 for value in values if value) != 1:
        raise invalid("camera_control.config", "must have exactly one non-zero value")


def _check_masks(body: Body) -> None:
    masks = body.get("dynamic_masks")
    if masks is None:
        return
    if not isinstance(masks, list) or len(masks) > MAX_MASKS:
        raise invalid("dynamic_masks", f"must be a list of at most {MAX_MASKS}")
    for mask in masks:
        points = mask.get("trajectories") if isinstance(mask, dict) else None
        if not isinstance(points, list) or len(points) not in MASK_POINTS:
            raise invalid("dynamic_masks.trajectories", "must hold 2 to 77 points")
