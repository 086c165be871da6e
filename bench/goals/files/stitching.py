"""G17: ten clips behind each other, by the product and by ffmpeg's own two ways.

Both use the ffmpeg that the product uses.
"""

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from footage.ffmpeg import run_ffmpeg
from footage.film import FilmPart, storyboard_film
from footage.probe import probe

CLIPS, SECONDS, WIDTH, HEIGHT, FPS = 10, 5, 1280, 720, 24
_WIDE = f"{WIDTH}x{HEIGHT}"


def clips(folder: Path) -> list[Path]:
    """Ten alike, with sound and grain, as a vendor would give them."""
    return [_clip(folder / f"clip-{n}.mp4", tone=200 + 40 * n, size=_WIDE) for n in range(CLIPS)]


def odd_clip(folder: Path) -> Path:
    """One of another size."""
    return _clip(folder / "odd.mp4", tone=900, size="640x480")


def copied(paths: Sequence[Path], folder: Path) -> float:
    """Seconds of ffmpeg's concat without encoding."""
    return _timed(lambda: _concat(paths, folder, ["-c", "copy"]))


def encoded(paths: Sequence[Path], folder: Path) -> float:
    """Seconds of ffmpeg's concat with the product's own quality."""
    words = ["-c:v", "libx264", "-preset", "veryfast", "-crf", "20", "-c:a", "aac", "-b:a", "160k"]
    return _timed(lambda: _concat(paths, folder, words))


def filmed(paths: Sequence[Path], folder: Path, *, cache: Path) -> float:
    """Seconds of the product's film. What `cache` holds is not made again."""
    target = folder / "film.mp4"
    parts = [FilmPart(name=path.stem, seconds=SECONDS, source=path) for path in paths]
    seconds = _timed(
        lambda: storyboard_film(
            parts, into=target, width=WIDTH, height=HEIGHT, fps=FPS, cache=cache
        )
    )
    facts = probe(target)
    assert facts.frames == len(paths) * SECONDS * FPS and facts.has_audio
    target.unlink()
    return seconds


def fresh(cache: Path) -> Path:
    """The cache, emptied."""
    shutil.rmtree(cache, ignore_errors=True)
    return cache


def _clip(target: Path, *, tone: int, size: str) -> Path:
    picture = f"testsrc2=size={size}:rate={FPS}:duration={SECONDS},noise=alls=12:allf=t"
    sound = f"sine=frequency={tone}:duration={SECONDS}"
    run_ffmpeg(
        [
            *("-f", "lavfi", "-i", picture, "-f", "lavfi", "-i", sound),
            *("-c:v", "libx264", "-preset", "veryfast", "-crf", "23", "-pix_fmt", "yuv420p"),
            *("-c:a", "aac", "-shortest", str(target)),
        ],
        timeout=120,
    )
    return target


def _concat(paths: Sequence[Path], folder: Path, how: Sequence[str]) -> None:
    listed, target = folder / "list.txt", folder / "joined.mp4"
    listed.write_text("".join(f"file '{path}'\n" for path in paths), encoding="utf-8")
    what = ["-f", "concat", "-safe", "0", "-i", str(listed), *how, "-movflags", "+faststart"]
    run_ffmpeg([*what, str(target)], timeout=300)
    target.unlink()


def _timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began
