"""Set words well: a vendored face, wrapped to a measure, shrunk until they fit."""

from dataclasses import dataclass
from functools import cache
from pathlib import Path

from PIL import ImageFont

_FONTS = Path(__file__).with_name("fonts")
_SMALLEST = 0.42  # of the first size; below that, words are cut with an ellipsis instead


@dataclass(frozen=True, kw_only=True)
class Setting:
    """Lines of one size, in pixels. `leading` is the distance from line to line."""

    lines: tuple[str, ...]
    font: ImageFont.FreeTypeFont
    leading: int

    @property
    def height(self) -> int:
        return self.leading * len(self.lines)


@cache
def face(weight: str, size: int) -> ImageFont.FreeTypeFont:
    """Inter in `weight` ("SemiBold" or "Medium") at `size` pixels."""
    return ImageFont.truetype(str(_FONTS / f"Inter-{weight}.woff2"), size)


def set_words(text: str, *, weight: str, size: int, measure: int, most_lines: int) -> Setting:
    """Break `text` into at most `most_lines` lines no wider than `measure` pixels.

    The size goes down until the words fit; what does not fit even at the smallest is cut.
    """
    smallest = max(6, int(size * _SMALLEST))
    size = max(size, smallest)
    for pixels in range(size, smallest - 1, -max(1, size // 16)):
        font = face(weight, pixels)
        lines = _wrap(text, font=font, measure=measure)
        if len(lines) <= most_lines:
            break
    if len(lines) > most_lines:
        lines = [*lines[: most_lines - 1], _cut(lines[most_lines - 1] + " …", font, measure)]
    return Setting(lines=tuple(lines), font=font, leading=int(font.size * 1.18))


def _wrap(text: str, *, font: ImageFont.FreeTypeFont, measure: int) -> list[str]:
    lines: list[str] = []
    line = ""
    for word in _pieces(text, font=font, measure=measure):
        longer = f"{line} {word}" if line else word
        if line and font.getlength(longer) > measure:
            lines.append(line)
            longer = word
        line = longer
    return [*lines, line] if line else lines


def _pieces(text: str, *, font: ImageFont.FreeTypeFont, measure: int) -> list[str]:
    """The words; one that is wider than the measure (an address, Chinese) in parts."""
    pieces: list[str] = []
    for word in text.split():
        part = word
        while font.getlength(part) > measure and len(part) > 1:
            fits = max(1, int(len(part) * measure / font.getlength(part)) - 1)
            pieces.append(part[:fits])
            part = part[fits:]
        pieces.append(part)
    return pieces


def _cut(line: str, font: ImageFont.FreeTypeFont, measure: int) -> str:
    while font.getlength(line) > measure and len(line) > 2:
        line = line[:-3].rstrip() + " …"
    return line
