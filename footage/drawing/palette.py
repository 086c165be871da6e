"""Which colours and which motion a card or a picture gets: a pure function of its seed."""

import hashlib
from dataclasses import dataclass

Colour = tuple[int, int, int]

# Ground, first glow, second glow, accent. Muted pairs that hold white words at any place.
_DUOS: tuple[tuple[Colour, Colour, Colour, Colour], ...] = (
    ((12, 20, 24), (20, 78, 92), (142, 84, 38), (246, 196, 132)),
    ((16, 20, 15), (54, 82, 48), (138, 106, 34), (236, 208, 128)),
    ((20, 15, 15), (128, 50, 38), (44, 62, 78), (250, 178, 142)),
    ((12, 16, 26), (28, 66, 124), (24, 104, 104), (148, 214, 222)),
    ((22, 17, 12), (140, 72, 24), (82, 84, 40), (252, 206, 120)),
    ((14, 20, 20), (22, 98, 86), (60, 74, 96), (162, 228, 204)),
    ((21, 14, 17), (124, 40, 62), (120, 78, 40), (252, 182, 166)),
    ((13, 17, 21), (48, 80, 104), (112, 96, 80), (212, 218, 214)),
    ((17, 18, 12), (96, 98, 26), (22, 84, 82), (226, 224, 140)),
    ((20, 16, 13), (114, 62, 40), (26, 72, 100), (244, 192, 150)),
)


@dataclass(frozen=True, kw_only=True)
class Look:
    """Colours as RGB; `turns` are eight numbers from 0 to 1 that place and move things."""

    ground: Colour
    glow: Colour
    second_glow: Colour
    accent: Colour
    turns: tuple[float, ...]


def look_for(seed: str | int, *, words: str = "") -> Look:
    """The look that this seed and these words always get."""
    digest = hashlib.sha256(f"{seed}\n{words}".encode()).digest()
    ground, glow, second, accent = _DUOS[digest[0] % len(_DUOS)]
    if digest[1] % 2:
        glow, second = second, glow
    turns = tuple(byte / 255 for byte in digest[2:10])
    return Look(ground=ground, glow=glow, second_glow=second, accent=accent, turns=turns)
