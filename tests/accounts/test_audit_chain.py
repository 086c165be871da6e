"""Seals over the audit trail: whoever changes it behind the triggers is found, and where."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from accounts import audit_chain
from accounts.audit import record
from accounts.audit_chain import seal_settled
from accounts.audit_check import faults, head
from accounts.models import AuditEntry, AuditSeal, Workspace

LATER = timedelta(minutes=11)


@pytest.fixture
def entries(access) -> list[int]:
    """Five deeds that have settled and are sealed."""
    made = [
        record(
            access, "budget.raise", f"budget:{n}", "więcej", before={"limit": 1.5}, after={"a": [n]}
        ).pk
        for n in range(5)
    ]
    assert later(seal_settled) == 5
    return made


def later(call, *arguments, after: timedelta = LATER):
    with time_machine.travel(timezone.now() + after, tick=False):
        return call(*arguments)


def behind_the_triggers(sql: str, *values) -> None:
    """As somebody with the rights to the tables would."""
    with connection.cursor() as cursor:
        for table in ("accounts_auditentry", "accounts_auditseal"):
            if connection.vendor == "sqlite":
                for verb in ("update", "delete"):
                    cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_no_{verb}"')
            else:
                cursor.execute(f'DROP TRIGGER IF EXISTS "{table}_append_only" ON "{table}"')
        cursor.execute(sql, values)
        assert cursor.rowcount > 0


def checked(*arguments: str) -> tuple[int, str, str]:
    """Exit code, output and complaints of the command."""
    out, err = StringIO(), StringIO()
    try:
        call_command("check_audit", *arguments, stdout=out, stderr=err)
    except SystemExit as left:
        return int(str(left.code)), out.getvalue(), err.getvalue()
    return 0, out.getvalue(), err.getvalue()


def test_old_entries_are_sealed_by_the_first_run_and_all_is_well(access):
    for n in range(3):
        record(access, "budget.raise", f"budget:{n}")
    assert checked() == (0, "", "")
    assert AuditSeal.objects.count() == 0  # they may still have company
    assert later(checked) == (0, "", "")
    sealed = AuditSeal.objects.order_by("number").values_list("number", "entry")
    known = AuditEntry.objects.order_by("pk").values_list("pk", flat=True)
    assert list(sealed) == list(enumerate(known, 1))


def test_one_chain_over_workspaces_in_stretches(access, monkeypatch):
    monkeypatch.setattr("accounts.audit_chain.AT_ONCE", 2)
    monkeypatch.setattr("accounts.audit_check.AT_ONCE", 2)
    other = Workspace.objects.create(slug="other", name="Other")
    for n in range(5):
        entry = record(access, "budget.raise", f"budget:{n}")
        AuditEntry.objects.create(workspace=other, mode="live", action="x", subject=f"y:{entry.pk}")
    assert later(seal_settled, 4) == 4
    assert later(seal_settled) == 6
    assert later(seal_settled) == 0
    assert list(faults()) == []


@pytest.mark.parametrize(
    "change",
    [
        "reason = 'less'",
        "action = 'budget.lower'",
        "ip = '10.9.9.9'",
        "user_id = NULL",
        "mode = 'live'",
        "before = NULL",
    ],
)
def test_an_altered_entry_is_named(entries, change):
    behind_the_triggers(f"UPDATE accounts_auditentry SET {change} WHERE id = %s", entries[2])  # noqa: S608 - ours
    action = "budget.lower" if "action" in change else "budget.raise"
    said = f"Entry {entries[2]} ({action} of budget:2) was altered.\n"
    assert checked() == (1, "", said)


@pytest.mark.parametrize("place", [0, 2, 4])
def test_a_removed_entry_is_named(entries, place):
    behind_the_triggers("DELETE FROM accounts_auditentry WHERE id = %s", entries[place])
    assert checked() == (1, "", f"Entry {entries[place]} was removed.\n")


def test_an_entry_that_was_put_in_is_named(entries, access):
    """Ids have gaps, where a deed was undone: room for somebody who adds one afterwards."""
    told = {"workspace_id": access.workspace_id, "mode": access.mode, "action": "budget.lower"}
    after = entries[-1]
    AuditEntry.objects.create(pk=after + 2, subject="budget:8", **told)
    assert later(seal_settled) == 1
    AuditEntry.objects.create(pk=after + 1, subject="budget:9", **told)
    said = f"Entry {after + 1} (budget.lower of budget:9) was put in after the trail had been"
    assert later(checked) == (1, "", f"{said} sealed.\n")


def test_an_entry_removed_with_its_seal_leaves_a_gap(entries):
    behind_the_triggers("DELETE FROM accounts_auditentry WHERE id = %s", entries[2])
    behind_the_triggers("DELETE FROM accounts_auditseal WHERE number = 3")
    said = f"A seal was removed between entries {entries[1]} and {entries[3]}.\n"
    assert checked() == (1, "", said)


def test_a_seal_made_to_fit_an_altered_entry_follows_from_nothing(entries):
    behind_the_triggers("UPDATE accounts_auditseal SET content = chain WHERE number = 2")
    told = list(faults())
    assert told[0] == f"The seal of entry {entries[1]} does not follow from the one before it."


def test_a_kept_head_tells_of_a_trail_cut_off_or_sealed_anew(entries, access):
    code, kept, _ = checked("--head")
    kept = kept.strip()
    assert (code, kept) == (0, str(head()))
    assert kept.startswith("5:")
    record(access, "budget.raise", "budget:9")
    assert later(checked, "--kept", kept) == (0, "", "")
    behind_the_triggers("DELETE FROM accounts_auditentry WHERE id >= %s", entries[4])
    behind_the_triggers("DELETE FROM accounts_auditseal WHERE number >= 5")
    assert checked() == (0, "", "")  # by itself it cannot know
    assert checked("--kept", kept) == (1, "", "Seal 5 is gone: the trail was cut off.\n")
    behind_the_triggers("UPDATE accounts_auditentry SET reason = 'x' WHERE id = %s", entries[0])
    behind_the_triggers("DELETE FROM accounts_auditseal")
    record(access, "budget.raise", "budget:10")
    assert later(seal_settled) == 5
    said = "Seal 5 is not the one that was kept: the trail was sealed anew.\n"
    assert checked("--kept", kept) == (1, "", said)


def test_a_head_that_is_none_is_refused(db):
    assert checked("--head") == (0, "Nothing is sealed yet.\n", "")
    with pytest.raises(CommandError, match="Give what --head has printed"):
        call_command("check_audit", "--kept", "12")


@pytest.mark.parametrize(
    "statement", ["UPDATE accounts_auditseal SET entry = 0", "DELETE FROM accounts_auditseal"]
)
def test_the_database_refuses_to_change_a_seal(entries, statement):
    with (
        pytest.raises(IntegrityError, match="accounts_auditseal is append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement)
    assert AuditSeal.objects.count() == 5


def test_who_is_overtaken_leaves_the_seals_of_the_other(entries, access, monkeypatch):
    record(access, "budget.raise", "budget:9")
    own = audit_chain._seals

    def overtaken(settled, *, last):
        seals = list(own(settled, last=last))
        monkeypatch.setattr(audit_chain, "_seals", own)
        assert seal_settled() == 1
        return seals

    monkeypatch.setattr(audit_chain, "_seals", overtaken)
    assert later(seal_settled) == 0
    assert AuditSeal.objects.count() == 6
    assert list(faults()) == []
