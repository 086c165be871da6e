"""The ledger, for reading."""

import pytest

from generation.models import LedgerLine

from .conftest import SEED_GENERATE, make_caller, only_error

pytestmark = pytest.mark.django_db


def test_ledger(caller, foreign_caller):
    uids = [caller.post("ai-video/generate", SEED_GENERATE).json()["job_id"] for _ in range(2)]
    caller.post(f"ai-video/cancel/{uids[0]}")
    page = caller.get("ledger", limit=2).json()
    assert [(one["kind"], one["held"], one["job_id"]) for one in page["results"]] == [
        ("release", -0.25, uids[0]),
        ("hold", 0.25, uids[1]),
    ]
    rest = caller.get("ledger", limit=2, cursor=page["next_cursor"]).json()
    assert [one["line_id"] for one in rest["results"]] == [LedgerLine.objects.order_by("pk")[0].pk]
    assert rest["next"] is None
    assert len(caller.get("ledger", job=uids[1]).json()["results"]) == 1
    assert len(caller.get("ledger", kind="hold").json()["results"]) == 2
    assert foreign_caller.get("ledger").json()["results"] == []


def test_scopes(shop, workspace, owner):
    blind = make_caller(workspace, owner, scopes=["jobs:read"])
    assert only_error(blind.get("ledger"))[:2] == (403, "permission_denied")
    assert only_error(blind.get("budgets"))[:2] == (403, "permission_denied")
