"""Read one picture from standard input, write it out clean. Run as a script, with limits set.

Output: `ready`, then one JSON line, then, unless refused, the new file's bytes. Stands alone:
the isolated interpreter that runs it does not see our packages. Whatever goes wrong in a parser
may end this process; the parent takes any end but a good one for a damaged picture.
"""

import io
import json
import sys
import warnings
from typing import Any

from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

_FORMATS = ("JPEG", "PNG", "WEBP")
_QUALITY = 92


def main(most_pixels: int, shortest_side: int, box: tuple[int, ...] = ()) -> None:
    """`box` is the part to keep: left, top, width and height in pixels; without, all of it."""
    sys.stdout.buffer.write(b"ready\n")
    Image.MAX_IMAGE_PIXELS = most_pixels
    # Pillow only warns up to twice the limit, and would decode.
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        picture = Image.open(io.BytesIO(sys.stdin.buffer.read()), formats=_FORMATS)
    except (Image.DecompressionBombWarning, Image.DecompressionBombError):
        return _answer({"refused": "pixels"})
    except UnidentifiedImageError:
        return _answer({"refused": "format"})
    size = {"width": picture.width, "height": picture.height}
    if picture.width * picture.height > most_pixels:
        return _answer({"refused": "pixels", **size})
    # Phones put a second, smaller picture behind a JPEG; that is no animation.
    if picture.format in ("PNG", "WEBP") and getattr(picture, "n_frames", 1) > 1:
        return _answer({"refused": "animated"})
    if box and not _within(box, picture):
        return _answer({"refused": "crop"})
    kept = box[2:] or picture.size
    if min(kept) < shortest_side:
        return _answer({"refused": "small", "width": kept[0], "height": kept[1]})
    return _write_clean(picture, box)


def _within(box: tuple[int, ...], picture: Image.Image) -> bool:
    left, top, width, height = box
    room = picture.width - left - width, picture.height - top - height
    return min(left, top, *room) >= 0 and min(width, height) > 0


def _write_clean(picture: Image.Image, box: tuple[int, ...]) -> None:
    """Turn it upright, cut it, bring its colours to sRGB, drop all else, encode anew."""
    profile = picture.info.get("icc_profile")
    clean = ImageOps.exif_transpose(picture)
    if box:
        clean = clean.crop((box[0], box[1], box[0] + box[2], box[1] + box[3]))
    clean = _to_srgb(_plain_mode(clean), profile)
    clear = clean.mode == "RGBA" and clean.getchannel("A").getextrema() != (255, 255)
    out = io.BytesIO()
    # A fresh image carries no text, no profile, no GPS.
    bare = Image.new("RGBA" if clear else "RGB", clean.size)
    bare.paste(clean if clear else clean.convert("RGB"))
    if clear:
        bare.save(out, "PNG", compress_level=4)
    else:
        bare.save(out, "JPEG", quality=_QUALITY, subsampling=0)
    media_type = "image/png" if clear else "image/jpeg"
    _answer({"media_type": media_type, "width": bare.width, "height": bare.height})
    sys.stdout.buffer.write(out.getvalue())


def _plain_mode(picture: Image.Image) -> Image.Image:
    if picture.mode.startswith("I"):  # 16-bit grey: `convert` alone would clip, not scale
        picture = picture.convert("I").point(lambda level: level / 256).convert("L")
    if picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info:
        return picture.convert("RGBA")
    return picture if picture.mode in ("RGB", "CMYK") else picture.convert("RGB")


def _to_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    """Phones photograph in wider colours; without the profile these would look pale."""
    if not profile or picture.mode == "RGBA":
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        target = ImageCms.createProfile("sRGB")
        converted = ImageCms.profileToProfile(picture, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return picture  # a broken or unfitting profile says nothing about the colours
    return converted or picture


def _answer(facts: dict[str, Any]) -> None:
    sys.stdout.buffer.write(json.dumps(facts).encode() + b"\n")


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), tuple(map(int, sys.argv[3:7])))
