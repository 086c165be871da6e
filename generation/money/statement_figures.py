"""Numbers that stand below each other: every digit as wide as every other, flush right."""

from reportlab.lib import colors
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.platypus import Flowable

TEXT, STRONG = "Statement", "Statement-Strong"
INK = colors.HexColor("#17181A")


class Figures(Flowable):  # type: ignore[misc]
    """One line of text at the right edge of its cell. The font's own digits differ in width."""

    def __init__(self, text: str, *, font: str = TEXT, size: float = 9) -> None:
        super().__init__()
        self._text, self._font, self._size = text, font, size

    def wrap(self, width: float, height: float) -> tuple[float, float]:
        self.width, self.height = width, self._size * 1.35
        return self.width, self.height

    def draw(self) -> None:
        self.canv.setFont(self._font, self._size)
        self.canv.setFillColor(INK)
        at, base = self.width, self.height - self._size * 1.05
        for sign in reversed(self._text):
            room = self._width(sign)
            at -= room
            own = stringWidth(sign, self._font, self._size)
            self.canv.drawString(at + (room - own) / 2, base, sign)

    def _width(self, sign: str) -> float:
        return float(stringWidth("0" if sign.isdigit() else sign, self._font, self._size))
