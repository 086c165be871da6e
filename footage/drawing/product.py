"""A drawn product on a plain ground, for rehearsals that need a photo and must not borrow one."""

from io import BytesIO

from PIL import Image, ImageDraw, ImageFilter

SIZE = (1080, 1440)
_GROUNDS = (((239, 231, 218), (214, 200, 178)), ((222, 226, 222), (186, 194, 190)))
_GLASS, _SHINE, _LABEL, _CORK = (66, 42, 24), (126, 88, 56), (246, 240, 228), (176, 132, 86)


def product_photo(view: int) -> bytes:
    """A bottle as JPEG, another picture for each `view` from 0 on; the same bytes every time."""
    top, bottom = _GROUNDS[view % len(_GROUNDS)]
    width, height = SIZE
    picture = Image.linear_gradient("L").resize(SIZE)
    picture = Image.composite(Image.new("RGB", SIZE, bottom), Image.new("RGB", SIZE, top), picture)
    middle = width // 2 + (view % 3 - 1) * 60
    floor = int(height * 0.84)
    shade = Image.new("L", SIZE, 0)
    ImageDraw.Draw(shade).ellipse((middle - 230, floor - 30, middle + 290, floor + 50), fill=110)
    shade = shade.filter(ImageFilter.GaussianBlur(26))
    picture.paste(Image.new("RGB", SIZE, (60, 46, 34)), mask=shade)
    _bottle(ImageDraw.Draw(picture), middle=middle, floor=floor)
    out = BytesIO()
    picture.save(out, "JPEG", quality=88)
    return out.getvalue()


def _bottle(pen: ImageDraw.ImageDraw, *, middle: int, floor: int) -> None:
    pen.rounded_rectangle((middle - 170, floor - 700, middle + 170, floor), 48, fill=_GLASS)
    pen.polygon(
        [
            (middle - 168, floor - 650),
            (middle - 58, floor - 820),
            (middle + 58, floor - 820),
            (middle + 168, floor - 650),
        ],
        fill=_GLASS,
    )
    pen.rectangle((middle - 58, floor - 930, middle + 58, floor - 800), fill=_GLASS)
    pen.rounded_rectangle((middle - 64, floor - 990, middle + 64, floor - 910), 12, fill=_CORK)
    pen.rounded_rectangle((middle - 142, floor - 640, middle - 118, floor - 60), 12, fill=_SHINE)
    pen.rectangle((middle - 170, floor - 480, middle + 170, floor - 190), fill=_LABEL)
    pen.rectangle((middle - 110, floor - 420, middle + 110, floor - 408), fill=_GLASS)
    pen.ellipse((middle - 46, floor - 372, middle + 46, floor - 280), outline=_GLASS, width=8)
    pen.rectangle((middle - 70, floor - 246, middle + 70, floor - 238), fill=_GLASS)
