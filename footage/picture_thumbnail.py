"""The small form of a picture, for lists and forms."""

from pathlib import Path

from footage.errors import FootageError
from footage.ffmpeg import ONLY_FILES, run_ffmpeg

_READERS = {"image/jpeg": "jpeg_pipe", "image/png": "png_pipe"}
_MEMORY = 2 << 30
_CPU_SECONDS = 20
_TIMEOUT = 30.0


def picture_thumbnail(source: Path, target: Path, *, media_type: str, longest: int = 640) -> None:
    """Write a JPEG of a clean picture; its longer side has at most `longest` pixels.

    What is transparent becomes white. Raises FootageError.
    """
    fit = f"scale='min({longest},iw)':'min({longest},ih)':force_original_aspect_ratio=decrease"
    # A white copy of the same size lies below, since JPEG knows no transparency.
    white = "[under]drawbox=c=white:replace=1:t=fill[white]"
    on_white = f"split[top][under];{white};[white][top]overlay=format=gbrp"
    still = run_ffmpeg(
        [
            *("-threads", "1", *ONLY_FILES, "-f", _READERS[media_type], "-i", str(source)),
            *("-frames:v", "1", "-vf", f"{fit}:flags=area,format=rgba,{on_white}"),
            *("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3"),
            *("-f", "image2pipe", "pipe:1"),
        ],
        timeout=_TIMEOUT,
        memory_bytes=_MEMORY,
        cpu_seconds=_CPU_SECONDS,
    )
    if not still:
        raise FootageError("the picture has nothing to show")
    target.write_bytes(still)
