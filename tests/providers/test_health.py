"""The circuit of a provider account, with the time held still."""

from datetime import UTC, datetime, timedelta

import pytest

from providers import health
from providers.models import AccountState, Circuit, ProviderAccount

T0 = datetime(2026, 11, 23, 12, tzinfo=UTC)


def at(**later):
    return T0 + timedelta(**later)


@pytest.fixture
def account(db):
    return ProviderAccount.objects.create(provider="kling", mode="live")


def state(account):
    account.refresh_from_db()
    return account.circuit, account.circuit_until


def again(account):
    """As somebody else reads it."""
    return ProviderAccount.objects.get(pk=account.pk)


def fail(account, times=1, *, failure_class="unavailable", now=T0):
    for _ in range(times):
        health.note_failure(account.pk, failure_class, "is down", now=now)


def test_four_failures_leave_it_closed_and_the_fifth_opens(account):
    fail(account, 4)
    assert state(account) == (Circuit.CLOSED, None)
    assert health.usable(account, now=T0) == ""
    fail(account)
    assert state(account) == (Circuit.OPEN, at(seconds=30))
    assert health.usable(account, now=at(seconds=29)) == "is down"
    assert health.take_turn(again(account), now=at(seconds=29)) == "is down"


def test_a_good_answer_between_failures_starts_the_count_again(account):
    fail(account, 4)
    health.note_good(account.pk, now=T0)
    fail(account, 4)
    assert state(account) == (Circuit.CLOSED, None)
    assert account.last_good_at == T0


@pytest.mark.parametrize(
    "failure_class", ["moderation", "invalid", "rate_limited", "output_bad", "timeout"]
)
def test_what_is_not_the_vendors_fault_never_counts(account, failure_class):
    fail(account, 20, failure_class=failure_class)
    assert state(account) == (Circuit.CLOSED, None)
    assert account.failures_in_row == 0


@pytest.mark.parametrize("failure_class", ["auth", "credits"])
def test_a_refused_key_and_empty_credits_open_at_once_for_long(account, failure_class):
    health.note_failure(account.pk, failure_class, "no credits", now=T0)
    assert state(account) == (Circuit.OPEN, at(hours=1))
    assert health.usable(account, now=at(minutes=59)) == "no credits"


def test_exactly_one_caller_becomes_the_trial(account):
    fail(account, 5)
    account.refresh_from_db()
    assert health.usable(account, now=at(seconds=31)) == ""
    assert health.due_trials(now=at(seconds=31)) == (account.pk,)
    assert health.take_turn(again(account), now=at(seconds=31)) == ""
    assert health.take_turn(again(account), now=at(seconds=31)) == "is down"
    assert not health.claim_trial(account.pk, now=at(seconds=31))
    assert state(account) == (Circuit.HALF_OPEN, at(seconds=91))
    assert health.due_trials(now=at(seconds=31)) == ()


def test_a_lost_race_for_the_trial_is_told_apart(account, monkeypatch):
    fail(account, 5)
    monkeypatch.setattr(health, "claim_trial", lambda *_, **__: False)
    assert health.take_turn(again(account), now=at(seconds=31)) == "Being tried by another clip"


def test_a_trial_that_nobody_ended_is_given_away_again(account):
    fail(account, 5)
    assert health.claim_trial(account.pk, now=at(seconds=31))
    assert health.claim_trial(account.pk, now=at(seconds=92))


def test_a_good_trial_closes(account):
    fail(account, 5)
    health.claim_trial(account.pk, now=at(seconds=31))
    health.note_good(account.pk, now=at(seconds=32))
    assert state(account) == (Circuit.CLOSED, None)
    assert (account.circuit_reason, account.failures_in_row, account.opened_times) == ("", 0, 0)


def test_bad_trials_double_the_pause_up_to_ten_minutes(account):
    fail(account, 5)
    now, pauses = T0, []
    for _ in range(6):
        account.refresh_from_db()
        now = account.circuit_until
        assert health.claim_trial(account.pk, now=now)
        fail(account, now=now)
        account.refresh_from_db()
        pauses.append((account.circuit_until - now).total_seconds())
    assert pauses == [60, 120, 240, 480, 600, 600]


def test_late_answers_neither_prolong_nor_close_an_open_circuit(account):
    fail(account, 5)
    fail(account, 10, now=at(seconds=20))
    health.note_good(account.pk, now=at(seconds=20))
    assert state(account) == (Circuit.OPEN, at(seconds=30))


def test_three_unknown_outcomes_in_ten_minutes_open(account):
    fail(account, failure_class="unknown")
    fail(account, failure_class="unknown", now=at(minutes=5))
    assert state(account) == (Circuit.CLOSED, None)
    fail(account, failure_class="unknown", now=at(minutes=9))
    assert state(account) == (Circuit.OPEN, at(minutes=19))


def test_unknown_outcomes_far_apart_do_not(account):
    for minutes in (0, 11, 22, 33):
        fail(account, failure_class="unknown", now=at(minutes=minutes))
    assert state(account) == (Circuit.CLOSED, None)


def test_rehearsed_failures_of_test_mode_pass_quickly(db):
    account = ProviderAccount.objects.create(provider="pika", mode="test")
    fail(account, failure_class="credits")
    assert state(account) == (Circuit.OPEN, at(seconds=2))


def test_a_paused_account_takes_nothing_new(account):
    account.state = AccountState.PAUSED
    assert health.usable(account, now=T0) == "Paused"
    account.state_reason = "is out of credits"
    assert health.usable(account, now=T0) == "is out of credits"
    account.state_by, account.state_at = "ann", T0
    since = f"{T0:%Y-%m-%d %H:%M}"
    assert health.usable(account) == f"Paused by ann since {since} UTC: is out of credits"
    account.save()
    assert health.take_turn(again(account), now=T0) == health.usable(account)


def test_a_draining_account_still_sends_what_was_planned_for_it(account):
    account.state = AccountState.DRAINING
    account.save()
    assert health.usable(account, now=T0) == "Draining"
    assert health.take_turn(again(account), now=T0) == ""


def test_a_person_may_have_it_asked_again(account):
    health.note_failure(account.pk, "auth", "key refused", now=at(days=-1))
    health.note_failure(account.pk, "auth", "key refused", now=datetime.now(UTC))
    health.ask_again(account.pk)
    assert health.take_turn(again(account)) == ""


def test_good_news_is_written_at_most_once_a_minute(account, django_assert_num_queries):
    health.note_good(account.pk, now=T0)
    with django_assert_num_queries(1):
        health.note_good(account.pk, now=at(seconds=59))
    health.note_good(account.pk, now=at(seconds=61))
    account.refresh_from_db()
    assert account.last_good_at == at(seconds=61)
