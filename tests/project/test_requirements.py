"""The compiled requirement files fit the ones that people edit. Needs no network."""

import re
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parents[2]
PAIRS = [("requirements.in", "requirements.txt"), ("requirements-dev.in", "requirements-dev.txt")]


def lines(name):
    for line in (ROOT / name).read_text().splitlines():
        if wanted := line.partition(" #")[0].strip():
            yield wanted


def wanted(name):
    return [Requirement(line) for line in lines(name) if not line.startswith(("#", "-"))]


def pins(name):
    """Package name to its pinned versions (more than one where a marker tells them apart)."""
    found = {}
    for line in lines(name):
        if not line.startswith("#"):
            pin = Requirement(line)
            (version,) = pin.specifier
            assert version.operator == "==", line
            found.setdefault(canonicalize_name(pin.name), set()).add(version.version)
    return found


@pytest.mark.parametrize(("source", "compiled"), PAIRS)
def test_everything_wanted_is_pinned_within_its_bounds(source, compiled):
    pinned = pins(compiled)
    for requirement in wanted(source):
        versions = pinned.get(canonicalize_name(requirement.name))
        assert versions, f"{requirement} is not in {compiled}: make lock"
        for version in versions:
            assert requirement.specifier.contains(version), f"{requirement}: make lock"


def test_the_development_set_holds_the_other_one_whole():
    small, large = pins("requirements.txt"), pins("requirements-dev.txt")
    assert {name: large.get(name) for name in small} == small


@pytest.mark.parametrize("compiled", [compiled for _, compiled in PAIRS])
def test_pins_come_from_no_address(compiled):
    text = (ROOT / compiled).read_text()
    assert re.findall(r"https?:|file:|^-", text, re.MULTILINE) == []
