"""Small real files, made once: every test reads them and none writes to them."""

from collections.abc import Callable
from pathlib import Path

import pytest

from footage.ffmpeg import run_ffmpeg
from footage.render import render_black, render_card

SANDBOX_TAGS = {"comment": "Made by the sandbox", "sandbox": "runway task 17"}


@pytest.fixture(scope="session")
def clips(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("clips")


@pytest.fixture(scope="session")
def card(clips: Path) -> Path:
    """640x360, 2 s at 24 fps."""
    path = clips / "card.mp4"
    render_card(
        path,
        seconds=2,
        width=640,
        height=360,
        title="Coffee poured in slow motion",
        subtitle="Draft · 2 s",
        palette_seed=7,
        mark="SANDBOX",
        metadata=SANDBOX_TAGS,
    )
    return path


@pytest.fixture(scope="session")
def black(clips: Path) -> Path:
    path = clips / "black.mp4"
    render_black(path, seconds=2, width=640, height=360)
    return path


@pytest.fixture(scope="session")
def make_clip(clips: Path) -> Callable[..., Path]:
    """Make a clip of any shape from ffmpeg's own sources: make_clip("name", "lavfi", *args)."""

    def make(name: str, source: str, *args: str) -> Path:
        path = clips / f"{name}.mp4"
        given = ["-f", "lavfi", "-i", source]
        run_ffmpeg([*given, *args, "-pix_fmt", "yuv420p", str(path)], timeout=90)
        return path

    return make


@pytest.fixture(scope="session")
def loud(make_clip: Callable[..., Path]) -> Path:
    """480x640 (3:4) with sound, 73 frames at 24 fps: one frame more than three seconds."""
    sine = ["-f", "lavfi", "-i", "sine=frequency=440:duration=3.1", "-c:a", "aac"]
    tags = ["-metadata", "comment=from the vendor"]
    return make_clip("loud", "testsrc2=s=480x640:r=24", *sine, "-frames:v", "73", *tags)
