"""The names of all points in the engine's source, and what there has none.

A *commit* is a block of `waypoints.commit(…)`, a *send* or *receive* one of `waypoints.after(…)`;
a single write, rename or news to a vendor's account is followed by `waypoints.passed(…)`. What
writes in its caller's transaction says so by `@waypoints.inside`. What `generation.answers` hands
on is received by a function `_heard`, which passes its point first.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ENGINE = (
    "arranging",
    "attempts",
    "batches",
    "callbacks",
    "decisions",
    "driver",
    "endings",
    "fallback",
    "finishing",
    "ingest",
    "jobs",
    "kept_looks",
    "line",
    "notices/delivering",
    "notices/outbox",
    "notices/rows",
    "orphans",
    "outcomes",
    "pausing",
    "polling",
    "resolving",
    "shelves",
    "slots",
    "submitting",
    "tasks",
    "uploads",
)
WRITES = {
    "bulk_create",
    "bulk_update",
    "create",
    "delete",
    "get_or_create",
    "save",
    "update",
    "update_or_create",
}
SENDS = {"ask_all", "download"}
BARE = {"insert", "run"}
ACCOUNT = {"note_failure", "note_good", "take_turn"}
MOVED = ("Job.objects", "Attempt.objects", "Asset.objects")
BLOCKS = {"commit", "after"}
HEARS = "_heard"


@dataclass(frozen=True, kw_only=True)
class Bare:
    """Something that happens at no named point."""

    line: int
    what: str


def engine() -> Iterator[tuple[str, str]]:
    """Path and text of each of the engine's files."""
    for name in ENGINE:
        path = ROOT / "generation" / f"{name}.py"
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def names(text: str) -> list[str]:
    """The points of one file, by name."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return [name for call in calls if (name := _point(call, {*BLOCKS, "passed"}))]


def bare(text: str) -> list[Bare]:
    """Every commit, send, receive and rename of a file that has no point of its own."""
    found: list[Bare] = []
    _look(ast.parse(text).body, found)
    return found


def moves(text: str) -> bool:
    """Whether a file writes rows of jobs, attempts or clips."""
    calls = (node for node in ast.walk(ast.parse(text)) if isinstance(node, ast.Call))
    return any(
        isinstance(call.func, ast.Attribute)
        and call.func.attr in WRITES
        and ast.unparse(call.func).startswith(MOVED)
        for call in calls
    )


def _look(body: list[ast.stmt], found: list[Bare]) -> None:
    for statement, following in zip(body, [*body[1:], None], strict=True):
        if isinstance(statement, ast.FunctionDef) and _writes_inside(statement):
            continue
        if isinstance(statement, ast.FunctionDef) and statement.name == HEARS:
            first = statement.body[0]
            found += [] if _is_passed(first) else [Bare(line=first.lineno, what="answers heard")]
        if isinstance(statement, ast.With) and any(_is_block(item) for item in statement.items):
            continue
        parts = [part for part in _bodies(statement) if part]
        inner = {id(node) for part in parts for one in part for node in ast.walk(one)}
        if not _is_passed(following):
            own = (node for node in ast.walk(statement) if id(node) not in inner)
            calls = (node for node in own if isinstance(node, ast.Call))
            found += [Bare(line=c.lineno, what=ast.unparse(c)) for c in calls if _counts(c)]
        for part in parts:
            _look(part, found)


def _bodies(statement: ast.stmt) -> Iterator[list[ast.stmt]]:
    for name in ("body", "orelse", "finalbody"):
        yield getattr(statement, name, [])
    for handler in getattr(statement, "handlers", []):
        yield handler.body
    for case in getattr(statement, "cases", []):
        yield case.body


def _counts(call: ast.Call) -> bool:
    """Whether a call commits, sends, receives or renames."""
    if isinstance(call.func, ast.Name):
        return call.func.id in BARE
    if not isinstance(call.func, ast.Attribute):
        return False
    name = call.func.attr
    of = call.func.value.id if isinstance(call.func.value, ast.Name) else ""
    if name == "atomic":
        return True
    if of == "health":
        return name in ACCOUNT
    if of == "addresses":
        return name == "send"
    # Path.replace names a target, str.replace what for what.
    renames = name == "rename" or (name == "replace" and len(call.args) == 1)
    return renames or name in WRITES | SENDS


def _writes_inside(function: ast.FunctionDef) -> bool:
    return any(ast.unparse(one) == "waypoints.inside" for one in function.decorator_list)


def _is_block(item: ast.withitem) -> bool:
    call = item.context_expr
    return isinstance(call, ast.Call) and bool(_point(call, BLOCKS))


def _is_passed(statement: ast.stmt | None) -> bool:
    call = statement.value if isinstance(statement, ast.Expr) else None
    return isinstance(call, ast.Call) and bool(_point(call, {"passed"}))


def _point(call: ast.Call, verbs: set[str]) -> str:
    """The name of a point, where this call is one."""
    if not (isinstance(call.func, ast.Attribute) and call.func.attr in verbs):
        return ""
    if ast.unparse(call.func.value) != "waypoints" or len(call.args) != 1:
        return ""
    named = call.args[0]
    return str(named.value) if isinstance(named, ast.Constant) else ""
