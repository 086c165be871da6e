"""The $0 *animatic*: a moving card, a camera move on a picture, or black, as an exact MP4.

All three write H.264 yuv420p with fast start, exactly `round(seconds * fps)` frames, no sound.
`mark` is drawn in the picture; `metadata` is written into the file under its own names.
"""

import io
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageOps

from footage.drawing.card import draw_backdrop, draw_light, draw_line, draw_mark, draw_words
from footage.drawing.layers import YUV, Layer, save_layer
from footage.drawing.palette import Look, look_for
from footage.errors import BadPicture
from footage.moves import OVERSCAN, camera, seeded_move
from footage.writing import NO_METADATA, Shape, hold, shape_of, write, write_layers


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
    metadata: Mapping[str, str] = NO_METADATA,
) -> None:
    """Write a moving card with `title` set in it. Raises FootageError.

    Colours and motion follow from `palette_seed` and the title: the same give the same card.
    """
    shape = shape_of(seconds=seconds, width=width, height=height, fps=fps)
    look = look_for(palette_seed, words=title)
    travel = max(2, min(shape.frames, width // 2) * max(1, width // 1280))
    with TemporaryDirectory(prefix="animatic-") as name:
        folder = Path(name)
        backdrop = draw_backdrop(look, width=width + travel, height=height + travel // 2)
        light = draw_light(look, width=width, height=height)
        words = draw_words(look, width=width, height=height, title=title, subtitle=subtitle)
        layers = [
            save_layer(backdrop, folder, "backdrop"),
            save_layer(light, folder, "light", place=_sweep(look, shape)),
            save_layer(_marked(words, mark), folder, "words"),
            _line(look, shape, folder),
        ]
        base = _drift(look, shape, travel)
        write_layers(target, layers, base=base, shape=shape, metadata=metadata)


def render_picture(
    target: Path,
    *,
    picture_bytes: bytes,
    last_picture_bytes: bytes | None = None,
    seconds: float,
    width: int,
    height: int,
    fps: int = 24,
    palette_seed: str | int = 0,
    mark: str = "",
    metadata: Mapping[str, str] = NO_METADATA,
) -> None:
    """Write a slow camera move over a picture (JPEG, PNG or WebP), which fills the frame.

    With `last_picture_bytes` there is no move: it begins on the one picture, ends on the other
    and passes evenly between them. Raises BadPicture when the bytes are no such picture, else
    FootageError.
    """
    shape = shape_of(seconds=seconds, width=width, height=height, fps=fps)
    look = look_for(palette_seed)
    with TemporaryDirectory(prefix="animatic-") as name:
        folder = Path(name)
        if last_picture_bytes is None:
            still = _cover(picture_bytes, int(width * OVERSCAN), int(height * OVERSCAN))
            layers, base = [save_layer(still, folder, "picture")], _camera(look, shape)
        else:
            layers, base = _between(picture_bytes, last_picture_bytes, shape, folder), hold(shape)
        if mark:
            clear = Image.new("RGBA", (width, height), (0, 0, 0, 0))
            layers.append(save_layer(_marked(clear, mark), folder, "mark"))
        layers.append(_line(look, shape, folder))
        write_layers(target, layers, base=base, shape=shape, metadata=metadata)


def render_black(
    target: Path,
    *,
    seconds: float,
    width: int,
    height: int,
    fps: int = 24,
    metadata: Mapping[str, str] = NO_METADATA,
) -> None:
    """Write nothing but black frames, as a vendor's failed render does. Raises FootageError."""
    shape = shape_of(seconds=seconds, width=width, height=height, fps=fps)
    source = f"color=c=black:s={width}x{height}:r={fps},{YUV}"
    inputs = ["-f", "lavfi", "-i", source]
    write(inputs, target, shape=shape, metadata=metadata)


def _marked(layer: Image.Image, mark: str) -> Image.Image:
    if not mark:
        return layer
    drawn = draw_mark(mark, width=layer.width, height=layer.height)
    return Image.alpha_composite(layer, drawn)


def _line(look: Look, shape: Shape, folder: Path) -> Layer:
    drawn = draw_line(look.accent, width=shape.width, height=shape.height)
    place = f"x='-w+w*(n+1)/{shape.frames}':y=H-h"
    return save_layer(drawn, folder, "line", place=place)


def _drift(look: Look, shape: Shape, travel: int) -> str:
    """Whole pixels a shape, there and back: a crop cannot move by less without a stutter."""
    pace = max(1, shape.width // 1280)
    run = f"abs(mod({pace}*n+{travel},{2 * travel})-{travel})"
    across = run if look.turns[5] < 0.5 else f"{travel}-{run}"
    down = f"{run}/2" if look.turns[6] < 0.5 else f"({travel}-{run})/2"
    size = f"crop={shape.width}:{shape.height}"
    return f"{hold(shape)},{size}:x='{across}':y='{down}':exact=1"


def _sweep(look: Look, shape: Shape) -> str:
    """The light crosses the frame slowly, from the side that the look says."""
    way = 1 if look.turns[7] < 0.5 else -1
    reach = f"(W-w)/2+{way}*W*0.3*sin(2*PI*t/11+{look.turns[6] * 6:.2f})"
    return f"x='{reach}':y=0"


def _camera(look: Look, shape: Shape) -> str:
    """One of four moves: push in, pull out, pan right, pan left."""
    across, down = (0.35 + 0.3 * turn for turn in look.turns[1:3])
    return camera(seeded_move(look.turns[0]), shape, across=across, down=down)


def _between(first: bytes, last: bytes, shape: Shape, folder: Path) -> list[Layer]:
    """Both stills as they are; the second one comes in over the first until it is all there."""
    size = (shape.width, shape.height)
    ends = _cover(last, *size).convert("RGBA")
    # The last frame itself must be the second still, whole.
    lasts = max(shape.frames - 1, 1) / shape.fps
    appears = f"fade=t=in:st=0:d={lasts:.4f}:alpha=1"
    still = save_layer(_cover(first, *size), folder, "picture")
    return [still, save_layer(ends, folder, "last", effect=appears)]


def _cover(data: bytes, width: int, height: int) -> Image.Image:
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG", "WEBP")) as opened:
            picture = opened.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture("This picture cannot be read. Save it again as JPEG or PNG.") from error
    return ImageOps.fit(picture, (width, height), Image.Resampling.BICUBIC)
