"""The first and the last frame of a clip as pictures: to pin a shot's ends, to cross between."""

from pathlib import Path

from footage.errors import FootageError
from footage.ffmpeg import ONLY_FILES, encode
from footage.probe import probe

_TIMEOUT = 60.0
_WRITERS = {
    ".png": ("-c:v", "png", "-pix_fmt", "rgb24"),
    ".jpg": ("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "2"),
}


def first_frame(source: Path, target: Path) -> None:
    """Write the clip's first frame, full size, as the PNG or JPEG that `target` is named.

    Raises BadClip for a file that is no clip, else FootageError; then nothing is written.
    """
    probe(source)
    _write(source, target, number=0)


def last_frame(source: Path, target: Path) -> None:
    """Write the clip's last frame; otherwise as `first_frame`."""
    _write(source, target, number=probe(source).frames - 1)


def _write(source: Path, target: Path, *, number: int) -> None:
    writer = _WRITERS.get(target.suffix)
    if writer is None:
        raise FootageError("a frame is written as .png or .jpg")
    # Counting frames is exact where seeking by time can land beside the last one.
    pick = f"select='eq(n,{number})',scale=in_color_matrix=bt709:out_range=full"
    args = [
        *("-xerror", "-threads", "2", *ONLY_FILES, "-f", "mov", "-i", str(source)),
        *("-map", "0:v:0", "-vf", pick, "-frames:v", "1", *writer, "-f", "image2", "-update", "1"),
    ]
    encode(args, target, timeout=_TIMEOUT)
