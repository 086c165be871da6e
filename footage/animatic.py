"""The $0 preview of one shot: a slow camera move over its picture, or over a card of its words.

It says "Animatic" in the picture's corner and in its metadata, so that nobody takes it for
footage. The same card gives the same clip.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory

from PIL import Image, ImageOps

from footage.drawing.card import draw_line, draw_words
from footage.drawing.layers import Layer, save_layer
from footage.drawing.palette import Look, look_for
from footage.drawing.slate import draw_corner, draw_ground
from footage.errors import BadPicture
from footage.moves import OVERSCAN, Move, camera, move_for
from footage.writing import JOINABLE, NO_METADATA, Shape, shape_of, write_layers

MARK = "Animatic"
METADATA: Mapping[str, str] = {"comment": "Animatic: a preview without footage", "animatic": "1"}

_PAPER = (238, 236, 230)  # what lies under a cut-out product
_SAID = {
    Move.IN: "Push in",
    Move.OUT: "Pull out",
    Move.RIGHT: "Pan right",
    Move.LEFT: "Pan left",
    Move.UP: "Tilt up",
    Move.DOWN: "Tilt down",
    Move.STILL: "Static",
}


@dataclass(frozen=True, kw_only=True)
class AnimaticCard:
    """What is known of a shot before there is footage.

    `camera` is a note in words ("slow push in"); without one, the prompt's own words and then
    `seed` decide on the move. `picture` holds JPEG, PNG or WebP bytes, or nothing.
    """

    number: int
    role: str
    words: str
    camera: str = ""
    seed: str | int = 0
    picture: bytes = field(default=b"", repr=False)


def shot_animatic(
    card: AnimaticCard,
    *,
    into: Path,
    seconds: float,
    width: int,
    height: int,
    fps: int = 24,
    metadata: Mapping[str, str] = NO_METADATA,
) -> None:
    """Write the card's clip to `into`: H.264, no sound, exactly `round(seconds * fps)` frames.

    Raises BadPicture when the card's picture cannot be read, else FootageError; then nothing
    is written.
    """
    shape = shape_of(seconds=seconds, width=width, height=height, fps=fps)
    look = look_for(card.seed, words=card.words)
    move = move_of(card)
    with TemporaryDirectory(prefix="animatic-") as name:
        folder = Path(name)
        layers = [
            save_layer(_ground(card, look, shape), folder, "ground"),
            save_layer(_words(card, look, shape, move=move), folder, "words"),
            _line(look, shape, folder),
        ]
        across, down = (0.35 + 0.3 * turn for turn in look.turns[1:3])
        write_layers(
            into,
            layers,
            base=camera(move, shape, across=across, down=down),
            shape=shape,
            metadata={**METADATA, **metadata},
            extra=JOINABLE,
        )


def move_of(card: AnimaticCard) -> Move:
    """The slow move that this card's clip makes."""
    look = look_for(card.seed, words=card.words)
    return move_for(card.camera, card.words, turn=look.turns[0])


def _ground(card: AnimaticCard, look: Look, shape: Shape) -> Image.Image:
    width, height = int(shape.width * OVERSCAN), int(shape.height * OVERSCAN)
    if not card.picture:
        return draw_ground(look, width=width, height=height)
    try:
        with Image.open(BytesIO(card.picture), formats=("JPEG", "PNG", "WEBP")) as opened:
            clear = opened.convert("RGBA")
    except (OSError, ValueError, Image.DecompressionBombError) as error:
        raise BadPicture("This picture cannot be read. Save it again as JPEG or PNG.") from error
    picture = Image.alpha_composite(Image.new("RGBA", clear.size, _PAPER), clear).convert("RGB")
    return ImageOps.fit(picture, (width, height), Image.Resampling.BICUBIC)


def _words(card: AnimaticCard, look: Look, shape: Shape, *, move: Move) -> Image.Image:
    """The corner mark; on a card without a picture also the prompt and the camera's move."""
    size = {"width": shape.width, "height": shape.height}
    label = f"{card.number} · {card.role}"
    corner = draw_corner(MARK, label=label, **size)
    if card.picture:
        return corner
    subtitle = f"Shot {card.number} · {card.role} · {_SAID[move]}"
    words = draw_words(look, title=card.words or card.role, subtitle=subtitle, **size)
    return Image.alpha_composite(words, draw_corner(MARK, label="", **size))


def _line(look: Look, shape: Shape, folder: Path) -> Layer:
    drawn = draw_line(look.accent, width=shape.width, height=shape.height)
    return save_layer(drawn, folder, "line", place=f"x='-w+w*(n+1)/{shape.frames}':y=H-h")
