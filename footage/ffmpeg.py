"""The one place that runs the ffmpeg program (the binary that imageio-ffmpeg ships)."""

import os
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import imageio_ffmpeg

from footage.children.run import ChildResult, run_child
from footage.errors import FootageError

# Only local files and our own pipes: a playlist that poses as a clip reaches nothing.
ONLY_FILES = ("-protocol_whitelist", "file,pipe")

_QUIET = ("-hide_banner", "-nostdin", "-loglevel", "error", "-y")
_REASON_LENGTH = 200
_ENCODER_MEMORY = 4 << 30


@cache
def _program() -> str:
    return str(Path(imageio_ffmpeg.get_ffmpeg_exe()).resolve())


def ffmpeg_result(
    args: Sequence[str],
    *,
    timeout: float,
    memory_bytes: int = 0,
    cpu_seconds: int = 0,
) -> ChildResult:
    """Run ffmpeg and say how it ended, for callers to whom its failure is an answer."""
    return run_child(
        [_program(), *_QUIET, *args],
        timeout=timeout,
        memory_bytes=memory_bytes,
        cpu_seconds=cpu_seconds,
    )


def run_ffmpeg(
    args: Sequence[str],
    *,
    timeout: float,
    memory_bytes: int = 0,
    cpu_seconds: int = 0,
) -> bytes:
    """Run ffmpeg with `args` (a list, never a shell) and return its standard output.

    `timeout` is wall seconds. Raises FootageError with a short reason that names no path.
    """
    result = ffmpeg_result(
        args, timeout=timeout, memory_bytes=memory_bytes, cpu_seconds=cpu_seconds
    )
    if result.timed_out:
        raise FootageError(f"ffmpeg took longer than {timeout:g} s")
    if result.code != 0:
        raise FootageError(_reason(result.err, code=result.code, args=args))
    return result.out


def encode(args: Sequence[str], target: Path, *, timeout: float) -> None:
    """Run ffmpeg with `args` so that its one output becomes `target`, whole or not at all.

    The file is written beside the target and renamed at the end; raises FootageError.
    """
    with TemporaryDirectory(dir=target.parent, prefix=".footage-") as folder:
        part = Path(folder) / f"part{target.suffix}"
        # The CPU limit ends an encode whose caller was killed and can no longer end it.
        cpu_seconds = int(timeout) * (os.cpu_count() or 1)
        run_ffmpeg(
            [*args, str(part)],
            timeout=timeout,
            memory_bytes=_ENCODER_MEMORY,
            cpu_seconds=cpu_seconds,
        )
        part.replace(target)


def patience(*, width: int, height: int, frames: int) -> float:
    """Wall seconds after which an encode is hung: many times what it needs on a busy core."""
    return 30 + width * height * frames / 1_500_000


def _reason(err: str, *, code: int, args: Sequence[str]) -> str:
    lines = [line.strip() for line in err.splitlines() if line.strip()]
    if not lines:
        return f"ffmpeg ended with code {code}"
    text = lines[-1]
    for word in args:
        if word.startswith("/"):
            text = text.replace(word, Path(word).name)
    return text[:_REASON_LENGTH]
