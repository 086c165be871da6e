"""The papers, taken apart: pages, blocks, links and words in code."""

import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FENCE = re.compile(r"^```(\S*)([^\n]*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)|(?:src|srcset|href)=\"([^\"]+)\"")
CODE = re.compile(r"`([^`\n]+)`")
HEADING = re.compile(r"^#+ (.+)$", re.MULTILINE)


@dataclass(frozen=True)
class Block:
    """One fenced block; `info` is what stands after the language, `line` where it begins."""

    page: str
    line: int
    language: str
    info: str
    text: str

    def __str__(self) -> str:
        return f"{self.page}:{self.line}"


@cache
def pages() -> dict[str, str]:
    """Every page by its path from the root."""
    paths = [ROOT / "README.md", ROOT / "CHANGELOG.md", ROOT / "sandbox/README.md"]
    paths += sorted((ROOT / "docs").glob("*.md"))
    return {str(path.relative_to(ROOT)): path.read_text(encoding="utf-8") for path in paths}


@cache
def blocks(language: str = "") -> list[Block]:
    found = []
    for page, text in pages().items():
        for match in FENCE.finditer(text):
            line = text.count("\n", 0, match.start()) + 1
            found.append(Block(page, line, match[1], match[2].strip(), match[3]))
    return [block for block in found if not language or block.language == language]


def prose(page: str) -> str:
    """The page without its blocks."""
    return FENCE.sub("", pages()[page])


def links(page: str) -> list[str]:
    return [first or second for first, second in LINK.findall(prose(page))]


def words(page: str) -> list[str]:
    """What stands in `code` outside of blocks."""
    return CODE.findall(prose(page))


def all_words() -> set[str]:
    return {word for page in pages() for word in words(page)}


def anchors(page: str) -> set[str]:
    """The names by which headings of a page can be reached."""
    kept = [re.sub(r"[^\w\- ]", "", heading.lower()) for heading in HEADING.findall(prose(page))]
    return {heading.replace(" ", "-") for heading in kept}


def table(page: str, head: str) -> list[list[str]]:
    """The rows of the table whose first heading cell is `head`, as cells."""
    lines = pages()[page].splitlines()
    start = next(n for n, line in enumerate(lines) if line.startswith(f"| {head} |"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split(" | ")])
    return rows


def coded(cell: str) -> list[str]:
    return CODE.findall(cell)
