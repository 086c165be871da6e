"""The product brief as its author wrote it, taken apart into its examples."""

import json
import re
from functools import cache
from pathlib import Path

SOURCE = Path(__file__).with_name("product_brief.txt").read_text(encoding="utf-8")
FENCE = re.compile(r"^#{2,4} (.+?)\n|^```(\w+)\n(.*?)^```", re.DOTALL | re.MULTILINE)


@cache
def examples(language: str) -> dict[str, list[str]]:
    """The blocks of a language by the heading that they stand under, in order."""
    found: dict[str, list[str]] = {}
    heading = ""
    for match in FENCE.finditer(SOURCE):
        if match[1]:
            heading = match[1]
        elif match[2] == language:
            found.setdefault(heading, []).append(match[3])
    return found


def python(heading: str) -> str:
    [block] = examples("python")[heading]
    return block


def told(heading: str, *, answer: bool = False):
    """The JSON request under a heading, or the answer, which stands last."""
    return json.loads(examples("json")[heading][-1 if answer else 0])
