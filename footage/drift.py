"""How far a final went from the draft that somebody picked: structure and colour, over time.

Both clips are looked at as small pictures at the same relative times, so that neither size,
codec, rate nor a few frames more or less count as a difference.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from footage.errors import BadClip, ClipFault, FootageError
from footage.ffmpeg import ONLY_FILES, ffmpeg_result
from footage.probe import ClipFacts, probe

# From here on a person should look. Below it lie other encodes (under 0.05) and small shifts of
# light or framing; another scene scores above 0.4.
NEEDS_A_LOOK = 0.25

_ACROSS, _DOWN = 64, 36
_LOOKS_A_SECOND = 4
_MOST_LOOKS = 120
_WINDOW = 8
_STEP = 4
# What keeps flat parts from counting as unlike: the variance that encoding alone leaves.
_LIGHT_FLOOR = (0.01 * 255) ** 2
_SHAPE_FLOOR = (0.015 * 255) ** 2
# A mean shift of the colour distribution by so many levels counts as another scene's colours.
_OTHER_COLOURS = 36.0
_STRUCTURE_SHARE = 0.6
_MEMORY = 1 << 30
_CPU_SECONDS = 30
_TIMEOUT = 60.0

_SMALL = (
    f"scale={_ACROSS}:{_DOWN}:flags=area:in_color_matrix=bt709:out_color_matrix=bt709"
    ":out_range=full,format=yuv444p"
)

Frames = NDArray[np.float32]


@dataclass(frozen=True, kw_only=True)
class Drift:
    """How unlike two clips are: 0 the same, 1 nothing in common.

    `per_second` has a score for each second of the final, begun ones included; `worst_second`
    is where the highest begins. `score` is the mean of the average and the worst second, so
    that one second gone wrong is not hidden by nineteen good ones.
    """

    score: float
    worst_second: int
    per_second: tuple[float, ...]

    @property
    def needs_a_look(self) -> bool:
        return self.score >= NEEDS_A_LOOK


def drift(draft: Path, final: Path) -> Drift:
    """Compare a draft and its final. Raises BadClip for a file that is no clip, or FootageError."""
    facts = probe(final)
    looks = max(2, min(_MOST_LOOKS, round(facts.seconds * _LOOKS_A_SECOND)))
    one, two = _frames(draft, probe(draft), looks), _frames(final, facts, looks)
    both = min(len(one), len(two))
    scores = np.array([_unlike(one[at], two[at]) for at in range(both)])
    second = np.minimum(np.arange(both) * facts.seconds / looks, facts.seconds).astype(int)
    each = tuple(float(scores[second == at].mean()) for at in range(int(second.max()) + 1))
    score = (float(scores.mean()) + max(each)) / 2
    return Drift(
        score=round(score, 4),
        worst_second=int(np.argmax(each)),
        per_second=tuple(round(value, 4) for value in each),
    )


def _frames(path: Path, facts: ClipFacts, looks: int) -> Frames:
    """`looks` evenly spaced frames as (looks, 36, 64, 3) of luma and the two colour planes."""
    rate = f"{looks * 1000}/{max(1, round(facts.seconds * 1000))}"
    result = ffmpeg_result(
        [
            *("-xerror", "-threads", "2", *ONLY_FILES, "-f", "mov", "-i", str(path)),
            *("-map", "0:v:0", "-vf", f"setpts=PTS-STARTPTS,fps={rate},{_SMALL}"),
            *("-frames:v", str(looks), "-f", "rawvideo", "pipe:1"),
        ],
        timeout=_TIMEOUT,
        memory_bytes=_MEMORY,
        cpu_seconds=_CPU_SECONDS,
    )
    if result.timed_out:
        raise FootageError("comparing the clips took too long")
    size = _ACROSS * _DOWN * 3
    if result.code != 0 or len(result.out) < size:
        raise BadClip("The clip cannot be decoded to its end.", ClipFault.UNDECODABLE)
    whole = len(result.out) // size
    points = np.frombuffer(result.out, dtype=np.uint8, count=whole * size)
    planes = points.reshape(whole, 3, _DOWN, _ACROSS)
    return np.moveaxis(planes, 1, 3).astype(np.float32)


def _unlike(one: Frames, two: Frames) -> float:
    structure = 1 - _likeness(one[..., 0], two[..., 0])
    colour = min(1.0, _colour_distance(one, two) / _OTHER_COLOURS)
    return _STRUCTURE_SHARE * structure + (1 - _STRUCTURE_SHARE) * colour


def _likeness(one: Frames, two: Frames) -> float:
    """Mean structural similarity (SSIM) of the luma, in windows of 8x8, from 0 to 1."""
    left, right = _windows(one), _windows(two)
    mean_l, mean_r = left.mean(axis=-1), right.mean(axis=-1)
    off_l, off_r = left - mean_l[..., None], right - mean_r[..., None]
    var_l, var_r = (off_l**2).mean(axis=-1), (off_r**2).mean(axis=-1)
    both = (off_l * off_r).mean(axis=-1)
    light = (2 * mean_l * mean_r + _LIGHT_FLOOR) / (mean_l**2 + mean_r**2 + _LIGHT_FLOOR)
    shape = (2 * both + _SHAPE_FLOOR) / (var_l + var_r + _SHAPE_FLOOR)
    return float(np.clip(light * shape, 0, 1).mean())


def _windows(luma: Frames) -> Frames:
    cut = sliding_window_view(luma, (_WINDOW, _WINDOW))[::_STEP, ::_STEP]
    return cut.reshape(*cut.shape[:2], -1)


def _colour_distance(one: Frames, two: Frames) -> float:
    """How many levels the colours are apart, summed over the planes: over all, and in place.

    Over all, sorted values are compared, which knows that neighbouring values are nearly the
    same where bins do not. In place, means of blocks are: blue beside red is not red beside blue.
    """
    flat_l, flat_r = np.sort(one.reshape(-1, 3), axis=0), np.sort(two.reshape(-1, 3), axis=0)
    anywhere = np.abs(flat_l - flat_r).mean(axis=0).sum()
    in_place = np.abs(_blocks(one) - _blocks(two)).mean(axis=(0, 1)).sum()
    return float(anywhere + in_place) / 2


def _blocks(frame: Frames) -> Frames:
    """Means of 9 by 16 blocks of 4x4 points."""
    shaped = frame.reshape(_DOWN // 4, 4, _ACROSS // 4, 4, 3)
    means: Frames = shaped.mean(axis=(1, 3))
    return means
