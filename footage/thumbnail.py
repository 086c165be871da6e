"""The still that stands for a clip."""

import io
from pathlib import Path

from PIL import Image, ImageStat

from footage.errors import FootageError
from footage.ffmpeg import ONLY_FILES, run_ffmpeg
from footage.probe import probe

# A third in, openings and fades are over; the others are asked only when that frame is black.
_LOOKS = (1 / 3, 1 / 2, 3 / 4, 0.0)
_DARK = 24.0  # mean level of a frame that shows nothing
_MEMORY = 1 << 30
_CPU_SECONDS = 20
_TIMEOUT = 30.0


def thumbnail(source: Path, target: Path, *, longest: int = 640) -> None:
    """Write a JPEG of a frame that shows something; its longer side has `longest` pixels.

    A smaller clip is not enlarged. Raises BadClip or FootageError.
    """
    facts = probe(source)
    best, best_level = b"", -1.0
    for share in _LOOKS:
        still = _grab(source, at=facts.seconds * share, longest=longest)
        level = _level(still)
        if level > best_level:
            best, best_level = still, level
        if level > _DARK:
            break
    part = target.with_name(f".{target.name}.part")
    part.write_bytes(best)
    part.replace(target)


def _grab(source: Path, *, at: float, longest: int) -> bytes:
    fit = f"scale='min({longest},iw)':'min({longest},ih)':force_original_aspect_ratio=decrease"
    still = run_ffmpeg(
        [
            *("-threads", "2", *ONLY_FILES, "-f", "mov", "-ss", f"{at:.3f}", "-i", str(source)),
            *("-map", "0:v:0", "-frames:v", "1", "-vf", f"{fit}:flags=lanczos:out_range=full"),
            *("-c:v", "mjpeg", "-pix_fmt", "yuvj420p", "-q:v", "3"),
            *("-f", "image2pipe", "pipe:1"),
        ],
        timeout=_TIMEOUT,
        memory_bytes=_MEMORY,
        cpu_seconds=_CPU_SECONDS,
    )
    if not still:
        raise FootageError("the clip has no frame to show")
    return still


def _level(still: bytes) -> float:
    with Image.open(io.BytesIO(still), formats=("JPEG",)) as picture:
        return ImageStat.Stat(picture.convert("L")).mean[0]
