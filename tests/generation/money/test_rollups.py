"""Daily sums: equal to the lines while many write, rebuilt, and wrong ones found."""

import random
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.db import transaction

from generation import jobs
from generation.asks import JobAsk
from generation.models import Attempt, DailyRollup, Job, LedgerLine
from generation.money import ledger, rollups
from providers.types import Tier
from tests.generation.committed import at_once, committed_fixture, desk_fixture  # noqa: F401


def ask(access, prompt="a quiet lake", **more) -> tuple[Attempt, Job]:
    job = jobs.create(access, JobAsk(prompt=prompt, **{"tier": Tier.DRAFT, **more}))
    return job.attempts.get(), job


def finish(attempt: Attempt, job: Job, micros: int, task: str) -> None:
    """Book it without a vendor."""
    with transaction.atomic():
        ledger.settle(attempt, job, micros=micros, task_id=task)


@pytest.fixture
def quiet(settings):
    settings.RING_THE_BELL = False


def test_one_row_a_day_and_its_sums(shop, quiet, access):
    attempt, job = ask(access)
    finish(attempt, job, 100_000, "t1")
    second, other = ask(access)
    with transaction.atomic():
        ledger.release(second, other, reason="never sent")
    row = DailyRollup.objects.get()
    assert (row.provider, row.tier, row.person) == ("pika", "draft", access.user_id)
    assert row.cost_centre_id == job.cost_centre_id
    assert (row.held_micros, row.released_micros) == (200_000, 200_000)
    assert (row.settled_micros, row.charged_micros, row.adjusted_micros) == (100_000, 0, 0)
    assert (row.spent_micros, row.seconds, row.clips, row.lines) == (100_000, 5, 1, 4)
    assert rollups.differences() == []


def test_wrong_sums_are_found_and_made_anew(shop, quiet, access, capsys):
    attempt, job = ask(access)
    finish(attempt, job, 100_000, "t1")
    DailyRollup.objects.update(spent_micros=100_001)
    [off] = rollups.differences()
    assert dict(zip(rollups.SUMS, off.off, strict=True))["spent_micros"] == 1
    assert "pika" in str(off) and "spent_micros +1" in str(off)
    with pytest.raises(SystemExit):
        call_command("check_rollups")
    call_command("rebuild_rollups")
    assert "1 sums made" in capsys.readouterr().out
    call_command("check_rollups")
    assert DailyRollup.objects.get().spent_micros == 100_000


def test_a_rebuild_of_other_days_leaves_today(shop, quiet, access):
    ask(access)
    today = LedgerLine.objects.first().created_at.date()
    assert rollups.rebuild(last=today - timedelta(days=1)) == 0
    assert DailyRollup.objects.get().held_micros == 100_000
    assert rollups.rebuild(first=today, last=today) == 1


def test_a_failed_transaction_leaves_no_sum(shop, quiet, access):
    attempt, job = ask(access)
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ledger.settle(attempt, job, micros=100_000, task_id="t1")
        raise ZeroDivisionError
    assert DailyRollup.objects.get().spent_micros == 0


def test_many_writers_at_once(desk):
    """Settles, releases, late charges and corrections by eight writers: equal to the micro."""
    made = [ask(desk, f"clip {n}", tier=random.choice(list(Tier))) for n in range(40)]

    def book(number: int) -> None:
        dice = random.Random(number)
        attempt, job = made[number]
        with transaction.atomic():
            if dice.random() < 0.3:
                ledger.release(attempt, job, reason="refused")
            else:
                ledger.settle(
                    attempt, job, micros=dice.randrange(1, 400_000), task_id=f"task-{number}"
                )
        for turn in range(4):
            with transaction.atomic():
                ledger.adjust(
                    attempt,
                    job,
                    micros=dice.randrange(-5_000, 5_000),
                    statement_line=f"line-{number}-{turn}",
                    task_id=f"task-{number}",
                    reason="the bill says so",
                )

    assert at_once(book, times=40, threads=8) == [None] * 40
    assert rollups.differences() == []
    lines = LedgerLine.objects.all()
    assert sum(row.spent_micros for row in DailyRollup.objects.all()) == sum(
        line.spent_delta for line in lines
    )
    rows = rollups.rebuild()
    assert rows == DailyRollup.objects.count()
    assert rollups.differences() == []
