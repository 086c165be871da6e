"""The tables say what the code says."""

from generation.choices import AttemptState, Attention, JobState
from generation.money.invariants import INVARIANTS
from pro import errors as client_errors
from providers import errors
from sandbox import directives, faults
from sandbox.control import control_routes
from tests.docs.book import ROOT, coded, pages, table
from tests.waypoint_marks import engine, names

LIFE = "docs/job-lifecycle.md"


def column(page, head):
    return [word for row in table(page, head) for word in coded(row[0])]


def test_attempt_states():
    assert sorted(column(LIFE, "state")) == sorted(AttemptState.values)


def test_arrows_cover_the_states():
    arrows = " ".join(row[0] for row in table(LIFE, "arrow"))
    for state in (*AttemptState.values, *JobState.values):
        if state not in {"queued", "processing", "lost_billed"}:
            assert f"`{state}`" in arrows, state


def test_crash_points():
    told = column(LIFE, "crash after")
    assert sorted(told) == sorted(name for _, text in engine() for name in names(text))


def subclasses(kind):
    return {kind, *(below for one in kind.__subclasses__() for below in subclasses(one))}


def test_failure_classes():
    told = column(LIFE, "class")
    assert set(told) == {kind.failure_class for kind in subclasses(errors.ProviderError)}


def test_attention_words():
    [row] = [row for row in table("docs/glossary.md", "word") if row[0] == "attention"]
    assert sorted(coded(row[1])) == sorted(value for value in Attention.values if value)


def test_invariants():
    told = [row[0] for row in table("docs/money.md", "check")]
    assert told == [invariant.name for invariant in INVARIANTS]


def test_directives():
    told = {word.partition("=")[0] for word in column("docs/sandbox.md", "directive")}
    known = {"fail", "slow", "rate-limit", "only", *directives.FLAGS}
    assert told == known
    failures = {w.partition("=")[2] for w in column("docs/sandbox.md", "directive") if "fail=" in w}
    assert failures == set(directives.FAILURES)


def test_faults():
    told = [word for row in table("docs/sandbox.md", "when") for word in coded(row[1])]
    assert sorted(told) == sorted(faults.KINDS)


def test_control_calls():
    known = {(route.method, route.path) for route in control_routes(None)}
    told = set()
    for row in table("docs/sandbox.md", "call"):
        *methods, last = coded(row[0])
        method, path = last.split()
        told |= {(name, path) for name in (*methods, method)}
    assert told == known


def test_client_errors():
    kinds = subclasses(client_errors.AIVideoError) - {client_errors.AIVideoError}
    assert sorted(column("docs/python-client.md", "error")) == sorted(k.__name__ for k in kinds)


def test_the_request_fields_are_all_told():
    from generation.api.bodies.clip import GenerateBody

    assert set(column("docs/api.md", "field")) == set(GenerateBody().fields)


def test_the_changelog_has_one_line_an_entry():
    body = pages()["CHANGELOG.md"].partition("## Unreleased")[2]
    entries = [line for line in body.splitlines() if line]
    assert entries
    assert all(line.startswith("* ") for line in entries)


def test_the_rooms_are_told():
    told = {word.rstrip("/") for word in column("docs/architecture.md", "room")}
    rooms = {path.parent.name for path in ROOT.glob("*/__init__.py")} - {"tests", "bench"}
    assert told == rooms
    assert {word.rstrip("/") for word in column("README.md", "room")} == rooms
