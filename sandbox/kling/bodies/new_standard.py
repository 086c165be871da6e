"""Create bodies of the new standard: the model is in the path, `duration` is a number."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.kling.bodies.ask import Body, KlingAsk, choice, section, text, watermark
from sandbox.kling.bodies.models import BY_NAME, RATIOS, KlingModel
from sandbox.kling.refusals import KlingRefusal, invalid

Lengths = Callable[[KlingModel, str], frozenset[int]]
"""Which whole seconds may be bought: the model and the name as sent to the allowed lengths."""

MAX_ELEMENTS = 3


def read_text(name: str, body: Body, *, lengths: Lengths) -> KlingAsk:
    """The body of `POST /text-to-video/{model}`; raises KlingRefusal."""
    model = _model(name)
    prompt = text(body, "prompt", limit=model.prompt_limit, required=True)
    ratio = choice(
        section(body, "settings"),
        "aspect_ratio",
        among=tuple(RATIOS),
        default="16:9",
        path="settings.aspect_ratio",
    )
    return _ask(model, body, prompt=prompt, ratio=ratio, frames=("", ""), lengths=lengths)


def read_image(name: str, body: Body, *, lengths: Lengths) -> KlingAsk:
    """The body of `POST /image-to-video/{model}`; the first frame decides the aspect."""
    model = _model(name)
    contents = body.get("contents")
    if not isinstance(contents, list) or not contents:
        raise invalid("contents", "is required")
    found = _contents(contents, model=model)
    frames = (found.get("first_frame", ""), found.get("last_frame", ""))
    if not frames[0]:
        raise invalid("contents", "must hold a first_frame")
    if frames[1] and not model.last_frame:
        raise invalid("contents.last_frame", f"is not supported by {model.name}")
    return _ask(
        model, body, prompt=found.get("prompt", ""), ratio="", frames=frames, lengths=lengths
    )


def _model(name: str) -> KlingModel:
    model = BY_NAME.get(name)
    if model is None:
        raise KlingRefusal(1203, f"model {name} does not exist")
    return model


def _contents(contents: list[object], *, model: KlingModel) -> dict[str, str]:
    """The text of the prompt and the picture of each frame, by item type."""
    found: dict[str, str] = {}
    elements = 0
    for item in contents:
        if not isinstance(item, dict):
            raise invalid("contents", "must be a list of objects")
        kind = item.get("type")
        if kind == "prompt":
            found["prompt"] = text(item, "text", limit=model.prompt_limit, path="contents.prompt")
        elif kind in ("first_frame", "last_frame"):
            found[str(kind)] = text(item, "url", required=True, path=f"contents.{kind}.url")
        elif kind == "element":
            elements += 1
        elif kind != "voice":
            raise invalid("contents.type", f"value {kind!r} is invalid")
    if elements > MAX_ELEMENTS:
        raise invalid("contents.element", f"must be at most {MAX_ELEMENTS}")
    return found


def _ask(
    model: KlingModel,
    body: Body,
    *,
    prompt: str,
    ratio: str,
    frames: tuple[str, str],
    lengths: Lengths,
) -> KlingAsk:
    settings, options = section(body, "settings"), section(body, "options")
    resolution = choice(
        settings,
        "resolution",
        among=model.resolutions,
        default="720p",
        path="settings.resolution",
    )
    sound = _sound(settings, model=model)
    if model.needs_1080p_for_extras and (frames[1] or sound) and resolution != "1080p":
        raise invalid("settings.resolution", "must be 1080p with a last frame or native audio")
    if not isinstance(settings.get("multi_shot", True), bool):
        raise invalid("settings.multi_shot", "must be a boolean")
    return KlingAsk(
        standard="new",
        kind="image" if frames[0] else "text",
        model=model.name,
        version=model.name,
        prompt=prompt,
        seconds=_seconds(settings, allowed=lengths(model, model.name)),
        resolution=resolution,
        ratio=ratio,
        sound=sound,
        first_frame=frames[0],
        last_frame=frames[1],
        external_id=text(options, "external_task_id", path="options.external_task_id"),
        callback_url=text(options, "callback_url", path="options.callback_url"),
        watermark=watermark(options),
    )


def _sound(settings: Body, *, model: KlingModel) -> bool:
    among = ("native", "off") if model.sound else ("off",)
    return choice(settings, "audio", among=among, default="off", path="settings.audio") == "native"


def _seconds(settings: Body, *, allowed: frozenset[int]) -> int:
    """The length in whole seconds. Whether a string is refused is not known of the vendor, so
    one is taken as well; the stored body shows which was sent."""
    value = settings.get("duration", 5)
    if isinstance(value, str) and value.isdecimal():
        value = int(value)
    if not isinstance(value, int) or isinstance(value, bool) or value not in allowed:
        raise invalid("settings.duration", f"value {value!r} is invalid")
    return value
