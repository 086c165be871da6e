import re
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from accounts.access import Access
from accounts.key_text import KEY_PATTERN, checksum, read_key_text
from accounts.keys import KeyRefused, Refusal, check_key, make_key, revoke, revoke_leaked
from accounts.models import ApiKey, AuditEntry, Mode, Role
from accounts.permissions import SCOPES

UNKNOWN = "This API key is unknown. Ask an owner of the workspace for a new key."


def refused(text, *, ip="10.0.0.9"):
    with pytest.raises(KeyRefused) as caught:
        check_key(text, ip=ip)
    return caught.value.reason, str(caught.value)


def test_form_and_what_is_kept(key):
    row, text = key
    assert re.fullmatch(r"aiv_test_[0-9A-Za-z]{10}_[0-9A-Za-z]{49}", text)
    assert row.prefix == text[:19]
    assert row.last_four == text[-4:]
    assert str(row) == f"{text[:19]}…{text[-4:]}"
    assert text[20:63] not in str(ApiKey.objects.values().get())
    assert len(row.secret_hash) == 64
    assert row.scopes == list(SCOPES)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject, entry.user_id) == (
        "api_key.make",
        f"api_key:{row.pk}",
        row.created_by_id,
    )
    assert text not in str(entry.after)


def test_live_key_says_live(workspace, owner):
    row, text = make_key(workspace, mode=Mode.LIVE, name="Live", created_by=owner)
    assert text.startswith("aiv_live_")
    assert check_key(text, ip=None).mode is Mode.LIVE
    assert row.mode == Mode.LIVE


def test_checksum_is_six_base62_digits():
    assert checksum("") == "000000"
    assert checksum("aiv_test_0000000000_" + "0" * 43) == "27xGJ9"


def test_opens_its_workspace_and_mode(key, workspace):
    row, text = key
    assert check_key(text, ip="10.0.0.9") == Access(
        workspace_id=workspace.pk,
        mode=Mode.TEST,
        role=Role.CREATOR,
        api_key_id=row.pk,
        scopes=frozenset(SCOPES),
        ip="10.0.0.9",
    )


def test_life_is_ninety_days_and_never_over_a_year(workspace, owner):
    with time_machine.travel(datetime(2026, 1, 1, tzinfo=UTC), tick=False):
        row, _ = make_key(workspace, mode=Mode.TEST, name="Robot", created_by=owner)
        assert row.expires_at == datetime(2026, 4, 1, tzinfo=UTC)
        for life in (timedelta(days=366), timedelta(0)):
            with pytest.raises(ValueError, match="at most 365 days"):
                make_key(workspace, mode=Mode.TEST, name="Robot", created_by=owner, expires_in=life)
    assert ApiKey.objects.count() == 1


@pytest.mark.parametrize("scopes", [[], ["jobs:read", "keys:write"]])
def test_scopes_must_exist(workspace, owner, scopes):
    with pytest.raises(ValueError, match="scopes must be some of jobs:read"):
        make_key(workspace, mode=Mode.TEST, name="Robot", created_by=owner, scopes=scopes)
    assert ApiKey.objects.count() == 0
    assert AuditEntry.objects.count() == 0


@pytest.mark.parametrize("text", ["", "aiv_test_x", "Bearer", "sk-1234", "aiv_test_" + "é" * 60])
def test_what_is_no_key_asks_no_database(text, django_assert_num_queries, db):
    with django_assert_num_queries(0):
        reason, words = refused(text)
    assert reason is Refusal.UNKNOWN
    assert words == (
        "This is not a whole API key. It begins with aiv_test_ or aiv_live_; copy all of it."
    )


def test_wrong_checksum_asks_no_database(key, django_assert_num_queries):
    _, text = key
    broken = text[:-1] + ("a" if text[-1] != "a" else "b")
    with django_assert_num_queries(0):
        assert refused(broken)[0] is Refusal.UNKNOWN


def test_right_checksum_with_a_wrong_secret_is_unknown(key):
    row, text = key
    body = text[:20] + "0" * 43
    assert refused(body + checksum(body)) == (Refusal.UNKNOWN, UNKNOWN)
    row.refresh_from_db()
    assert row.last_used_at is None


