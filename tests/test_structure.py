"""The shape of the tree: sizes, names, and who may do what."""

import ast
import re
import subprocess
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = {
    "aivideo_project",
    "accounts",
    "providers",
    "generation",
    "campaigns",
    "footage",
    "sandbox",
    "pro",
}
LONGEST_FILE = 300
LONGEST_FUNCTION = 50
DRAWERS = {"utils.py", "helpers.py", "common.py", "services.py", "managers.py", "misc.py"}
# The outermost loop of a process may catch everything: it logs, records and goes on.
# environment.py: the parser of database addresses raises several types.
CATCHES_ALL = {
    "aivideo_project/environment.py",
    "generation/beside.py",
    "generation/tasks.py",
    "providers/many.py",
}
# Where HTTP requests leave. Everything else goes through these.
SENDS_HTTP = {"providers/http.py"}
CALLS = re.compile(r"\b(?:requests|httpx)\.(?:get|post|put|patch|delete|request|Session|Client)\(")
# An address of a package index or mirror has no place in a tree that anybody may install from.
INDEX_HOSTS = re.compile(
    r"pypi\.org|pythonhosted\.org|registry\.npmjs|index-url\s*=|extra-index-url"
)
# A thing is built or it is not; a note that it is not belongs in the tracker.
LEFTOVERS = re.compile(r"\b(?:TODO|FIXME|XXX)\b")


@cache
def tracked():
    """Paths of the tree as git knows them, new files included."""
    listing = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listing, cwd=ROOT, capture_output=True, text=True, check=True)
    paths = (Path(name) for name in names.stdout.splitlines())
    return [path for path in paths if (ROOT / path).is_file()]


@cache
def ours():
    """The product's own Python files; migrations are made, not written."""
    python = [path for path in tracked() if path.suffix == ".py" and path.parts[0] in ROOMS]
    return [path for path in python if "migrations" not in path.parts]


def everything():
    return [path for path in tracked() if path.suffix == ".py" and "migrations" not in path.parts]


@cache
def text(path):
    return (ROOT / path).read_text(encoding="utf-8")


def nodes(path, *kinds):
    return [node for node in ast.walk(ast.parse(text(path))) if isinstance(node, kinds)]


def test_there_is_something_to_look_at():
    assert len(ours()) > 30


def test_no_file_is_too_long():
    lengths = {str(path): text(path).count("\n") for path in everything()}
    assert {path: n for path, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_function_is_too_long():
    long = [
        f"{path}:{node.lineno} {node.name}"
        for path in everything()
        for node in nodes(path, ast.FunctionDef, ast.AsyncFunctionDef)
        if node.end_lineno - node.lineno + 1 > LONGEST_FUNCTION
    ]
    assert long == []


def test_no_file_is_a_drawer():
    assert [str(path) for path in ours() if path.name in DRAWERS] == []


def test_nothing_swallows_everything_but_the_outermost_loops():
    def catches_all(handler):
        if any(isinstance(node, ast.Raise) and node.exc is None for node in ast.walk(handler)):
            return False  # cleans up and lets it go on
        names = [handler.type] if not isinstance(handler.type, ast.Tuple) else handler.type.elts
        broad = {"Exception", "BaseException"}
        return any(name is None or getattr(name, "id", "") in broad for name in names)

    found = [
        f"{path}:{handler.lineno}"
        for path in ours()
        if str(path) not in CATCHES_ALL
        for handler in nodes(path, ast.ExceptHandler)
        if catches_all(handler)
    ]
    assert found == []


def test_requests_leave_by_one_door():
    watched = [path for path in ours() if path.parts[0] not in {"pro", "sandbox"}]
    found = [str(path) for path in watched if CALLS.search(text(path))]
    assert [path for path in found if path not in SENDS_HTTP] == []


def test_a_package_file_holds_nothing_but_exports():
    allowed = (ast.Import, ast.ImportFrom, ast.Assign, ast.Expr)
    found = [
        str(path)
        for path in ours()
        if path.name == "__init__.py"
        and not all(isinstance(node, allowed) for node in ast.parse(text(path)).body)
    ]
    assert found == []


@pytest.mark.parametrize("pattern", [LEFTOVERS, INDEX_HOSTS], ids=["leftovers", "index hosts"])
def test_words_that_must_not_stand_in_the_tree(pattern):
    readable = {".py", ".md", ".toml", ".txt", ".in", ".html", ".css", ".yml", ".cfg", ""}
    found = [
        str(path)
        for path in tracked()
        if path.suffix in readable
        and path != Path("tests/test_structure.py")
        and "vendor" not in path.parts
        and pattern.search(text(path))
    ]
    assert found == []
