"""One part of a film as a file that can stand behind any other part without being encoded.

All parts of a film share size, rate, codec settings and colour, so joining them copies.
"""

import wave
from pathlib import Path

from footage.errors import BadClip
from footage.ffmpeg import ONLY_FILES, encode
from footage.probe import probe
from footage.writing import JOINABLE, Shape, write

SAMPLE_RATE = 48_000
_CHANNELS = 2
_SAMPLE_BYTES = 2
# Footage deserves more than a card; the later option wins.
_FINE = ("-preset", "veryfast", "-crf", "20")


def write_clip_part(source: Path, target: Path, *, shape: Shape) -> None:
    """Write the picture of a clip as a part of this shape.

    The whole picture is kept, on black bars where its ratio is another; a longer clip is
    trimmed, a shorter one stands still at its end. Raises BadClip or FootageError.
    """
    probe(source)
    fit = f"{shape.width}:{shape.height}:force_original_aspect_ratio=decrease"
    colour = "in_color_matrix=bt709:out_color_matrix=bt709:out_range=tv"
    graph = (
        f"setpts=PTS-STARTPTS,fps={shape.fps},tpad=stop=-1:stop_mode=clone,"
        f"scale='iw*max(sar,1)':'ih/min(max(sar,0.01),1)',setsar=1,"
        f"scale={fit}:force_divisible_by=2:{colour},format=yuv420p,"
        f"pad={shape.width}:{shape.height}:-1:-1:color=black,"
        "setparams=colorspace=bt709:color_primaries=bt709:color_trc=bt709:range=tv"
    )
    inputs = [
        *("-xerror", "-threads", "2", *ONLY_FILES, "-f", "mov", "-i", str(source)),
        *("-map", "0:v:0", "-map_metadata", "-1", "-vf", graph),
    ]
    write(inputs, target, shape=shape, extra=(*_FINE, *JOINABLE))


def write_sound_part(source: Path, target: Path, *, shape: Shape) -> None:
    """Write a clip's sound as stereo WAV that lasts exactly as long as the shape's frames."""
    exact = f"aresample={SAMPLE_RATE}:first_pts=0,apad,atrim=end_sample={_samples(shape)}"
    args = [
        *("-xerror", *ONLY_FILES, "-f", "mov", "-i", str(source)),
        *("-map", "0:a:0", "-map_metadata", "-1", "-af", exact),
        *("-ac", str(_CHANNELS), "-c:a", "pcm_s16le", "-f", "wav"),
    ]
    encode(args, target, timeout=shape.patience)


def write_silence(target: Path, *, shape: Shape) -> None:
    """Write as much silence as the shape's frames last."""
    with wave.open(str(target), "wb") as file:
        file.setnchannels(_CHANNELS)
        file.setsampwidth(_SAMPLE_BYTES)
        file.setframerate(SAMPLE_RATE)
        file.writeframes(bytes(_samples(shape) * _CHANNELS * _SAMPLE_BYTES))


def has_frames(path: Path, frames: int) -> bool:
    """Whether this is a whole part with so many frames; a damaged one is made again."""
    try:
        return probe(path).frames == frames
    except BadClip:
        return False


def join(
    pictures: list[Path],
    sounds: list[Path],
    target: Path,
    *,
    tags: dict[str, str],
    folder: Path,
    timeout: float,
) -> None:
    """Set parts behind each other in `target`, whole or not at all; no sounds, no sound track.

    `folder` takes the lists that ffmpeg reads. Raises FootageError.
    """
    args = _listed(pictures, folder / "pictures.txt")
    tracks = ["-map", "0:v:0", "-c:v", "copy"]
    if sounds:
        args += _listed(sounds, folder / "sounds.txt")
        tracks += ["-map", "1:a:0", "-c:a", "aac", "-b:a", "160k"]
    named = [word for name, value in tags.items() for word in ("-metadata", f"{name}={value}")]
    args += [*tracks, "-map_metadata", "-1", *named]
    encode(
        [*args, "-movflags", "+faststart+use_metadata_tags", "-f", "mp4"], target, timeout=timeout
    )


def _listed(paths: list[Path], at: Path) -> list[str]:
    quoted = (str(path.resolve()).replace("'", "'\\''") for path in paths)
    at.write_text("".join(f"file '{path}'\n" for path in quoted), encoding="utf-8")
    return ["-f", "concat", "-safe", "0", *ONLY_FILES, "-i", str(at)]


def _samples(shape: Shape) -> int:
    return round(shape.frames * SAMPLE_RATE / shape.fps)
