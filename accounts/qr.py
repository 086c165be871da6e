"""A square picture for a telephone's camera, as the path of an SVG."""

from dataclasses import dataclass

QUIET = 4  # modules of white that the standard wants around it


@dataclass(frozen=True, kw_only=True)
class Picture:
    """`path` draws the dark modules in a square of `size` units."""

    size: int
    path: str


def draw(text: str) -> Picture:
    """The smallest square that holds `text` with medium error correction."""
    # Here, for every web process would hold it for the few who set up a telephone.
    from reportlab.graphics.barcode.qrencoder import QRCode, QRErrorCorrectLevel

    code = QRCode(None, QRErrorCorrectLevel.M)
    code.addData(text)
    code.make()
    count = code.getModuleCount()
    runs = (
        f"M{column + QUIET} {row + QUIET}h1v1h-1z"
        for row in range(count)
        for column in range(count)
        if code.isDark(row, column)
    )
    return Picture(size=count + 2 * QUIET, path="".join(runs))
