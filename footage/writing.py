"""Writing drawn layers as an MP4 of exactly the asked shape: H.264 yuv420p, silent."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from footage.drawing.layers import YUV, Layer, compose
from footage.errors import FootageError
from footage.ffmpeg import encode, patience

NO_METADATA: Mapping[str, str] = {}
SMALLEST_SIDE = 64
COLOUR = (
    *("-colorspace", "bt709", "-color_primaries", "bt709"),
    *("-color_trc", "bt709", "-color_range", "tv"),
)

# No frame refers to a later one: such clips can stand behind each other without being encoded.
JOINABLE = ("-bf", "0")


@dataclass(frozen=True, kw_only=True)
class Shape:
    """The shape of what is written; sides in pixels, even."""

    width: int
    height: int
    fps: int
    frames: int

    @property
    def patience(self) -> float:
        return patience(width=self.width, height=self.height, frames=self.frames)


def shape_of(*, seconds: float, width: int, height: int, fps: int) -> Shape:
    """Exactly `round(seconds * fps)` frames. Raises FootageError for an impossible shape."""
    if width % 2 or height % 2 or min(width, height) < SMALLEST_SIDE:
        raise FootageError(f"a clip cannot be {width}x{height}: sides are even and at least 64")
    frames = round(seconds * fps)
    if frames < 1:
        raise FootageError("a clip has at least one frame")
    return Shape(width=width, height=height, fps=fps, frames=frames)


def write_layers(
    target: Path,
    layers: Sequence[Layer],
    *,
    base: str,
    shape: Shape,
    metadata: Mapping[str, str] = NO_METADATA,
    extra: Sequence[str] = (),
) -> None:
    """Write the layers, the first moved by the filter `base`; `extra` are encoder options."""
    inputs = [word for layer in layers for word in layer.input_args()]
    graph = ["-filter_complex", compose(list(layers), base=base), "-map", "[out]"]
    write([*inputs, *graph], target, shape=shape, metadata=metadata, extra=extra)


def write(
    inputs: Sequence[str],
    target: Path,
    *,
    shape: Shape,
    metadata: Mapping[str, str] = NO_METADATA,
    extra: Sequence[str] = (),
) -> None:
    """Encode what ffmpeg's `inputs` (with their filters) give. Raises FootageError."""
    tags = [word for name, value in metadata.items() for word in ("-metadata", f"{name}={value}")]
    output = [
        *("-frames:v", str(shape.frames), "-r", str(shape.fps)),
        *("-c:v", "libx264", "-preset", "superfast", "-crf", "23", "-pix_fmt", "yuv420p"),
        *COLOUR,
        *extra,
        *tags,
        *("-movflags", "+faststart+use_metadata_tags", "-f", "mp4"),
    ]
    encode([*inputs, *output], target, timeout=shape.patience)


def hold(shape: Shape) -> str:
    """The filter that repeats one still at the shape's rate."""
    return f"{YUV},loop=loop=-1:size=1:start=0,setpts=N/({shape.fps}*TB),fps={shape.fps}"
