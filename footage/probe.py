"""What a clip is, read from its own boxes and streams."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING

from footage.errors import BadClip, ClipFault

# Imported where a clip is opened: most who ask for its facts have them in the database.
if TYPE_CHECKING:
    from av.container import InputContainer

# Pinned, or a playlist named .mp4 would be opened as a playlist and fetch what it lists.
_OPTIONS = {"protocol_whitelist": "file"}


@dataclass(frozen=True, kw_only=True)
class ClipFacts:
    """One clip as it is stored. Sides in pixels, `seconds` of the picture track."""

    width: int
    height: int
    frames: int
    fps: Fraction
    seconds: float
    codec: str
    pixel_format: str
    has_audio: bool
    bytes: int


def probe(path: Path) -> ClipFacts:
    """Read the facts of an MP4 or MOV file without decoding it.

    Raises BadClip when it is not one or has no picture track. For a file from outside call
    `check_clip`, which looks at it in a limited child process first.
    """
    with open_clip(path) as container:
        if not container.streams.video:
            raise BadClip("The file holds no picture track.", ClipFault.UNDECODABLE)
        stream = container.streams.video[0]
        fps = stream.average_rate or stream.guessed_rate
        # A fragmented file states no count in its index.
        frames = stream.frames or sum(1 for packet in container.demux(stream) if packet.size)
        if not fps or not frames or not stream.width:
            raise BadClip("The picture track is empty.", ClipFault.UNDECODABLE)
        return ClipFacts(
            width=stream.width,
            height=stream.height,
            frames=frames,
            fps=Fraction(fps),
            seconds=float(frames / fps),
            codec=stream.codec_context.name,
            pixel_format=stream.codec_context.pix_fmt or "",
            has_audio=bool(container.streams.audio),
            bytes=path.stat().st_size,
        )


def read_metadata(path: Path) -> dict[str, str]:
    """The file's own name and value pairs, `comment` and `sandbox` among them if it has them."""
    with open_clip(path) as container:
        return dict(container.metadata)


@contextmanager
def open_clip(path: Path) -> "Iterator[InputContainer]":
    """The opened file, as MP4 or MOV and from the local disk only; raises BadClip."""
    import av

    try:
        container = av.open(str(path), format="mov", options=_OPTIONS)
    except (av.FFmpegError, OSError, ValueError) as error:
        raise BadClip("The file cannot be read as an MP4.", ClipFault.NOT_MP4) from error
    with container:
        yield container
