"""Draw what an animatic shows: the ground that the camera moves over, and its corner mark."""

from PIL import Image, ImageDraw

from footage.drawing.card import draw_backdrop, draw_light
from footage.drawing.palette import Look
from footage.drawing.words import face

_INK = (14, 15, 17)
_PAPER = (246, 244, 238)
_AMBER = (255, 178, 36)


def draw_ground(look: Look, *, width: int, height: int) -> Image.Image:
    """A lit room with a horizon, thirds and corners, so that a slow move can be seen, RGB."""
    ground = draw_backdrop(look, width=width, height=height).convert("RGBA")
    light = draw_light(look, width=width, height=height)
    ground.alpha_composite(light.crop((width // 2, 0, width // 2 + width, height)))
    lines = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(lines)
    hair = max(1, min(width, height) // 540)
    faint, clear = (*look.accent, 34), (*look.accent, 96)
    for third in (1, 2):
        pen.line([(width * third // 3, 0), (width * third // 3, height)], fill=faint, width=hair)
        pen.line([(0, height * third // 3), (width, height * third // 3)], fill=faint, width=hair)
    _corners(pen, width=width, height=height, colour=clear, hair=hair * 2)
    return Image.alpha_composite(ground, lines).convert("RGB")


def _corners(
    pen: ImageDraw.ImageDraw,
    *,
    width: int,
    height: int,
    colour: tuple[int, int, int, int],
    hair: int,
) -> None:
    """The four corners of a frame inside the frame, as a viewfinder shows them."""
    arm = min(width, height) // 14
    left, top, right, bottom = width // 6, height // 6, width * 5 // 6, height * 5 // 6
    for x, y, across, down in (
        (left, top, arm, arm),
        (right, top, -arm, arm),
        (left, bottom, arm, -arm),
        (right, bottom, -arm, -arm),
    ):
        pen.line([(x + across, y), (x, y), (x, y + down)], fill=colour, width=hair)
    middle, cross = (width // 2, height // 2), arm // 4
    pen.line([(middle[0] - cross, middle[1]), (middle[0] + cross, middle[1])], colour, hair // 2)
    pen.line([(middle[0], middle[1] - cross), (middle[0], middle[1] + cross)], colour, hair // 2)


def draw_corner(mark: str, *, label: str, width: int, height: int) -> Image.Image:
    """A chip at the upper left: an amber bar, `mark`, then `label`, RGBA."""
    short = min(width, height)
    layer = Image.new("RGBA", (width, height), (0, 0, 0, 0))
    pen = ImageDraw.Draw(layer)
    size = max(10, int(short * 0.038))
    strong, plain = face("SemiBold", size), face("Medium", size)
    margin, inside, tall = int(short * 0.045), int(size * 0.6), int(size * 2.0)
    first = int(strong.getlength(mark))
    second = int(plain.getlength(label)) + inside if label else 0
    bar = max(3, size // 4)
    wide = bar + inside + first + second + inside
    box = (margin, margin, min(margin + wide, width - margin), margin + tall)
    pen.rectangle(box, fill=(*_INK, 216))
    pen.rectangle((margin, margin, margin + bar - 1, margin + tall), fill=_AMBER)
    middle = margin + tall // 2
    x = margin + bar + inside
    pen.text((x, middle), mark, font=strong, fill=_AMBER, anchor="lm")
    pen.text((x + first + inside, middle), label, font=plain, fill=_PAPER, anchor="lm")
    return layer
