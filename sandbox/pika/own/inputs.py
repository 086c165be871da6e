"""Operations and create bodies of Pika's own API."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox.pika.fal.endpoints import PRICE

Body = Mapping[str, object]


class OwnRefusal(Exception):
    """A request-level error: `{"message"}` with an HTTP status."""

    def __init__(self, status: int, message: str) -> None:
        self.status = status
        self.message = message
        super().__init__(f"{status} {message}")


@dataclass(frozen=True)
class Operation:
    """One operation of the catalogue."""

    api_id: str
    kind: Literal["text", "image"]
    lengths: frozenset[int]

    @property
    def version_id(self) -> str:
        """The id without its last part, as in `pika/pika-2.5`."""
        return self.api_id.rpartition("/")[0]

    def record(self) -> dict[str, object]:
        """What `GET /catalog/apis/{api_id}` answers."""
        return {
            "api_id": self.api_id,
            "method": "POST",
            "path": f"/v1/media/{self.api_id}",
            "input_schema": {
                "type": "object",
                "required": ["prompt"] if self.kind == "text" else ["image"],
                "properties": {
                    "duration_s": {"type": "integer", "enum": sorted(self.lengths)},
                    "resolution": {"type": "string", "enum": list(PRICE)},
                },
            },
            "prices": [
                {"resolution": word, "micro_usd_per_second": int(price * 1_000_000)}
                for word, price in PRICE.items()
            ],
        }


OPERATIONS: Mapping[str, Operation] = {
    operation.api_id: operation
    for operation in (
        Operation("pika/pika-2.5/text-to-video", "text", frozenset({5})),
        Operation("pika/pika-2.5/image-to-video", "image", frozenset({5, 10})),
    )
}


@dataclass(frozen=True)
class OwnAsk:
    """A valid create body."""

    prompt: str
    seconds: int
    resolution: str
    seed: int | None
    image: str


def read_body(operation: Operation, body: Body, *, allowed: frozenset[int]) -> OwnAsk:
    """Check a create body; raises OwnRefusal 422."""
    is_text = operation.kind == "text"
    seconds = body.get("duration_s", 5)
    if not isinstance(seconds, int) or isinstance(seconds, bool) or seconds not in allowed:
        raise OwnRefusal(422, f"duration_s: {seconds!r} is not allowed")
    resolution = body.get("resolution", "1080p")
    if resolution not in PRICE:
        raise OwnRefusal(422, f"resolution: {resolution!r} is not allowed")
    seed = body.get("seed")
    if seed is not None and (not isinstance(seed, int) or isinstance(seed, bool)):
        raise OwnRefusal(422, "seed: must be an integer")
    _text(body, "negative_prompt")
    return OwnAsk(
        prompt=_text(body, "prompt", required=is_text),
        seconds=seconds,
        resolution=str(resolution),
        seed=seed,
        image="" if is_text else _image(body),
    )


def _image(body: Body) -> str:
    image = _text(body, "image", required=True)
    if image.startswith("data:"):
        raise OwnRefusal(422, "image: data URIs are not accepted")
    return image


def _text(body: Body, field: str, *, required: bool = False) -> str:
    value = body.get(field)
    if value is None and not required:
        return ""
    if not isinstance(value, str) or (required and not value.strip()):
        raise OwnRefusal(422, f"{field}: must be a text")
    return value
