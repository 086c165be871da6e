"""Input bodies of the fal endpoints: checked the way that fal's own schema check reports."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.pika.fal.endpoints import SIZES, Endpoint
from sandbox.pika.fal.keyframes import pictures_of, transitions_of
from sandbox.pika.fal.reading import Body, Json, Reader

Lengths = Callable[[Endpoint], frozenset[int]]
"""Which whole seconds may be bought of an endpoint."""

RESOLUTIONS = ("720p", "1080p")


@dataclass(frozen=True)
class FalAsk:
    """A valid submit; `image_urls` and `ratio` are empty where the endpoint has none."""

    prompt: str
    seconds: int
    resolution: str
    ratio: str
    seed: int | None
    image_urls: tuple[str, ...]


class BadInput(Exception):
    """The body breaks the endpoint's schema; `detail` is the list of a 422 answer."""

    def __init__(self, detail: list[Json]) -> None:
        self.detail = detail
        super().__init__("; ".join(str(entry["msg"]) for entry in detail))


def read_input(endpoint: Endpoint, body: Body, *, lengths: Lengths) -> FalAsk:
    """Check a submit's body; raises BadInput with every problem found."""
    reader = Reader(body)
    prompt = reader.text("prompt", required=not endpoint.keyframes)
    reader.text("negative_prompt")
    urls, ratio = _pictures(endpoint, reader)
    resolution = reader.literal("resolution", among=RESOLUTIONS, default="720p")
    if endpoint.keyframes:
        seconds = transitions_of(reader, pictures=len(urls), allowed=lengths(endpoint))
    else:
        seconds = reader.seconds(endpoint, allowed=lengths(endpoint))
    seed = reader.seed()
    if reader.problems:
        raise BadInput(reader.problems)
    return FalAsk(prompt, seconds, resolution, ratio, seed, urls)


def _pictures(endpoint: Endpoint, reader: Reader) -> tuple[tuple[str, ...], str]:
    """The addresses of the pictures, and the ratio where there are none to decide it."""
    if endpoint.keyframes:
        return pictures_of(reader), ""
    if endpoint.kind == "image":
        return (reader.text("image_url", required=True),), ""
    return (), reader.literal("aspect_ratio", among=tuple(SIZES), default="16:9")
