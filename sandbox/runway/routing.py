"""How the Model Router picks a model for a request that names none."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.runway.models import SHAPES, Shape
from sandbox.runway.validation import (
    DEFAULT_SECONDS,
    FindTerms,
    Invalid,
    ReadPicture,
    Wanted,
    checked,
    price,
)

ASPECTS = {"16:9": 16 / 9, "9:16": 9 / 16, "1:1": 1.0, "4:3": 4 / 3, "3:4": 3 / 4, "21:9": 21 / 9}
SHORT_SIDES = {"480p": 480, "720p": 720, "1080p": 1080, "4k": 2160}
CLOSE = 0.03  # pixel ratios miss the named aspect by a little
POSITIONS = {"first", "last"}  # any other word is a mistake and no wish for a model that has it
OWN_FIELDS = ("promptText", "seed", "audio", "negativePrompt", "contentModeration")


class NothingFits(ValueError):
    """No model is left; `emptied_by` is the filter that dropped the last one."""

    def __init__(self, emptied_by: str) -> None:
        super().__init__(emptied_by)
        self.emptied_by = emptied_by


@dataclass(frozen=True)
class Routed:
    """The picked model's checked request and what the answer shows of the decision."""

    wanted: Wanted
    resolution: str
    optimize_for: str
    ceiling: float | None


def routed(
    asked: Mapping[str, Any],
    *,
    settings: Mapping[str, Any],
    find_terms: FindTerms,
    read_picture: ReadPicture,
) -> Routed:
    """The cheapest model that fits. Raises NothingFits, and Invalid for a bad request."""
    kind, images = _kind(asked)
    allowed = [model for model in SHAPES[kind] if _allowed(model, settings)]
    if not allowed:
        raise NothingFits("allow_deny")
    roles = {image["position"] for image in images} & POSITIONS
    able = [model for model in allowed if roles <= SHAPES[kind][model].positions]
    fitting = list(_fitting(asked, kind=kind, models=able, find_terms=find_terms))
    if not fitting:
        raise NothingFits("capability")
    ceiling = settings.get("maxCreditsPerGeneration", {}).get("video")
    cheap = [body for body, micros in fitting if ceiling is None or micros <= ceiling * 10_000]
    if not cheap:
        raise NothingFits("price")
    body = cheap[0] | ({"promptImage": images} if kind == "image" else {})
    wanted = checked(body, kind=kind, find_terms=find_terms, read_picture=read_picture)
    return Routed(
        wanted=wanted,
        resolution=asked.get("resolution", "720p"),
        optimize_for=settings.get("optimizeFor", "cost"),
        ceiling=ceiling,
    )


def _kind(asked: Mapping[str, Any]) -> tuple[str, list[dict[str, str]]]:
    given = asked.get("referenceImages", [])
    images = [
        {"uri": image.get("uri", ""), "position": image.get("role", "")}
        for image in given
        if isinstance(image, dict)
    ]
    return ("image" if images else "text"), images


def _allowed(model: str, settings: Mapping[str, Any]) -> bool:
    models = settings.get("models")
    if not models:
        return True
    listed = model in models.get("ids", [])
    return listed if models["mode"] == "allowlist_only" else not listed


def _fitting(
    asked: Mapping[str, Any], *, kind: str, models: list[str], find_terms: FindTerms
) -> Iterator[tuple[dict[str, Any], int]]:
    """Create bodies for the models that can do it, cheapest first, each with its price."""
    priced = []
    seconds = asked.get("duration", DEFAULT_SECONDS)
    for model in models:
        shape = SHAPES[kind][model]
        terms = find_terms(model, shape)
        ratio = _ratio_for(shape, asked)
        if ratio is None or seconds not in terms.lengths:
            continue
        body = {"model": model, "ratio": ratio, "duration": seconds}
        known = shape.required | shape.optional
        given = {name: asked[name] for name in OWN_FIELDS if name in asked}
        if not all(name in known or name == "audio" for name in given):
            continue
        body |= {name: value for name, value in given.items() if name in known}
        priced.append((body, price(terms, shape=shape, seconds=seconds, audio=asked.get("audio"))))
    yield from sorted(priced, key=lambda pair: pair[1])


def _ratio_for(shape: Shape, asked: Mapping[str, Any]) -> str | None:
    """The model's own pixel ratio nearest to the asked aspect and resolution."""
    aspect = ASPECTS.get(asked.get("aspectRatio", "16:9"))
    short = SHORT_SIDES.get(asked.get("resolution", "720p"))
    if aspect is None or short is None:
        raise Invalid([])
    for ratio in shape.ratios:
        width, height = (int(side) for side in ratio.split(":"))
        near = abs(width / height / aspect - 1) < CLOSE * 2
        if near and short * 0.9 <= min(width, height) < short * 1.4:
            return ratio
    return None
