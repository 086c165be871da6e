"""The $0 *animatic*: a moving card, a camera move on a picture, or black, as an exact MP4.

All three write H.264 yuv420p with fast start, exactly `round(seconds * fps)` frames, no sound.
`mark` is drawn in the picture; `metadata` is written into the file under its own names.
"""

import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageOps

from footage.drawing.card import draw_backdrop, draw_light, draw_line, draw_mark, draw_words
from footage.drawing.layers import Layer, compose, save_layer
from footage.drawing.palette import Look, look_for
from footage.errors import BadPicture, FootageError
from footage.ffmpeg import encode, patience

_OVERSCAN = 1.6  # a source larger than the frame, or the slow zoom is seen to jump in pixels
_NO_METADATA: Mapping[str, str] = {}


@dataclass(frozen=True, kw_only=True)
class _Frame:
    """The shape of what is rendered; sides in pixels, even."""

    width: int
    height: int
    fps: int
    frames: int


def render_card(
    target: Path,
    *,
    seconds: float,
    width: int,
    height: int,
    fps: int = 24,
    title: str,
    subtitle: str = "",
    palette_seed: str | int = 0,
    mark: str = "",
    metadata: Mapping[str, str] = _NO_METADATA,
) -> None:
    """Write a moving card with `title` set in it. Raises FootageError.

    Colours and motion follow from `palette_seed` and the title: the same give the same card.
    """
    frame = _frame(seconds, width, height, fps)
    look = look_for(palette_seed, words=title)
    travel = max(2, min(frame.frames, width // 2) * max(1, width // 1280))
    with TemporaryDirectory(prefix="animatic-") as name:
        folder = Path(name)
        backdrop = draw_backdrop(look, width=width + travel, height=height + travel // 2)
        light = draw_light(look, width=width, height=height)
        words = draw_words(look, width=width, height=height, title=title, subtitle=subtitle)
        layers = [
            save_layer(backdrop, folder, "backdrop"),
            save_layer(light, folder, "light", place=_sweep(look, frame)),
            save_layer(_marked(words, mark), folder, "words"),
            _line(look, frame, folder),
        ]
        _write(target, layers, base=_drift(look, frame, travel), frame=frame, metadata=metadata)


def render_picture(
    target: Path,
    *,
    picture_bytes: bytes,
    seconds: float,
    width: int,
    height: int,
    fps: int = 24,
    palette_seed: str | int = 0,
    mark: str = "",
    metadata: Mapping[str, str] = _NO_METADATA,
) -> None:
    """Write a slow camera move over a picture (JPEG, PNG or WebP), which fills the frame.

    Raises BadPicture when the bytes are no such picture, else FootageError.
    """
    frame = _frame(seconds, width, height, fps)
    look = look_for(palette_seed)
    with TemporaryDirectory(prefix="animatic-") as name:
        folder = Path(name)
        still = _cover(picture_bytes, int(width * _OVERSCAN), int(height * _OVERSCAN))
        layers = [save_layer(still, folder, "picture")]
        if mark:
            clear = Image.new("RGBA", (width, height), (0, 0, 0, 0))
            layers.append(save_layer(_marked(clear, mark), folder, "mark"))
        layers.append(_line(look, frame, folder))
        _write(target, layers, base=_camera(look, frame), frame=frame, metadata=metadata)


def render_black(
    target: Path,
    *,
    seconds: float,
    width: int,
    height: int,
    fps: int = 24,
    metadata: Mapping[str, str] = _NO_METADATA,
) -> None:
    """Write nothing but black frames, as a vendor's failed render does. Raises FootageError."""
    frame = _frame(seconds, width, height, fps)
    source = f"color=c=black:s={width}x{height}:r={fps},format=yuv420p"
    inputs = ["-f", "lavfi", "-i", source]
    encode([*inputs, *_output(frame, metadata)], target, timeout=_patience(frame))


def _frame(seconds: float, width: int, height: int, fps: int) -> _Frame:
    if width % 2 or height % 2 or min(width, height) < 64:
        raise FootageError(f"a clip cannot be {width}x{height}: sides are even and at least 64")
    frames = round(seconds * fps)
    if frames < 1:
        raise FootageError("a clip has at least one frame")
    return _Frame(width=width, height=height, fps=fps, frames=frames)


def _marked(layer: Image.Image, mark: str) -> Image.Image:
    if not mark:
        return layer
    drawn = draw_mark(mark, width=layer.width, height=layer.height)
    return Image.alpha_composite(layer, drawn)


def _line(look: Look, frame: _Frame, folder: Path) -> Layer:
    drawn = draw_line(look.accent, width=frame.width, height=frame.height)
    place = f"x='-w+w*(n+1)/{frame.frames}':y=H-h"
    return save_layer(drawn, folder, "line", place=place)


def _hold(frame: _Frame) -> str:
    return f"format=yuv420p,loop=loop=-1:size=1:start=0,setpts=N/({frame.fps}*TB),fps={frame.fps}"


def _drift(look: Look, frame: _Frame, travel: int) -> str:
    """Whole pixels a frame, there and back: a crop cannot move by less without a stutter."""
    pace = max(1, frame.width // 1280)
    run = f"abs(mod({pace}*n+{travel},{2 * travel})-{travel})"
    across = run if look.turns[5] < 0.5 else f"{travel}-{run}"
    down = f"{run}/2" if look.turns[6] < 0.5 else f"({travel}-{run})/2"
    size = f"crop={frame.width}:{frame.height}"
    return f"{_hold(frame)},{size}:x='{across}':y='{down}':exact=1"


def _sweep(look: Look, frame: _Frame) -> str:
    """The light crosses the frame slowly, from the side that the look says."""
    way = 1 if look.turns[7] < 0.5 else -1
    reach = f"(W-w)/2+{way}*W*0.3*sin(2*PI*t/11+{look.turns[6] * 6:.2f})"
    return f"x='{reach}':y=0"


def _camera(look: Look, frame: _Frame) -> str:
    """One of four moves: push in, pull out, pan right, pan left."""
    gain = min(0.22, 0.035 * frame.frames / frame.fps)
    done = f"(on/{frame.frames})"
    move = int(look.turns[0] * 3.99)
    zoom = {0: f"1.03+{gain:.4f}*{done}", 1: f"{1.03 + gain:.4f}-{gain:.4f}*{done}"}.get(
        move, f"{1.06 + gain:.4f}"
    )
    across = {2: done, 3: f"(1-{done})"}.get(move, f"{0.35 + 0.3 * look.turns[1]:.3f}")
    down = f"{0.35 + 0.3 * look.turns[2]:.3f}"
    place = f"x='(iw-iw/zoom)*{across}':y='(ih-ih/zoom)*{down}'"
    size = f"{frame.width}x{frame.height}"
    return f"format=yuv420p,zoompan=z='{zoom}':{place}:d={frame.frames}:s={size}:fps={frame.fps}"


def _cover(data: bytes, width: int, height: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            picture = opened.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture("This picture cannot be read. Save it again as JPEG or PNG.") from error
    return ImageOps.fit(picture, (width, height), Image.Resampling.BICUBIC)


def _write(
    target: Path,
    layers: Sequence[Layer],
    *,
    base: str,
    frame: _Frame,
    metadata: Mapping[str, str],
) -> None:
    inputs = [word for layer in layers for word in layer.input_args()]
    graph = ["-filter_complex", compose(list(layers), base=base), "-map", "[out]"]
    encode([*inputs, *graph, *_output(frame, metadata)], target, timeout=_patience(frame))


def _output(frame: _Frame, metadata: Mapping[str, str]) -> list[str]:
    tags = [word for name, value in metadata.items() for word in ("-metadata", f"{name}={value}")]
    return [
        *("-frames:v", str(frame.frames), "-r", str(frame.fps)),
        *("-c:v", "libx264", "-preset", "superfast", "-crf", "23", "-pix_fmt", "yuv420p"),
        *tags,
        *("-movflags", "+faststart+use_metadata_tags", "-f", "mp4"),
    ]


def _patience(frame: _Frame) -> float:
    return patience(width=frame.width, height=frame.height, frames=frame.frames)
