"""The slow camera moves of an animatic: which one, and how ffmpeg makes it over a still."""

import re
from enum import StrEnum

from footage.drawing.layers import YUV
from footage.writing import Shape

# A source larger than the frame, or the slow zoom is seen to jump in pixels.
OVERSCAN = 1.6
_MOST_GAIN = 0.22
_GAIN_A_SECOND = 0.035


class Move(StrEnum):
    """One slow move over a still."""

    IN = "in"
    OUT = "out"
    RIGHT = "right"
    LEFT = "left"
    UP = "up"
    DOWN = "down"
    STILL = "still"


# What camera notes and prompts say; the first that matches wins. A frying pan is no move.
_GOES = r"(?:pan|track|truck|slid|mov|dolly)\w*"
_SAID: tuple[tuple[Move, str], ...] = (
    (
        Move.STILL,
        r"static|locked[- ](?:off|down)|lock-?off|tripod|(?:fixed|still) camera",
    ),
    (Move.OUT, r"(?:pull|zoom|dolly|track|mov)\w*[ -](?:slowly )?(?:out|back|away)"),
    (Move.IN, r"(?:push|zoom|dolly|track|mov)\w*[ -](?:slowly )?(?:in|closer|forward|towards?)\b"),
    (Move.LEFT, rf"{_GOES} (?:shot )?(?:slowly )?(?:to the )?left|right to left"),
    (Move.RIGHT, rf"{_GOES} (?:shot )?(?:slowly )?(?:to the )?right|left to right|pan(?:s|ning)\b"),
    (Move.RIGHT, r"(?:slow|camera) (?:pan|orbit|track|slide)\b|orbit(?:s|ing)\b|tracking shot"),
    (Move.DOWN, r"(?:tilt|crane|boom)\w*[ -](?:slowly )?down|descending"),
    (Move.UP, r"(?:tilt|crane|boom|ris)\w*[ -](?:slowly )?(?:up|shot)|drone shot|aerial"),
)
_SEEDED = (Move.IN, Move.OUT, Move.RIGHT, Move.LEFT)


def move_for(*notes: str, turn: float) -> Move:
    """The move that the first telling note asks for; else `turn` (0 to 1) picks among four."""
    for note in notes:
        for move, words in _SAID:
            if re.search(rf"\b(?:{words})", note, re.IGNORECASE):
                return move
    return seeded_move(turn)


def seeded_move(turn: float) -> Move:
    """Push in, pull out, pan right or pan left."""
    return _SEEDED[int(turn * 3.99)]


def camera(move: Move, shape: Shape, *, across: float, down: float) -> str:
    """The filter that moves over a still of OVERSCAN times the frame.

    `across` and `down` (0 to 1) place the part that is looked at, where the move leaves it free.
    """
    gain = min(_MOST_GAIN, _GAIN_A_SECOND * shape.frames / shape.fps)
    done = f"(on/{shape.frames})"
    zoom = {
        Move.IN: f"1.03+{gain:.4f}*{done}",
        Move.OUT: f"{1.03 + gain:.4f}-{gain:.4f}*{done}",
    }.get(move, f"{1.06 + gain:.4f}")
    x = {Move.RIGHT: done, Move.LEFT: f"(1-{done})"}.get(move, f"{across:.3f}")
    y = {Move.DOWN: done, Move.UP: f"(1-{done})"}.get(move, f"{down:.3f}")
    place = f"x='(iw-iw/zoom)*{x}':y='(ih-ih/zoom)*{y}'"
    size = f"{shape.width}x{shape.height}"
    return f"{YUV},zoompan=z='{zoom}':{place}:d={shape.frames}:s={size}:fps={shape.fps}"
