"""Bringing a picture of ours to the shape that a vendor animates.

Only pictures that `footage.picture` has made come here, so they are decoded in this process.
"""

import hashlib
from io import BytesIO

from PIL import Image, ImageOps

from footage.picture import CleanPicture

LONGEST = 2048


def fitted(content: bytes, *, ratio: str, longest: int = LONGEST) -> CleanPicture:
    """The middle of the picture in `ratio` ("16:9"), at most `longest` pixels a side."""
    across, down = (int(part) for part in ratio.split(":"))
    with Image.open(BytesIO(content)) as picture:
        width, height = _inside(picture.width, picture.height, across, down, longest)
        kept = picture.convert("RGBA" if "A" in picture.getbands() else "RGB")
        shaped = ImageOps.fit(kept, (width, height), Image.Resampling.LANCZOS)
    form = "PNG" if shaped.mode == "RGBA" else "JPEG"
    made = BytesIO()
    shaped.save(made, form, **({"quality": 92} if form == "JPEG" else {}))
    data = made.getvalue()
    return CleanPicture(
        content=data,
        media_type=f"image/{form.lower()}",
        width=width,
        height=height,
        sha256=hashlib.sha256(data).hexdigest(),
    )


def _inside(width: int, height: int, across: int, down: int, longest: int) -> tuple[int, int]:
    """The largest size of the ratio that fits into the picture and the limit."""
    scale = min(width / across, height / down, longest / max(across, down))
    return max(round(across * scale), 1), max(round(down * scale), 1)
