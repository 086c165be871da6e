"""A sheet of prompts read from a CSV: every row an ask, every fault with its row and column."""

import csv
import difflib
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from generation.asks import RATIOS, JobAsk, Refused
from generation.batches import MOST
from generation.csv_cells import plain
from generation.styles import STYLES
from providers.registry import ADAPTERS
from providers.types import GenerationMode, Tier

MOST_BYTES = 8_000_000
MOST_PAIRS, LONGEST_NAME, LONGEST_VALUE = 50, 64, 500
LARGEST_SEED = 2**32 - 1
COLUMNS = (
    *("prompt", "duration", "quality", "aspect_ratio", "provider", "negative_prompt", "style"),
    *("seed", "image_path", "last_image_path"),
)
METADATA = "metadata."
SEPARATORS = (",", ";", "\t")
SAYS_SEPARATOR = re.compile(r"sep=([,;\t])\r?\n", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class Fault:
    """What is wrong with one cell, and what to do. Rows are counted as a spreadsheet does."""

    row: int
    column: str
    detail: str
    code: str = "invalid"


@dataclass(frozen=True, kw_only=True)
class Row:
    number: int
    ask: JobAsk


@dataclass(frozen=True, kw_only=True)
class Sheet:
    """The rows that can be read, the faults of the others, and how many there are in all."""

    rows: tuple[Row, ...]
    faults: tuple[Fault, ...]
    total: int


class _Bad(Exception):
    """A cell that cannot be taken."""


def read_sheet(content: bytes, *, defaults: JobAsk) -> Sheet:
    """Read a CSV in UTF-8, with or without a mark, separated by comma, semicolon or tab.

    An empty cell means what `defaults` says. Raises Refused for `file` where the whole cannot
    be read: no UTF-8, no column prompt, an unknown column, no row or too many.
    """
    text = _opened(content)
    lines = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    cells = _numbered(lines)
    names = _names(next(cells, (1, []))[1])
    rows: list[Row] = []
    faults: list[Fault] = []
    total = 0
    for number, values in cells:
        if not any(value.strip() for value in values):
            continue
        total += 1
        if total > MOST:
            raise _refused(f"The file has more than {MOST:,} rows. Split it.", code="too_many")
        ask, wrong = _read_row(number, dict(zip(names, values, strict=False)), defaults)
        if len(values) > len(names):
            wrong = [*wrong, _overlong(number, len(names))]
        faults += wrong
        if not wrong:
            rows.append(Row(number=number, ask=ask))
    if not total:
        raise _refused("The file has no row below its header. Add one row a clip.")
    return Sheet(rows=tuple(rows), faults=tuple(faults), total=total)


def _opened(content: bytes) -> str:
    """The text, without the line that only tells a spreadsheet the separator."""
    if len(content) > MOST_BYTES:
        raise _refused(f"Keep the file under {MOST_BYTES // 1_000_000} MB.", code="too_large")
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))  # a spreadsheet's "Unicode text"
    try:
        text = content.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(
            "The file is not in UTF-8. In the spreadsheet choose “CSV UTF-8” when saving.",
            code="not_utf8",
        ) from None
    if "\x00" in text:
        raise _refused("This is no CSV. Export the sheet as “CSV UTF-8” and send that.")
    said = SAYS_SEPARATOR.match(text)
    return text[said.end() :] if said else text


def _separator(text: str) -> str:
    """The one that the header uses; no name of a column has any of them in it."""
    header = text.partition("\n")[0]
    return max(SEPARATORS, key=header.count)


