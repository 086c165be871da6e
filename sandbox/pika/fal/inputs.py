"""Input bodies of the fal endpoints: checked the way that fal's own schema check reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from sandbox.pika.fal.endpoints import SIZES, Endpoint

Body = Mapping[str, object]
Json = dict[str, object]
Lengths = Callable[[Endpoint], frozenset[int]]
"""Which whole seconds may be bought of an endpoint."""

RESOLUTIONS = ("720p", "1080p")


@dataclass(frozen=True)
class FalAsk:
    """A valid submit; `image_url` and `ratio` are empty where the endpoint has none."""

    prompt: str
    seconds: int
    resolution: str
    ratio: str
    seed: int | None
    image_url: str


class BadInput(Exception):
    """The body breaks the endpoint's schema; `detail` is the list of a 422 answer."""

    def __init__(self, detail: list[Json]) -> None:
        self.detail = detail
        super().__init__("; ".join(str(entry["msg"]) for entry in detail))


def problem(name: str, msg: str, *, kind: str, given: object) -> Json:
    """One entry of a 422 answer's `detail`; `kind` is the machine-readable type."""
    return {
        "loc": ["body", name],
        "msg": msg,
        "type": kind,
        "url": f"https://docs.fal.ai/errors#{kind}",
        "input": given,
    }


def read_input(endpoint: Endpoint, body: Body, *, lengths: Lengths) -> FalAsk:
    """Check a submit's body; raises BadInput with every problem found."""
    reader = _Reader(body)
    prompt = reader.text("prompt", required=True)
    reader.text("negative_prompt")
    is_image = endpoint.kind == "image"
    image_url = reader.text("image_url", required=True) if is_image else ""
    ratio = "" if is_image else reader.literal("aspect_ratio", among=tuple(SIZES), default="16:9")
    resolution = reader.literal("resolution", among=RESOLUTIONS, default="720p")
    seconds = reader.seconds(endpoint, allowed=lengths(endpoint))
    seed = reader.seed()
    if reader.problems:
        raise BadInput(reader.problems)
    return FalAsk(prompt, seconds, resolution, ratio, seed, image_url)


@dataclass
class _Reader:
    """Reads fields and gathers problems, so that one answer names them all."""

    body: Body
    problems: list[Json] = field(default_factory=list)

    def text(self, name: str, *, required: bool = False) -> str:
        value = self.body.get(name)
        if name not in self.body or (value is None and not required):
            if required:
                self._add(name, "Field required", kind="missing", given=dict(self.body))
            return ""
        if not isinstance(value, str):
            self._add(name, "Input should be a valid string", kind="string_type", given=value)
            return ""
        if required and not value.strip():
            message = "String should have at least 1 character"
            self._add(name, message, kind="string_too_short", given=value)
        return value

    def literal(self, name: str, *, among: tuple[str, ...], default: str) -> str:
        value = self.body.get(name, default)
        if isinstance(value, str) and value in among:
            return value
        self._add(name, _expected(among), kind="literal_error", given=value)
        return default

    def seconds(self, endpoint: Endpoint, *, allowed: frozenset[int]) -> int:
        default: object = "5" if endpoint.duration_is_text else 5
        value = self.body.get("duration", default)
        right_type = str if endpoint.duration_is_text else int
        if isinstance(value, right_type) and not isinstance(value, bool):
            words = str(value)
            if words.isdecimal() and int(words) in allowed:
                return int(words)
        expected = tuple(str(second) for second in sorted(allowed))
        self._add("duration", _expected(expected), kind="literal_error", given=value)
        return 0

    def seed(self) -> int | None:
        value = self.body.get("seed")
        if value is None or (isinstance(value, int) and not isinstance(value, bool)):
            return value
        self._add("seed", "Input should be a valid integer", kind="int_type", given=value)
        return None

    def _add(self, name: str, msg: str, *, kind: str, given: object) -> None:
        self.problems.append(problem(name, msg, kind=kind, given=given))


def _expected(among: tuple[str, ...]) -> str:
    quoted = [f"'{word}'" for word in among]
    if len(quoted) == 1:
        return f"Input should be {quoted[0]}"
    return f"Input should be {', '.join(quoted[:-1])} or {quoted[-1]}"
