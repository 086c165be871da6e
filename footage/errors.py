"""What can go wrong with a file. One tree:

FootageError          the tool failed, the file may be good: try again
├── BadClip           the clip is not what was paid for; `kind` says how
├── BadPicture        the picture cannot be used; the reason names the remedy
└── BadPart           one part of a film is broken; `part` names it
"""

from enum import StrEnum


class ClipFault(StrEnum):
    """How a clip is bad. The words are stored and shown, so they never change."""

    NOT_MP4 = "not_mp4"
    TRUNCATED = "truncated"
    UNDECODABLE = "undecodable"
    WRONG_LENGTH = "wrong_length"
    BLACK = "black"
    FROZEN = "frozen"


class FootageError(Exception):
    """The video tool could not do its work; `reason` is short and safe to show."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class BadClip(FootageError):
    """The clip itself is unusable, and would be on every further look."""

    def __init__(self, reason: str, kind: ClipFault) -> None:
        super().__init__(reason)
        self.kind = kind


class BadPicture(FootageError):
    """The picture is refused; `reason` is a full sentence that names the remedy."""


class BadPart(FootageError):
    """One part keeps a film from being made; the reason begins with the part's name."""

    def __init__(self, reason: str, *, part: str) -> None:
        super().__init__(f"{part}: {reason}")
        self.part = part
