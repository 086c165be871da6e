"""Checks a create body by the chosen model's own field list, as Runway's union does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sandbox.catalogue import Terms
from sandbox.pictures import PictureRefused
from sandbox.runway import issues
from sandbox.runway.issues import Issue
from sandbox.runway.models import SHAPES, Shape

LONGEST_PROMPT = 1000  # UTF-16 code units
LONGEST_DATA_URI = 5 * 1024 * 1024
LARGEST_SEED = 4_294_967_295
DEFAULT_SECONDS = 5

ReadPicture = Callable[[str], str]
FindTerms = Callable[[str, Shape], Terms]


class Invalid(ValueError):
    """The body breaks the rules; `found` says where, one issue a field."""

    def __init__(self, found: list[Issue]) -> None:
        super().__init__("Validation of body failed")
        self.found = found


@dataclass(frozen=True)
class Wanted:
    """A create body that passed. `credits` is a float: 1 credit is $0.01."""

    model: str
    kind: str
    prompt: str
    seconds: int
    width: int
    height: int
    seed: int | None
    picture: str
    amount_micros: int
    ratio: str
    last_picture: str = ""


def checked(
    body: Mapping[str, Any], *, kind: str, find_terms: FindTerms, read_picture: ReadPicture
) -> Wanted:
    """`kind` is `text` or `image`. Raises Invalid with all issues."""
    model = body.get("model")
    if not isinstance(model, str):
        raise Invalid([_missing_or_wrong(body, "model", expected="string")])
    shape = SHAPES[kind].get(model)
    if shape is None:
        raise Invalid([issues.unknown_model()])
    terms = find_terms(model, shape)
    found = [
        *_fields(body, shape),
        *_prompt(body, shape),
        *_ratio(body, shape),
        *_duration(body, shape, terms),
        *_whole(body, "seed", most=LARGEST_SEED),
        *_flag(body, "audio"),
    ]
    pictures, wrong = _pictures(body, shape, read_picture) if kind == "image" else ({}, [])
    if found or wrong:
        raise Invalid([*found, *wrong])
    return _wanted(body, kind=kind, shape=shape, terms=terms, pictures=pictures)


def price(terms: Terms, *, shape: Shape, seconds: int, audio: object) -> int:
    """Micro-dollars; sound counts unless it is switched off."""
    factor = 1.0 if audio is False else shape.audio_factor
    return int(terms.price(seconds) * factor)


def _wanted(
    body: Mapping[str, Any], *, kind: str, shape: Shape, terms: Terms, pictures: Mapping[str, str]
) -> Wanted:
    seconds = body.get("duration", default_length(terms))
    ratio = body.get("ratio", shape.ratios[0] if shape.ratios else "1280:720")
    width, height = (int(side) for side in ratio.split(":"))
    return Wanted(
        model=body["model"],
        kind=kind,
        prompt=body.get("promptText", ""),
        seconds=seconds,
        width=width,
        height=height,
        seed=body.get("seed"),
        picture=pictures.get("first", ""),
        last_picture=pictures.get("last", ""),
        amount_micros=price(terms, shape=shape, seconds=seconds, audio=body.get("audio")),
        ratio=ratio,
    )


def default_length(terms: Terms) -> int:
    return DEFAULT_SECONDS if DEFAULT_SECONDS in terms.lengths else terms.lengths[-1]


def _missing_or_wrong(body: Mapping[str, Any], name: str, *, expected: str) -> Issue:
    received = _word(body[name]) if name in body else "undefined"
    return issues.wrong_type([name], expected=expected, received=received)


def _word(value: object) -> str:
    if isinstance(value, bool):
        return "boolean"
    words = {str: "string", int: "number", float: "number", list: "array", type(None): "null"}
    return words.get(type(value), "object")


def _fields(body: Mapping[str, Any], shape: Shape) -> list[Issue]:
    typed = {"duration": "number", "promptImage": "string"}
    missing = [
        _missing_or_wrong(body, name, expected=typed.get(name, "string"))
        for name in sorted(shape.required - set(body))
    ]
    unknown = sorted(set(body) - shape.required - shape.optional)
    return [*missing, *([issues.unknown_keys(unknown)] if unknown else [])]


def _prompt(body: Mapping[str, Any], shape: Shape) -> list[Issue]:
    if "promptText" not in body:
        return []
    text = body["promptText"]
    if not isinstance(text, str):
        return [_missing_or_wrong(body, "promptText", expected="string")]
    if not text and "promptText" in shape.required:
        return [issues.too_small(["promptText"], minimum=1, origin="string")]
    if len(text.encode("utf-16-le")) // 2 > LONGEST_PROMPT:
        return [issues.too_big(["promptText"], maximum=LONGEST_PROMPT, origin="string")]
    return []


def _ratio(body: Mapping[str, Any], shape: Shape) -> list[Issue]:
    if "ratio" not in body or body["ratio"] in shape.ratios:
        return []
    return [issues.not_listed(["ratio"], values=shape.ratios)]


def _duration(body: Mapping[str, Any], shape: Shape, terms: Terms) -> list[Issue]:
    if "duration" not in body:
        return []
    seconds, lengths = body["duration"], terms.lengths
    if isinstance(seconds, bool) or not isinstance(seconds, int):
        expected = "int" if isinstance(seconds, float) else "number"
        return [issues.wrong_type(["duration"], expected=expected, received=_word(seconds))]
    if seconds in lengths:
        return []
    if lengths != tuple(range(lengths[0], lengths[-1] + 1)):
        return [issues.not_listed(["duration"], values=lengths)]
    if seconds > lengths[-1]:
        return [issues.too_big(["duration"], maximum=lengths[-1])]
    return [issues.too_small(["duration"], minimum=lengths[0])]


def _whole(body: Mapping[str, Any], name: str, *, most: int) -> list[Issue]:
    value = body.get(name, 0)
    if isinstance(value, bool) or not isinstance(value, int):
        return [issues.wrong_type([name], expected="number", received=_word(value))]
    if value < 0:
        return [issues.too_small([name], minimum=0)]
    return [issues.too_big([name], maximum=most)] if value > most else []


def _flag(body: Mapping[str, Any], name: str) -> list[Issue]:
    if isinstance(body.get(name, False), bool):
        return []
    return [issues.wrong_type([name], expected="boolean", received=_word(body[name]))]


def _pictures(
    body: Mapping[str, Any], shape: Shape, read_picture: ReadPicture
) -> tuple[dict[str, str], list[Issue]]:
    """The kept pictures by position, and what is wrong with any of them."""
    given = body.get("promptImage")
    if given is None:
        return {}, []
    frames = [{"uri": given, "position": "first"}] if isinstance(given, str) else given
    if not isinstance(frames, list) or not frames:
        return {}, [issues.wrong_type(["promptImage"], expected="string", received=_word(given))]
    kept: dict[str, str] = {}
    found: list[Issue] = []
    for number, frame in enumerate(frames):
        path: issues.Path = (
            ["promptImage"] if isinstance(given, str) else ["promptImage", number, "uri"]
        )
        position = frame.get("position", "") if isinstance(frame, dict) else ""
        if position not in shape.positions:
            allowed = sorted(shape.positions)
            found.append(issues.not_listed(["promptImage", number, "position"], values=allowed))
            continue
        try:
            kept[position] = read_checked(frame.get("uri"), read_picture=read_picture)
        except PictureRefused as error:
            found.append(issues.custom(path, message=str(error)))
    return kept, found


def read_checked(uri: object, *, read_picture: ReadPicture) -> str:
    """A picture's reference. Raises PictureRefused, also for data URIs above 5 MB."""
    if not isinstance(uri, str):
        raise PictureRefused("Invalid input: expected string")
    if uri.startswith("data:") and len(uri) > LONGEST_DATA_URI:
        raise PictureRefused("Data URIs must be at most 5 MB")
    return read_picture(uri)
