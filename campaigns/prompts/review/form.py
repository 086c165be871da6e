"""The text as a text: its length, and what belongs into a document and not into a prompt."""

import re
from collections.abc import Iterator

from campaigns.prompts.review.asked import Asked
from campaigns.prompts.review.findings import Finding, Severity

ADDRESS = re.compile(r"(?:https?://|www\.)[^\s<>\"”]+", re.IGNORECASE)
MARKUP = re.compile(r"\*\*|__|`|~~")
BULLET = re.compile(r"^[ \t]{0,20}(?:#{1,6}[ \t]|[-*•·][ \t]|\d{1,2}[.)][ \t])", re.MULTILINE)
EMOJI = re.compile(
    "[\U0001f000-\U0001faff\u2600-\u27bf\u2b50\u2b55\U000e0020-\U000e007f]"
    "[\ufe0f\u200d\U0001f000-\U0001faff\u2600-\u27bf]*"
)


def too_long(asked: Asked) -> Iterator[Finding]:
    """The first offer refuses it; those behind it would be no way out."""
    told: set[str] = set()
    for rank, limits in enumerate(asked.offer_limits):
        length = limits.length_of(asked.prompt)
        if length <= limits.room or limits.provider in told:
            continue
        told.add(limits.provider)
        beside = " with what the desk adds" if limits.added else ""
        yield asked.finding(
            "too_long",
            Severity.WARNS if rank else Severity.BLOCKS,
            message=f"{limits.name} takes {limits.room:,} characters{beside}; this has {length:,}.",
            remedy=f"Shorten it by {length - limits.room:,} characters.",
            at=(min(limits.room, len(asked.prompt)), len(asked.prompt)),
        )


def markup(asked: Asked) -> Iterator[Finding]:
    """Lists and marks of a document."""
    text = asked.reading.text
    bullets = list(BULLET.finditer(text))
    marks = list(MARKUP.finditer(text))
    found = (bullets if len(bullets) > 1 else []) + marks
    if not found:
        return
    first = min(found, key=lambda match: match.start())
    yield asked.finding(
        "markup",
        Severity.HINTS,
        message="This is laid out like a document; a provider reads it as one line of words.",
        remedy="Write one or two plain sentences.",
        at=first.span(),
    )


def addresses(asked: Asked) -> Iterator[Finding]:
    for match in ADDRESS.finditer(asked.reading.text):
        yield asked.finding(
            "address",
            Severity.WARNS,
            message="A provider does not open links.",
            remedy="Describe what is to be seen, or animate a picture of it.",
            at=match.span(),
        )


def emoji(asked: Asked) -> Iterator[Finding]:
    match = EMOJI.search(asked.reading.text)
    if match is not None:
        yield asked.finding(
            "emoji",
            Severity.HINTS,
            message="Symbols are read as noise, or end up in the picture.",
            remedy="Say it in words.",
            at=match.span(),
        )