def test_a_test_key_cannot_be_rewritten_into_a_live_one(key):
    body = key[1][:-6].replace("aiv_test_", "aiv_live_")
    assert refused(body + checksum(body)) == (Refusal.UNKNOWN, UNKNOWN)


def test_missing_row_is_told_like_a_wrong_secret(db):
    body = "aiv_test_" + "0" * 10 + "_" + "0" * 43
    assert refused(body + checksum(body)) == (Refusal.UNKNOWN, UNKNOWN)


def test_expired_says_when_and_what_to_do(key):
    row, text = key
    ApiKey.objects.filter(pk=row.pk).update(expires_at=datetime(2026, 3, 3, 12, tzinfo=UTC))
    assert refused(text) == (
        Refusal.EXPIRED,
        "This API key expired on 3 March 2026. Ask an owner of the workspace for a new key.",
    )


def test_revoked_says_when_and_why(key, access):
    row, text = key
    with time_machine.travel(datetime(2026, 2, 1, 9, tzinfo=UTC), tick=False):
        assert revoke(row, by=access, reason="the laptop was lost") is True
        assert revoke(row, by=access, reason="again") is False
        assert refused(text) == (
            Refusal.REVOKED,
            "This API key was revoked on 1 February 2026: the laptop was lost. "
            "Ask an owner of the workspace for a new key.",
        )
    assert AuditEntry.objects.filter(action="api_key.revoke").count() == 1


def test_closed_workspace(key, workspace):
    workspace.closed_at = datetime(2026, 5, 4, tzinfo=UTC)
    workspace.save(update_fields=["closed_at"])
    assert refused(key[1]) == (Refusal.CLOSED, "The workspace North was closed on 4 May 2026.")


def test_use_is_noted_once_a_minute(key, django_assert_num_queries):
    row, text = key
    with time_machine.travel(timezone.now(), tick=False) as clock:
        check_key(text, ip="10.0.0.1")
        first = timezone.now()
        clock.shift(59)
        with django_assert_num_queries(1):
            check_key(text, ip="10.0.0.2")
        row.refresh_from_db()
        assert (row.last_used_at, row.last_used_ip) == (first, "10.0.0.1")
        clock.shift(2)
        check_key(text, ip="10.0.0.2")
        row.refresh_from_db()
        assert (row.last_used_at, row.last_used_ip) == (timezone.now(), "10.0.0.2")


def test_new_pepper_keeps_old_keys_until_it_is_removed(key, settings, workspace, owner):
    _, old = key
    settings.API_KEY_PEPPERS = {**settings.API_KEY_PEPPERS, 2: "p" * 40}
    row, new = make_key(workspace, mode=Mode.TEST, name="New", created_by=owner)
    assert row.pepper_id == 2
    assert check_key(old, ip=None).api_key_id == key[0].pk
    settings.API_KEY_PEPPERS = {2: "p" * 40}
    assert check_key(new, ip=None).api_key_id == row.pk
    assert refused(old) == (Refusal.UNKNOWN, UNKNOWN)


def test_leaked_key_is_revoked_but_a_look_alike_is_not(key):
    row, text = key
    body = text[:20] + "0" * 43
    look_alike = revoke_leaked(body + checksum(body), ip="10.0.0.9")
    row.refresh_from_db()
    assert row.revoked_at is None
    assert str(look_alike) == (
        "A key in an address is not accepted. Send it as 'Authorization: Bearer <key>'."
    )
    assert "This key has been revoked." in str(revoke_leaked(text, ip="10.0.0.9"))
    row.refresh_from_db()
    assert row.revoked_reason == "it was sent in an address"
    entry = AuditEntry.objects.get(action="api_key.revoke")
    assert (entry.api_key_id, entry.ip, entry.user_id) == (row.pk, "10.0.0.9", None)


def test_secret_stays_out_of_a_printed_value(key):
    parts = read_key_text(key[1])
    assert parts is not None
    assert parts.secret not in repr(parts)
    assert KEY_PATTERN.fullmatch(parts.plaintext)
