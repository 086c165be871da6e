"""Bad input over HTTP: the right status, words that help, and nothing made, held or sent."""

import json
import sqlite3

import pytest

from tests.e2e.bad_input import ANIMATE, CASES, Case
from tests.e2e.desk import Desk, Reply, early_answer, fetch

pytestmark = pytest.mark.e2e

# Run inside the product: another workspace with a job and a picture, and keys of every sad kind.
SET_UP = """
import json
from datetime import timedelta
from django.utils import timezone
from accounts.access import Access
from accounts.keys import make_key, revoke
from accounts.models import ApiKey, Mode, Role, User, Workspace
from generation import jobs, uploads
from generation.asks import JobAsk
from io import BytesIO
from PIL import Image
demo, user = Workspace.objects.get(slug="demo"), User.objects.get(username="demo")
other = Workspace.objects.create(slug="other", name="Other")
access = Access(workspace_id=other.pk, mode=Mode.TEST, role=Role.OWNER, user_id=user.pk)
mine = Access(workspace_id=demo.pk, mode=Mode.TEST, role=Role.OWNER, user_id=user.pk)
job = jobs.create(access, JobAsk(prompt="Somebody else's clip"))
jobs.request_cancel(job)
out = BytesIO()
Image.effect_noise((400, 300), 60).convert("RGB").save(out, "PNG")
asset = uploads.receive(access, content=out.getvalue(), name="theirs.png")
def key(mode="test", **how):
    return make_key(demo, mode=Mode(mode), name="Sad", created_by=user, **how)
expired, old = key()
ApiKey.objects.filter(pk=expired.pk).update(expires_at=timezone.now() - timedelta(seconds=1))
revoked, gone = key()
revoke(revoked, by=mine)
print(json.dumps({
    "job": job.uid, "asset": asset.uid, "expired": old, "revoked": gone,
    "reader": key(scopes=["jobs:read"])[1], "live": key("live")[1],
}))
"""


@pytest.fixture(scope="module")
def others(desk: Desk) -> dict[str, str]:
    """What the bad calls name: keys, and another workspace's job and asset."""
    done = desk.manage("shell", "--verbosity=0", "-c", SET_UP)
    assert done.returncode == 0, done.stderr
    made = json.loads(done.stdout.splitlines()[-1])
    own = desk.demo["AIVIDEO_API_KEY"]
    return {**made, "own": own, "wrong": own[:-8] + "00000000", "half": own[:20], "none": ""}


def send(desk: Desk, case: Case, others: dict[str, str]) -> Reply:
    headers = {"Content-Type": "application/json", **case.headers}
    if others[case.key]:
        headers["Authorization"] = f"Bearer {others[case.key]}"
    body = {**ANIMATE, "image_path": others["asset"]} if case.body == "foreign picture" else None
    body = case.body if body is None else body
    data = case.raw if body is None else json.dumps(body).encode()
    path = case.path.format(**others)
    url = f"{desk.base}/{path[3:]}" if path.startswith("../") else f"{desk.base}/api/{path}"
    if case.status == 413:
        return early_answer(url, data=data or b"", headers=headers)
    return fetch(url, method=case.method, data=data, headers=headers)


TABLES = ("job", "attempt", "batch", "asset", "event", "ledgerline", "ledgerbudget", "notice")


def rows(desk: Desk) -> dict[str, int]:
    """Counted in the file itself, past the product."""
    with sqlite3.connect(f"file:{desk.data}/aivideo.sqlite3?mode=ro", uri=True) as database:
        tables = [f"generation_{name}" for name in (*TABLES, "idempotentanswer", "costcentre")]
        return {t: database.execute(f"SELECT count(*) FROM {t}").fetchone()[0] for t in tables}  # noqa: S608


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_bad_input_is_refused_and_leaves_nothing(desk, others, case):
    before, tasks = rows(desk), desk.control("tasks")["creates"]
    answer = send(desk, case, others)
    assert answer.status == case.status, answer.body
    assert rows(desk) == before
    assert desk.control("tasks")["creates"] == tasks
    if case.path.startswith("../"):
        return
    assert set(answer.body) >= {"type", "errors"}, answer.body
    for error in answer.body["errors"]:
        assert set(error) == {"code", "detail", "attr"}
        assert len(error["detail"]) > 8
        assert "Traceback" not in error["detail"] and str(desk.data) not in error["detail"]
    if case.attr:
        assert [error["attr"] for error in answer.body["errors"]] == [case.attr]
    if case.words:
        assert case.words in answer.body["errors"][0]["detail"]
    if case.status == 401:
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_there_are_enough_of_them():
    assert len(CASES) >= 100
    assert len({case.name for case in CASES}) == len(CASES)


def test_a_foreign_id_is_told_like_a_missing_one(desk, others):
    foreign = desk.call("GET", f"ai-video/status/{others['job']}")
    nobody = "job_" + "0" * 20
    missing = desk.call("GET", f"ai-video/status/{nobody}")
    told = json.dumps(foreign.body).replace(others["job"], nobody)
    assert (foreign.status, told) == (missing.status, json.dumps(missing.body))


def budget_of_a_dollar(desk: Desk, *, active: bool) -> None:
    """Give the provider Sora a budget, or switch off the one that it has."""
    code = (
        "from accounts.models import Workspace; from generation.models import Budget;"
        "Budget.objects.update_or_create(workspace=Workspace.objects.get(slug='demo'),"
        " mode='test', kind='provider', provider='sora', name='Sora, this week',"
        f" defaults=dict(limit_micros=1_000_000, starts_on='2020-01-01', active={active}))"
    )
    done = desk.manage("shell", "--verbosity=0", "-c", code)
    assert done.returncode == 0, done.stderr


def test_a_budget_with_too_little_left(desk):
    """402 names the budget and what is left; a smaller wish still fits."""
    body = {"prompt": "A brand film", "quality": "master", "duration": 5}
    budget_of_a_dollar(desk, active=True)
    try:
        before = rows(desk)
        refused = desk.call("POST", "ai-video/generate", body)
        assert refused.status == 402
        [error] = refused.body["errors"]
        assert error["code"] == "budget_exceeded"
        assert "Sora, this week" in error["detail"] and "$1.00" in error["detail"]
        assert rows(desk) == before
        assert desk.create("A brand film, shorter", quality="master", duration=4)["cost"] == 1.0
    finally:
        budget_of_a_dollar(desk, active=False)
