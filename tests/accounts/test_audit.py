import pytest
from django.db import IntegrityError, connection, transaction

from accounts.audit import record
from accounts.models import AuditEntry


def test_entry_says_who_what_and_what_changed(access):
    entry = record(
        access, "budget.raise", "budget:4", "more work", before={"limit": 1}, after={"limit": 2}
    )
    entry.refresh_from_db()
    assert entry.workspace_id == access.workspace_id
    assert (entry.mode, entry.user_id, entry.api_key_id) == ("test", access.user_id, None)
    assert (entry.ip, entry.action, entry.subject) == ("10.0.0.1", "budget.raise", "budget:4")
    assert (entry.reason, entry.before, entry.after) == ("more work", {"limit": 1}, {"limit": 2})


@pytest.mark.parametrize(
    "statement",
    ["UPDATE accounts_auditentry SET reason = 'other'", "DELETE FROM accounts_auditentry"],
)
def test_database_refuses_to_change_the_past(access, statement):
    record(access, "budget.raise", "budget:4")
    with (
        pytest.raises(IntegrityError, match="accounts_auditentry is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditEntry.objects.get().reason == ""


def test_entry_falls_with_the_deed(access):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        record(access, "budget.raise", "budget:4")
        raise ZeroDivisionError
    assert AuditEntry.objects.count() == 0
