"""Everything that the papers tell people to type, typed against the running product.

A JSON block right after a bash block is what the bash block prints: every value in it must come
out, where "…" stands for anything. What starts or installs everything is in ```console blocks,
which test_blocks.py and test_names.py check by name.
"""

import json
import re
import sys
from pathlib import Path

import pytest

from tests.docs.book import blocks, pages

pytestmark = pytest.mark.e2e
MARK = "#-- "


def pages_with(language):
    return [page for page in pages() if any(b.page == page for b in of(language))]


def of(language):
    return [block for block in blocks(language) if block.info != "in-django"]


def printed_after(block):
    """The JSON block that follows directly, or None."""
    following = blocks()[blocks().index(block) + 1 :][:1]
    return next((b for b in following if b.language == "json" and b.page == block.page), None)


def fits(wanted, given):
    """Whether `given` has everything that was printed."""
    if isinstance(wanted, dict):
        known = isinstance(given, dict) and wanted.keys() <= given.keys()
        return known and all(fits(value, given[name]) for name, value in wanted.items())
    if isinstance(wanted, list):
        same = isinstance(given, list) and len(wanted) == len(given)
        return same and all(map(fits, wanted, given))
    if isinstance(wanted, str) and "…" in wanted:
        pattern = ".+".join(map(re.escape, wanted.split("…")))
        return isinstance(given, str) and re.fullmatch(pattern, given) is not None
    return wanted == given


def last_json(text):
    """The last JSON object in a text."""
    decoder, found, at = json.JSONDecoder(), None, text.find("{")
    while at >= 0:
        try:
            found, end = decoder.raw_decode(text, at)
        except ValueError:
            end = at + 1
        at = text.find("{", end)
    return found


@pytest.mark.parametrize("page", pages_with("bash"))
def test_shell(reader, page):
    told = [block for block in of("bash") if block.page == page]
    script = "".join(f"echo; echo '{MARK}{n}'\n{block.text}" for n, block in enumerate(told))
    output = reader.types(["bash", "-euo", "pipefail", "-s"], script)
    parts = re.split(rf"^{MARK}\d+\n", output, flags=re.MULTILINE)[1:]
    assert len(parts) == len(told)
    for block, part in zip(told, parts, strict=True):
        given, shown = last_json(part), printed_after(block)
        meant = "/cancel/" in block.text or (shown is not None and '"errors"' in shown.text)
        assert meant or '"errors":' not in part, f"{block}\n{part}"
        if shown:
            assert fits(json.loads(shown.text), given), f"{shown}\n{json.dumps(given, indent=1)}"


# The README's has a test of its own below.
@pytest.mark.parametrize("page", [page for page in pages_with("python") if page != "README.md"])
def test_python(reader, page):
    told = [(str(block), block.text) for block in of("python") if block.page == page]
    runner = Path(__file__).with_name("python_page.py")
    output = reader.types([sys.executable, str(runner)], json.dumps(told))
    for name, _ in told:
        assert f"# {name}\n" in output


def test_the_readme_makes_a_clip(reader):
    [block] = [block for block in of("python") if block.page == "README.md"]
    runner = Path(__file__).with_name("python_page.py")
    output = reader.types([sys.executable, str(runner)], json.dumps([(str(block), block.text)]))
    assert output.splitlines()[-1] == "completed pika $0.1"
    assert (reader.folder / "kite.mp4").read_bytes()[4:8] == b"ftyp"
