"""The drawings name functions that exist, and every state."""

import re
import xml.etree.ElementTree as ElementTree
from importlib import import_module

import pytest

from generation.choices import AssetState, AttemptState, JobState
from tests.docs.book import ROOT

FOLDER = ROOT / "docs/img"
SVG = "{http://www.w3.org/2000/svg}"


def texts(name, kind):
    drawing = ElementTree.parse(FOLDER / name)  # noqa: S314 - a file of our own
    found = drawing.iter(f"{SVG}text")
    return [node.text for node in found if kind in node.get("class", "").split()]


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.svg")))
def test_functions_exist(name):
    functions = texts(name, "fn")
    assert functions
    for word in functions:
        module, _, attribute = word.rpartition(".")
        room = "generation.money" if module == "ledger" else "generation"
        assert hasattr(import_module(f"{room}.{module}"), attribute), word


@pytest.mark.parametrize("name", sorted(path.name for path in FOLDER.glob("*.svg")))
def test_drawings_describe_themselves_and_follow_the_theme(name):
    text = (FOLDER / name).read_text(encoding="utf-8")
    assert re.search(r"<title[^>]*>.+</title>", text)
    assert re.search(r"<desc[^>]*>.+</desc>", text)
    assert "prefers-color-scheme: dark" in text


def test_every_state_is_drawn():
    drawn = set(texts("job-lifecycle.svg", "name"))
    assert drawn == {*AttemptState.values, *JobState.values, *AssetState.values}
