"""Make a clip exactly what was asked for: whole seconds to the frame, and the asked ratio."""

import shutil
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from footage.boxes import read_boxes, starts_fast
from footage.errors import BadClip, ClipFault, FootageError
from footage.ffmpeg import ONLY_FILES, encode, patience
from footage.probe import ClipFacts, probe

# The brands of the source's own header are read as tags, and would be written twice.
_TAGS = (
    "-map_metadata",
    "0",
    *(
        word
        for name in ("major_brand", "minor_version", "compatible_brands")
        for word in ("-metadata", f"{name}=")
    ),
)
_MP4 = ("-movflags", "+faststart+use_metadata_tags", "-f", "mp4")


def needs_conform(facts: ClipFacts, seconds: int, ratio: str) -> bool:
    """Whether the clip must be encoded anew to have `seconds` and `ratio` ("4:5")."""
    return (
        facts.frames != _wanted_frames(facts, seconds)
        or cropped_size(facts.width, facts.height, ratio=ratio) != (facts.width, facts.height)
        or facts.codec != "h264"
        or facts.pixel_format not in ("yuv420p", "yuvj420p")
    )


def conform(source: Path, target: Path, *, seconds: int, ratio: str) -> ClipFacts:
    """Write `source` to `target` trimmed to `seconds` and centre-cropped to `ratio`.

    The result is H.264 yuv420p with fast start and the source's sound and metadata; a clip
    that is right already is copied. One frame that is missing at the end repeats the last.
    Raises BadClip (`wrong_length`) for a source that is shorter still, else FootageError.
    """
    facts = probe(source)
    if not needs_conform(facts, seconds, ratio):
        _copy(source, target, facts)
        return probe(target)
    wanted = _wanted_frames(facts, seconds)
    if facts.frames < wanted - 1:
        reason = f"The clip runs {facts.seconds:.2f} s where {seconds} s were asked."
        raise BadClip(reason, ClipFault.WRONG_LENGTH)
    timeout = patience(width=facts.width, height=facts.height, frames=facts.frames)
    encode(_encoding(source, facts, wanted=wanted, ratio=ratio), target, timeout=timeout)
    done = probe(target)
    if done.frames != wanted:
        raise FootageError(f"conforming wrote {done.frames} frames instead of {wanted}")
    return done


def cropped_size(width: int, height: int, *, ratio: str) -> tuple[int, int]:
    """The largest centred part with this ratio, sides even; an empty ratio keeps the shape."""
    across, down = (int(part) for part in ratio.split(":")) if ratio else (width, height)
    shape = Fraction(across, down)
    wide = min(Fraction(width), height * shape)
    return _even(wide, at_most=width), _even(wide / shape, at_most=height)


def _even(side: Fraction, *, at_most: int) -> int:
    nearest = 2 * round(side / 2)
    return max(2, nearest if nearest <= at_most else nearest - 2)


def _wanted_frames(facts: ClipFacts, seconds: int) -> int:
    return round(seconds * facts.fps)


def _copy(source: Path, target: Path, facts: ClipFacts) -> None:
    if not starts_fast(read_boxes(source)):
        # Picture and sound only: vendors add data tracks that the writer does not know.
        tracks = ["-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"]
        args = [*ONLY_FILES, "-f", "mov", "-i", str(source), *tracks]
        timeout = patience(width=facts.width, height=facts.height, frames=facts.frames)
        encode([*args, *_TAGS, *_MP4], target, timeout=timeout)
    elif source.resolve() != target.resolve():
        with TemporaryDirectory(dir=target.parent, prefix=".footage-") as folder:
            part = Path(folder) / "part"
            shutil.copyfile(source, part)
            part.replace(target)


def _encoding(source: Path, facts: ClipFacts, *, wanted: int, ratio: str) -> list[str]:
    width, height = cropped_size(facts.width, facts.height, ratio=ratio)
    fps = f"{facts.fps.numerator}/{facts.fps.denominator}"
    steady = f"setpts=PTS-STARTPTS,fps={fps},tpad=stop=2:stop_mode=clone"
    length = float(wanted / facts.fps)
    sound = ["-map", "0:a:0", "-af", f"atrim=end={length:.6f}", "-c:a", "aac", "-b:a", "192k"]
    return [
        *(*ONLY_FILES, "-f", "mov", "-i", str(source), "-map", "0:v:0"),
        *("-vf", f"{steady},crop={width}:{height},setsar=1", "-frames:v", str(wanted)),
        *("-c:v", "libx264", "-preset", "veryfast", "-crf", "18", "-pix_fmt", "yuv420p"),
        *(sound if facts.has_audio else ()),
        *_TAGS,
        *_MP4,
    ]
