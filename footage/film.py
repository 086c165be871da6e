"""A storyboard as one film in true timing: clips where there are some, animatics elsewhere."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from tempfile import TemporaryDirectory

from footage.animatic import AnimaticCard, shot_animatic
from footage.errors import BadPart, FootageError
from footage.mezzanine import has_frames, join, write_clip_part, write_silence, write_sound_part
from footage.part_cache import PartFiles, part_files, used
from footage.probe import ClipFacts, probe, read_metadata
from footage.writing import NO_METADATA, Shape, shape_of

Progress = Callable[[int, int], None]
_COMMENT = "Storyboard film"


@dataclass(frozen=True, kw_only=True)
class FilmPart:
    """One shot's stretch of the film. `name` is how an error tells it from the others."""

    name: str
    seconds: float
    source: AnimaticCard | Path


def _silent(done: int, whole: int) -> None:
    """Nobody asked how far it is."""


def storyboard_film(
    parts: Sequence[FilmPart],
    *,
    into: Path,
    width: int,
    height: int,
    fps: int = 24,
    cache: Path,
    on_progress: Progress = _silent,
    metadata: Mapping[str, str] = NO_METADATA,
) -> ClipFacts:
    """Write the parts behind each other to `into` and return the film's facts.

    It lasts the sum of the parts' seconds to the frame; a part that ends between two frames
    costs the next one nothing. Clips keep their whole picture, are trimmed or stand still to
    their part's length, and are heard if they have sound. Parts in the folder `cache` are not
    made again. `on_progress(done, whole)` is told finished frames; what it raises ends the
    work. Raises BadPart, which names the part, else FootageError; then `into` is as it was.
    """
    shapes = _shapes(parts, width=width, height=height, fps=fps)
    whole = sum(shape.frames for shape in shapes)
    cache.mkdir(parents=True, exist_ok=True)
    on_progress(0, whole)
    made: list[PartFiles] = []
    done = 0
    for part, shape in zip(parts, shapes, strict=True):
        made.append(_made(part, shape, cache=cache))
        done += shape.frames
        on_progress(done, whole)
    tags = {"comment": _COMMENT, **_origin(parts), **metadata}
    with TemporaryDirectory(dir=into.parent, prefix=".film-") as name:
        folder = Path(name)
        sounds = _sounds(made, shapes, folder)
        timeout = replace(shapes[0], frames=whole).patience
        pictures = [files.picture for files in made]
        film = folder / "film.mp4"
        join(pictures, sounds, film, tags=tags, folder=folder, timeout=timeout)
        facts = probe(film)
        if facts.frames != whole:
            raise FootageError(f"joining wrote {facts.frames} frames instead of {whole}")
        film.replace(into)
    return facts


def _shapes(parts: Sequence[FilmPart], *, width: int, height: int, fps: int) -> list[Shape]:
    """Each part from the frame where the one before ends, so that rounding never adds up."""
    if not parts:
        raise FootageError("a film has at least one part")
    shapes, ends, start = [], Fraction(0), 0
    for part in parts:
        ends += Fraction(str(part.seconds)) * fps
        end = round(ends)
        try:
            shape = shape_of(seconds=(end - start) / fps, width=width, height=height, fps=fps)
        except FootageError as error:
            raise BadPart(error.reason, part=part.name) from error
        shapes.append(shape)
        start = end
    return shapes


def _made(part: FilmPart, shape: Shape, *, cache: Path) -> PartFiles:
    try:
        files = part_files(cache, part.source, shape=shape)
        _make_picture(part.source, files.picture, shape=shape)
        if isinstance(part.source, Path) and probe(part.source).has_audio:
            _make_sound(part.source, files.sound, shape=shape)
    except OSError as error:
        raise BadPart("the file cannot be read", part=part.name) from error
    except FootageError as error:
        raise BadPart(error.reason, part=part.name) from error
    return files


def _make_picture(source: AnimaticCard | Path, target: Path, *, shape: Shape) -> None:
    if target.exists() and has_frames(target, shape.frames):
        used(target)
    elif isinstance(source, Path):
        write_clip_part(source, target, shape=shape)
    else:
        shot_animatic(
            source,
            into=target,
            seconds=shape.frames / shape.fps,
            width=shape.width,
            height=shape.height,
            fps=shape.fps,
        )


def _make_sound(source: Path, target: Path, *, shape: Shape) -> None:
    if target.exists():
        used(target)
    else:
        write_sound_part(source, target, shape=shape)


def _sounds(made: Sequence[PartFiles], shapes: Sequence[Shape], folder: Path) -> list[Path]:
    """A sound for every part as soon as one has any, else none at all."""
    if not any(files.sound.exists() for files in made):
        return []
    sounds = []
    for number, (files, shape) in enumerate(zip(made, shapes, strict=True)):
        sound = files.sound
        if not sound.exists():
            sound = folder / f"{number}.wav"
            write_silence(sound, shape=shape)
        sounds.append(sound)
    return sounds


def _origin(parts: Sequence[FilmPart]) -> dict[str, str]:
    """What must not be forgotten about parts that are no real footage."""
    tags: dict[str, str] = {}
    for part in parts:
        if not isinstance(part.source, Path):
            tags["animatic"] = "in part"
        elif "sandbox" in read_metadata(part.source):
            tags["sandbox"] = "in part"
    return tags
