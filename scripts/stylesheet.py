"""A stylesheet without the rules for classes that nobody uses."""

import re
from collections.abc import Iterator

CLASS = re.compile(r"\.((?:\\.|[\w-])+)")
# At-rules that hold rules; all others (@font-face, @keyframes, @property) are kept as they are.
HOLDERS = ("@layer", "@media", "@supports", "@container")


def without(css: str, *, words: set[str]) -> str:
    """`css` (minified) without the rules of which each selector needs a class not in `words`."""
    return "".join(_kept(css, words=words))


def classes_of(css: str) -> set[str]:
    """The classes that the selectors name, as they stand in pages."""
    names = set()
    for prelude, body in _blocks(css):
        if body is None or prelude.startswith("@"):
            names |= classes_of(body) if body and prelude.startswith(HOLDERS) else set()
        else:
            names |= _named(prelude)
    return names


def _kept(css: str, *, words: set[str]) -> Iterator[str]:
    for prelude, body in _blocks(css):
        if body is None:
            yield prelude
        elif prelude.startswith(HOLDERS):
            inside = without(body, words=words)
            if inside:
                yield f"{prelude}{{{inside}}}"
        elif prelude.startswith("@") or any(_named(one) <= words for one in _parts(prelude)):
            yield f"{prelude}{{{body}}}"


def _blocks(css: str) -> Iterator[tuple[str, str | None]]:
    """(what stands before a brace, what stands within); statements have no inside."""
    start = at = 0
    css = re.sub(r"/\*.*?\*/", "", css, flags=re.DOTALL)
    while at < len(css):
        letter = css[at]
        if letter == "\\":
            at += 1
        elif letter == ";":
            yield css[start : at + 1], None
            start = at + 1
        elif letter == "{":
            end = _end(css, at)
            yield css[start:at].strip(), css[at + 1 : end]
            at, start = end, end + 1
        at += 1


def _end(css: str, at: int) -> int:
    """Where the brace that opens at `at` closes."""
    depth, quote = 0, ""
    while at < len(css):
        letter = css[at]
        if letter == "\\":
            at += 1
        elif quote:
            quote = "" if letter == quote else quote
        elif letter in "\"'":
            quote = letter
        elif letter in "{}":
            depth += 1 if letter == "{" else -1
            if not depth:
                return at
        at += 1
    raise ValueError("a brace is not closed")


def _parts(selectors: str) -> Iterator[str]:
    """Selectors between commas, but not within brackets."""
    depth = start = at = 0
    while at < len(selectors):
        letter = selectors[at]
        if letter == "\\":
            at += 1
        elif letter in "([":
            depth += 1
        elif letter in ")]":
            depth -= 1
        elif letter == "," and not depth:
            yield selectors[start:at]
            start = at + 1
        at += 1
    yield selectors[start:]


def _named(selector: str) -> set[str]:
    return {re.sub(r"\\(.)", r"\1", name) for name in CLASS.findall(selector)}
