"""Draw the stills that a card is made of: a backdrop, a light bar, words, the mark."""

import numpy as np
from PIL import Image, ImageDraw, ImageFilter

from footage.drawing.palette import Colour, Look
from footage.drawing.words import face, set_words

_PAPER = (246, 244, 238)
_INK = (14, 15, 17)
_AMBER = (255, 178, 36)
_GRAIN = 1.6  # levels; without it the soft gradients show bands after encoding


def draw_backdrop(look: Look, *, width: int, height: int) -> Image.Image:
    """Two glows on a dark ground, RGB, with a little grain."""
    small_w, small_h = max(16, width // 12), max(16, height // 12)
    ys, xs = np.mgrid[0:small_h, 0:small_w].astype(np.float32)
    across, down = xs / small_w, ys / small_h
    field = np.full((small_h, small_w, 3), look.ground, dtype=np.float32)
    one, two, three, four = look.turns[:4]
    for colour, x, y, reach in (
        (look.glow, 0.15 + 0.35 * one, 0.05 + 0.4 * two, 0.42),
        (look.second_glow, 0.6 + 0.35 * three, 0.25 + 0.6 * four, 0.36),
        (look.glow, 0.95 - 0.3 * one, 1.0 - 0.3 * two, 0.2),
    ):
        weight = np.exp(-((across - x) ** 2 + (down - y) ** 2) / (2 * (reach / 1.6) ** 2))
        field += weight[..., None] * (np.array(colour, dtype=np.float32) - field)
    picture = Image.fromarray(field.clip(0, 255).astype(np.uint8), "RGB")
    picture = picture.resize((width, height), Image.Resampling.BICUBIC)
    noise = np.random.default_rng(int(one * 255)).normal(0, _GRAIN, (height, width, 1))
    grainy = np.asarray(picture, dtype=np.float32) + noise.astype(np.float32)
    return Image.fromarray(grainy.clip(0, 255).astype(np.uint8), "RGB")


def draw_light(look: Look, *, width: int, height: int) -> Image.Image:
    """Three soft bars of light, one tilted: the layer that drifts over the backdrop, RGBA.

    Twice as wide as the frame, with the bars in its middle, so that its edges stay outside.
    """
    scale = 4
    w, h = 2 * width // scale, height // scale
    small = Image.new("L", (w, h), 0)
    pen = ImageDraw.Draw(small)
    lean = int(min(w // 2, h) * (0.3 + 0.4 * look.turns[4]))
    for start, thick, level, tilt in (
        (0.34, 0.055, 32, lean),
        (0.47, 0.03, 26, -lean // 2),
        (0.55, 0.08, 20, lean),
    ):
        left, right = int(w * start), int(w * (start + thick))
        pen.polygon([(left + tilt, 0), (right + tilt, 0), (right, h), (left, h)], fill=level)
    small = small.filter(ImageFilter.GaussianBlur(max(2, w // 180)))
    light = Image.new("RGBA", (2 * width, height), (*look.accent, 0))
    light.putalpha(small.resize(light.size, Image.Resampling.BILINEAR))
    return light


def draw_words(look: Look, *, width: int, height: int, title: str, subtitle: str) -> Image.Image:
    """The title, and the subtitle above it, at the lower left, over a soft shade, RGBA.

    A tall frame keeps its words inside the part that a crop to 4:5 leaves.
    """
    layer = _shade(width, height)
    pen = ImageDraw.Draw(layer)
    short = min(width, height)
    margin = int(short * 0.075)
    floor = min(height, (height + int(width * 1.25)) // 2) - int(margin * 1.1)
    measure = min(width - 2 * margin, int(short * 1.25))
    body = set_words(
        title, weight="SemiBold", size=int(short * 0.088), measure=measure, most_lines=5
    )
    top = floor - body.height
    for number, line in enumerate(body.lines):
        pen.text((margin, top + number * body.leading), line, font=body.font, fill=_PAPER)
    if subtitle:
        _subtitle(pen, subtitle, look.accent, (margin, top), short=short, measure=measure)
    return layer


def _subtitle(
    pen: ImageDraw.ImageDraw,
    text: str,
    colour: Colour,
    corner: tuple[int, int],
    *,
    short: int,
    measure: int,
) -> None:
    left, above = corner
    small = set_words(text, weight="Medium", size=int(short * 0.036), measure=measure, most_lines=1)
    top = above - int(small.leading * 1.5)
    bar = max(2, short // 180)
    pen.rectangle((left, top - bar * 5, left + bar * 14, top - bar * 4), fill=colour)
    for line in small.lines:
        pen.text((left, top), line, font=small.font, fill=colour)


def _shade(width: int, height: int) -> Image.Image:
    column = Image.new("L", (1, 64))
    column.putdata([int(130 * max(0.0, (row - 22) / 42) ** 1.4) for row in range(64)])
    layer = Image.new("RGBA", (width, height), (*_INK, 0))
    layer.putalpha(column.resize((width, height), Image.Resampling.BICUBIC))
    return layer


def draw_mark(mark: str, *, width: int, height: int) -> Image.Image:
    """The edge marking: a slim ribbon across the frame that repeats `mark`, RGBA.

    It repeats and sits where a centre crop to any of our ratios leaves it, so that no reframing
    can take the mark off a clip.
    """
    short = min(width, height)
    layer = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    font = face("SemiBold", max(10, int(short * 0.03)))
    tall = int(font.size * 1.9)
    top = max(0, (height - width * 9 // 16) // 2) + int(short * 0.04)
    pen.rectangle((0, top, width, top + tall), fill=(*_INK, 205))
    spaced = "\u2009".join(mark)
    word = int(font.getlength(spaced))
    bar = max(2, tall // 8)
    step = word + bar * 14
    for left in range(-step // 3, width, step):
        pen.text((left, top + tall // 2), spaced, font=font, fill=_AMBER, anchor="lm")
        _bars(pen, left + word + bar * 4, top, tall=tall, bar=bar)
    return layer


def _bars(pen: ImageDraw.ImageDraw, left: int, top: int, *, tall: int, bar: int) -> None:
    high, low = top + tall // 3, top + tall - tall // 3
    for number in range(3):
        x = left + number * bar * 2
        lean = bar if number == 2 else 0
        pen.polygon(
            [(x + lean, high), (x + bar + lean, high), (x + bar, low), (x, low)], fill=_AMBER
        )


def draw_line(colour: Colour, *, width: int, height: int) -> Image.Image:
    """The thin line along the foot that shows how much of the clip has run, RGBA."""
    tall = max(4, height // 120)
    return Image.new("RGBA", (width, tall), (*colour, 230))