def _numbered(lines: Iterator[list[str]]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the spreadsheet's number of its row: a row may have several lines."""
    number = 1
    while True:
        try:
            values = next(lines)
        except StopIteration:
            return
        except csv.Error as fault:
            raise _refused(
                f"Row {number} cannot be read ({fault}). Put text with quotes or line breaks in"
                " double quotes, and double the quotes in it."
            ) from None
        yield number, values
        number += 1


def _names(header: list[str]) -> list[str]:
    names = [_name(cell) for cell in header]
    while names and not names[-1]:
        names.pop()
    for name in names:
        if name not in COLUMNS and not (name.startswith(METADATA) and name != METADATA):
            raise _refused(_unknown(name), code="unknown_column")
    if twice := {name for name in names if names.count(name) > 1}:
        raise _refused(f"The column {min(twice)} is there twice. Keep one.", code="repeated")
    if "prompt" not in names:
        raise _refused(
            "There is no column prompt. Name the columns in the first row: "
            f"{', '.join(COLUMNS)}, metadata.<name>.",
            code="no_prompt_column",
        )
    if sum(name.startswith(METADATA) for name in names) > MOST_PAIRS:
        raise _refused(f"Keep it to {MOST_PAIRS} metadata columns.")
    return names


def _name(cell: str) -> str:
    text = cell.strip()
    if text.lower().startswith(METADATA):
        return METADATA + text[len(METADATA) :].strip()
    return re.sub(r"[\s-]+", "_", text.lower())


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, COLUMNS, n=1, cutoff=0.6)
    hint = f"Did you mean {close[0]}?" if close else f"Known are {', '.join(COLUMNS)}."
    shown = name[:LONGEST_NAME]
    return (
        f"Unknown column “{shown}”. {hint} For data of your own write metadata.{shown or 'name'}."
    )


def _overlong(number: int, known: int) -> Fault:
    said = (
        f"This row has more cells than the {known} columns. Put text that has the separator in it"
        " in double quotes."
    )
    return Fault(row=number, column=f"column {known + 1}", detail=said, code="too_many_cells")


def _read_row(number: int, cells: dict[str, str], defaults: JobAsk) -> tuple[JobAsk, list[Fault]]:
    changes: dict[str, Any] = {}
    metadata = dict(defaults.metadata)
    faults = []
    for column, raw in cells.items():
        text = plain(raw.strip())
        if not text:
            continue
        try:
            if column.startswith(METADATA):
                metadata[_pair_name(column)] = _pair_value(text)
            else:
                field, parse = PARSERS[column]
                changes[field] = parse(text)
        except _Bad as bad:
            faults.append(Fault(row=number, column=column, detail=str(bad)))
    if "prompt" not in changes:
        said = "Describe the scene or the motion."
        faults.insert(0, Fault(row=number, column="prompt", detail=said, code="required"))
    if {"picture_uid", "last_picture_uid"} & set(changes):
        changes["generation_mode"] = GenerationMode.IMAGE_TO_VIDEO
    return replace(defaults, **changes, metadata=metadata), faults


def _pair_name(column: str) -> str:
    name = column.removeprefix(METADATA)
    if len(name) > LONGEST_NAME:
        raise _Bad(f"Keep the name after “metadata.” under {LONGEST_NAME + 1} characters.")
    return name


def _pair_value(text: str) -> str:
    if len(text) > LONGEST_VALUE:
        raise _Bad(f"Keep it under {LONGEST_VALUE + 1} characters.")
    return text


def _text(text: str) -> str:
    return text.replace("\r\n", "\n")


def _whole(words: str, *, most: int) -> Callable[[str], int]:
    def parse(text: str) -> int:
        digits = text.removesuffix(" s").strip()
        if not (digits.isascii() and digits.isdigit()) or len(digits) > 12 or int(digits) > most:
            raise _Bad(words)
        return int(digits)

    return parse


def _one_of(*words: str) -> Callable[[str], str]:
    def parse(text: str) -> str:
        if text.lower() not in words:
            raise _Bad(f"Choose one of {', '.join(words)}, or leave it empty.")
        return text.lower()

    return parse


def _tier(text: str) -> Tier:
    return Tier(_one_of(*Tier)(text))


PARSERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "prompt": ("prompt", _text),
    "duration": ("seconds", _whole("Write whole seconds, 3 to 20.", most=999)),
    "quality": ("tier", _tier),
    "aspect_ratio": ("ratio", _one_of(*RATIOS)),
    "provider": ("provider", _one_of(*ADAPTERS)),
    "negative_prompt": ("negative_prompt", _text),
    "style": ("style", _one_of(*STYLES)),
    "seed": ("seed", _whole(f"A seed is a whole number up to {LARGEST_SEED}.", most=LARGEST_SEED)),
    "image_path": ("picture_uid", str),
    "last_image_path": ("last_picture_uid", str),
}


def _refused(message: str, *, code: str = "invalid") -> Refused:
    return Refused(message, field="file", code=code)
