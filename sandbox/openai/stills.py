"""The two still variants of a finished video: a WebP thumbnail and a JPEG sheet of frames."""

import asyncio
from pathlib import Path

from footage.ffmpeg import run_ffmpeg

PATIENCE = 30.0
FILTERS = {"thumbnail": "scale=640:-2", "spritesheet": "fps=1,scale=240:-2,tile=5x4"}
MEDIA_TYPES = {"thumbnail": "image/webp", "spritesheet": "image/jpeg"}
ENDINGS = {"thumbnail": ".webp", "spritesheet": ".jpg"}


async def still(clip: Path, *, variant: str) -> Path:
    """Draws the variant beside the clip, once. Raises FootageError."""
    target = clip.with_suffix(ENDINGS[variant])
    if not target.exists():
        partial = target.with_suffix(f".part{ENDINGS[variant]}")
        arguments = ["-i", str(clip), "-vf", FILTERS[variant], "-frames:v", "1", str(partial)]
        await asyncio.to_thread(run_ffmpeg, arguments, timeout=PATIENCE)
        partial.replace(target)
    return target
