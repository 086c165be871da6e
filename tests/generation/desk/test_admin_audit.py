"""Who did what: found by person, object, kind and day, with before and after in words."""

import pytest

from accounts.access import Access
from accounts.audit import record
from accounts.models import AuditEntry, Mode, Role, User
from generation.desk.news import change_words
from generation.desk.registers import list_url

pytestmark = pytest.mark.django_db


@pytest.fixture
def deeds(workspace) -> None:
    for name, action in (("ann", "member.role"), ("bob", "job.cancel")):
        user = User.objects.create_user(name, password=None)
        access = Access(workspace_id=workspace.pk, mode=Mode.TEST, role=Role.OWNER, user_id=user.pk)
        before, after = {"role": "creator"}, {"role": "manager"}
        record(access, action, "user:7", f"by {name}", before=before, after=after)


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ({"q": "ann"}, ["by ann"]),
        ({"q": "job.cancel"}, ["by bob"]),
        ({"q": "user:7"}, ["by bob", "by ann"]),
        ({"kind": "member"}, ["by ann"]),
        ({"kind": "job", "day": "24h"}, ["by bob"]),
        ({"kind": "price"}, []),
        ({"q": "nobody"}, []),
    ],
)
def test_deeds_are_found(desk, deeds, asked, found, django_assert_max_num_queries):
    # A day is found among the ids by halves, twice: PostgreSQL's have grown with other tests.
    halves = 2 * AuditEntry.objects.latest("pk").pk.bit_length() if "day" in asked else 0
    with django_assert_max_num_queries(10 + halves):
        answer = desk.get(list_url("accounts_auditentry", **asked))
    assert [row.reason for row in answer.context["cl"].result_list] == found


def test_before_and_after_are_words(desk, deeds):
    page = desk.get(list_url("accounts_auditentry")).content.decode()
    assert "role: creator, now manager" in page
    assert change_words(AuditEntry(before={"active": True}, after={"active": False})) == (
        "active: yes, now no"
    )
    assert change_words(AuditEntry(before={"email": None}, after=None)) == "email: was none"
    assert change_words(AuditEntry(after={"task_id": "t-1"})) == "task id: t-1"
    assert change_words(AuditEntry()) == "–"


def test_other_workspaces_deeds_are_not_told(stranger, deeds):
    answer = stranger.get(list_url("accounts_auditentry", q="ann"))
    assert answer.context["cl"].result_list == []
