"""No commit, send, receive or rename of the engine without a named point, and no name twice."""

from collections import Counter

import pytest

from tests.waypoint_marks import ENGINE, ROOT, bare, engine, moves, names


def test_everything_that_happens_has_a_point():
    found = [f"{path}:{one.line} {one.what}" for path, text in engine() for one in bare(text)]
    assert found == []


def test_a_name_is_one_point():
    counts = Counter(name for _, text in engine() for name in names(text))
    assert len(counts) > 40
    assert [name for name, times in counts.items() if times > 1] == []


PLANTED = {
    "a commit": "with transaction.atomic():\n    change(x)",
    "a commit in a branch": "if a:\n    with transaction.atomic():\n        pass",
    "a write": "won = Job.objects.filter(pk=1).update(state=1)\nother()",
    "a write whose point comes too late": "x.save()\nother()\nwaypoints.passed('late')",
    "a write in a condition": "if Job.objects.filter(pk=1).update(state=1):\n    ring()",
    "a write that is returned": "def f():\n    return bool(x.update(a=1))",
    "a write in a handler": "try:\n    f()\nexcept OSError:\n    x.delete()",
    "a point without a name of its own": "with waypoints.commit(name):\n    x.save()",
    "a send": "answers = many.ask_all(questions)",
    "a create": "accepted = run(adapter.submit(request), send)",
    "a download": "transport_for(a).download(call, path)",
    "a notice": "status = addresses.send(url, body=body)",
    "a rename": "Path(one).replace(other)",
    "news of an account": "health.note_good(1)",
    "a nested function": "def f():\n    def g():\n        x.save()",
    "answers": "def _heard(answered, many):\n    conclude(answered)",
    "the else of a loop": "for a in b:\n    pass\nelse:\n    x.save()",
}


@pytest.mark.parametrize("source", PLANTED.values(), ids=PLANTED)
def test_what_has_no_point_is_found(source):
    assert len(bare(source)) == 1, bare(source)


NAMED = {
    "a commit": "with waypoints.commit('a'):\n    x.save()\n    y.update(a=1)",
    "a write": "won = x.update(a=1)\nwaypoints.passed('a')\nif not won:\n    stop()",
    "a write in a condition": "if x.update(a=1):\n    ring()\nwaypoints.passed('a')",
    "a send": "with waypoints.after('a'):\n    b = run(c, send)",
    "a caller's transaction": "@waypoints.inside\ndef f():\n    x.save()",
    "answers": "def _heard(answered, many):\n    waypoints.passed('a')\n    conclude(answered)",
    "no rename": "text = text.replace('a', 'b')",
}


@pytest.mark.parametrize("source", NAMED.values(), ids=NAMED)
def test_what_has_a_point_is_let_pass(source):
    assert bare(source) == []


def test_every_file_that_moves_one_is_looked_at():
    """A new file that moves a job, an attempt or a clip belongs to the engine, and says so."""
    paths = sorted((ROOT / "generation").glob("*.py"))
    moving = {path.stem for path in paths if moves(path.read_text(encoding="utf-8"))}
    assert moving - set(ENGINE) == set()
    assert {"attempts", "outcomes", "ingest", "polling"} <= moving


def test_a_file_that_moves_one_is_known_by_it():
    assert moves("won = Attempt.objects.filter(pk=1).exclude(pk=2).update(state=1)")
    assert moves("def f():\n    Asset.objects.create(job=job)")
    assert not moves("Job.objects.filter(pk=1).exists()\nseen.update(a=1)")
