"""Is this the clip that was paid for? Asked of every file that arrives, before it is kept.

The cheap questions come first. PyAV, which runs in our own process, opens only files that a
limited child process has already decoded to the end.
"""

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from footage.boxes import read_boxes
from footage.errors import BadClip, ClipFault, FootageError
from footage.ffmpeg import ONLY_FILES, ffmpeg_result
from footage.probe import ClipFacts, probe

_LONGER_BY = 1.0  # seconds; vendors add a frame or two, and trimming costs nobody anything
_MEMORY = 1 << 30
_CPU_SECONDS = 20
_TIMEOUT = 60.0

# Each frame is looked at as 64x36 grey points, which a 4K clip also fits into 2 KB of.
_ACROSS, _DOWN = 64, 36
_DARK = 40  # 8-bit video black is 16
_LIT_SHARE = 0.02
_STILL = 3  # levels that encoding alone moves a point of a picture that stands still
_FASTEST = 120  # frames a second; a clip with more frames than that has the wrong length

Grey = NDArray[np.uint8]


def check_clip(path: Path, *, seconds: float, blank_is_bad: bool = True) -> ClipFacts:
    """Refuse a clip that is not whole, not playable, not `seconds` long, black or frozen.

    Up to half a frame short and one second long is accepted. `blank_is_bad=False` accepts
    black and frozen clips. Raises BadClip with its kind, or FootageError when the check itself
    could not be made (then the file is not judged, try again).
    """
    read_boxes(path)
    most = int((seconds + _LONGER_BY) * _FASTEST) + 1
    grey = _decode(path, most=most)
    facts = probe(path)
    _check_length(facts, seconds=seconds)
    if len(grey) < min(facts.frames, most) - 1:
        reason = f"Only {len(grey)} of {facts.frames} frames can be decoded."
        raise BadClip(reason, ClipFault.UNDECODABLE)
    if blank_is_bad:
        _check_picture(grey)
    return facts


def _decode(path: Path, *, most: int) -> Grey:
    """Every frame, tiny and grey, as (frames, 36, 64); the decoder runs limited and apart."""
    result = ffmpeg_result(
        [
            *("-xerror", "-threads", "2", *ONLY_FILES, "-f", "mov", "-i", str(path)),
            *("-map", "0:v:0", "-frames:v", str(most), "-fps_mode", "passthrough"),
            *("-vf", f"extractplanes=y,scale={_ACROSS}:{_DOWN}:flags=area,format=gray"),
            *("-f", "rawvideo", "pipe:1"),
        ],
        timeout=_TIMEOUT,
        memory_bytes=_MEMORY,
        cpu_seconds=_CPU_SECONDS,
    )
    if result.timed_out:
        raise FootageError("checking the clip took too long")
    if result.code != 0:
        raise BadClip("The clip cannot be decoded to its end.", ClipFault.UNDECODABLE)
    whole = len(result.out) // (_ACROSS * _DOWN)
    points = np.frombuffer(result.out, dtype=np.uint8, count=whole * _ACROSS * _DOWN)
    return points.reshape(whole, _DOWN, _ACROSS)


def _check_length(facts: ClipFacts, *, seconds: float) -> None:
    half_frame = 0.5 / float(facts.fps)
    if seconds - half_frame <= facts.seconds <= seconds + _LONGER_BY:
        return
    reason = f"The clip runs {facts.seconds:.2f} s where {seconds:g} s were asked."
    raise BadClip(reason, ClipFault.WRONG_LENGTH)


def _check_picture(grey: Grey) -> None:
    lit = (grey > _DARK).mean(axis=(1, 2))
    if lit.max() < _LIT_SHARE:
        raise BadClip("Every frame of the clip is black.", ClipFault.BLACK)
    first = grey[0].astype(np.int16)
    if all(np.abs(frame - first).max() <= _STILL for frame in grey[1:]):
        raise BadClip("The clip stands still: every frame is the same.", ClipFault.FROZEN)
