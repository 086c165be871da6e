"""How days ran and where they go: told backwards from what is true now."""

from datetime import UTC, date, datetime

import pytest

from generation import centres
from generation.models import Budget, BudgetPeriod, CentreKind, DailyRollup
from generation.money.budget_pace import budget_pace
from generation.money.budget_views import views
from generation.money.pace import pace
from tests.generation.money.budgets_by_hand import DRAFT, budget_of, draft, settle

NOVEMBER = {"first": date(2026, 11, 1), "last": date(2026, 11, 5)}


def told(got) -> list[tuple[int | None, int | None]]:
    return [(one.spent, one.ahead) for one in got.days]


def test_spent_up_to_today_and_a_straight_line_to_the_forecast():
    costs = {date(2026, 11, 1): 10, date(2026, 11, 3): 5}
    got = pace(costs, **NOVEMBER, today=date(2026, 11, 3), spent=15, held=4, forecast=31)
    assert told(got) == [(10, None), (10, None), (15, 19), (None, 25), (None, 31)]


def test_the_last_point_is_what_was_spent_whatever_the_days_know():
    # 7 were spent that no day has: the line begins above nothing and ends at the truth.
    got = pace({date(2026, 11, 2): 3}, **NOVEMBER, today=date(2026, 11, 9), spent=10)
    assert told(got) == [(7, None)] + [(10, None)] * 4


def test_on_the_last_day_the_forecast_stands_there():
    got = pace({}, **NOVEMBER, today=date(2026, 11, 5), spent=1, held=1, forecast=3)
    assert told(got)[-1] == (1, 3)


def test_days_to_come_have_spent_nothing_yet():
    got = pace({}, **NOVEMBER, today=date(2026, 10, 31), spent=0, forecast=0)
    assert {spent for spent, _ in told(got)} == {None}


@pytest.mark.django_db
@pytest.mark.parametrize("what", ["workspace", "client", "campaign", "provider"])
def test_a_budget_follows_what_it_limits(access, shop, clock_at, what):
    """A draft of $0.10 on Monday and another one on Tuesday, one of them for somebody else."""
    client = centres.open_client(access, name="Acme")
    campaign = centres.open_campaign(access, name="Autumn", client=client)
    limits = {
        "workspace": {},
        "client": {"kind": "centre", "cost_centre": client},
        "campaign": {"kind": "centre", "cost_centre": campaign},
        "provider": {"kind": "provider", "provider": "pika"},
    }[what]
    budget = budget_of(access, period="monthly", **limits)
    Budget.objects.filter(pk=budget.pk).update(created_at=datetime(2026, 11, 1, tzinfo=UTC))
    settle(draft(access, campaign="Autumn"), micros=DRAFT)
    clock_at.moment = datetime(2026, 11, 24, 12, tzinfo=UTC)
    settle(draft(access), micros=2 * DRAFT)
    [view] = views([Budget.objects.get(pk=budget.pk)])
    got = budget_pace(view)
    both = 3 * DRAFT if what in ("workspace", "provider") else DRAFT
    assert (got.spent, got.limit, len(got.days)) == (both, 1_000_000, 30)
    days = {one.day.day: one.spent for one in got.days}
    assert (days[22], days[23], days[24], days[25]) == (0, DRAFT, both, None)


@pytest.mark.django_db
def test_a_batch_is_told_by_its_own_lines(access, clock_at):
    """A batch is no dimension of the day sums: its days are those of the ledger's."""
    campaign = centres.open_campaign(access, name="Autumn", client=None)
    batch = centres.add(campaign, kind=CentreKind.BATCH, name="Batch of 1")
    kept = {"workspace_id": access.workspace_id, "mode": access.mode}
    for day, micros in ((21, DRAFT), (23, 2 * DRAFT)):
        DailyRollup.objects.create(
            **kept, day=date(2026, 11, day), cost_centre=batch, spent_micros=micros
        )
    days = {"starts_on": date(2026, 11, 20), "ends_on": date(2026, 11, 24)}
    budget = budget_of(access, kind="centre", cost_centre=batch, period="custom", **days)
    Budget.objects.filter(pk=budget.pk).update(created_at=datetime(2026, 11, 1, tzinfo=UTC))
    BudgetPeriod.objects.create(
        **kept, **days, budget=budget, limit_micros=1_000_000, spent_micros=3 * DRAFT
    )
    [view] = views([Budget.objects.get(pk=budget.pk)])
    spent = [one.spent for one in budget_pace(view).days]
    assert spent == [0, DRAFT, DRAFT, 3 * DRAFT, None]


@pytest.mark.django_db
def test_days_before_the_budget_are_no_days_of_it(access, shop, clock_at):
    settle(draft(access), micros=DRAFT)
    clock_at.moment = datetime(2026, 11, 25, 12, tzinfo=UTC)
    budget = budget_of(access, period="monthly")
    assert budget.created_at == clock_at.moment
    [view] = views([Budget.objects.get(pk=budget.pk)])
    days = [(one.day.day, one.spent) for one in budget_pace(view).days]
    assert days == [(25, 0), *((day, None) for day in range(26, 31))]


@pytest.mark.django_db
def test_a_budget_without_an_end_is_told_up_to_today(access, clock_at):
    [view] = views([Budget.objects.get(pk=budget_of(access).pk)])
    got = budget_pace(view)
    assert (len(got.days), got.days[-1].day, got.forecast) == (1, date(2026, 11, 23), None)
    [over] = views([budget_of(access, ends_on=date(2026, 11, 1))])
    assert budget_pace(over) is None


def test_of_very_many_days_weeks_end_today_and_the_last_are_told():
    first, last = date(2026, 1, 1), date(2026, 12, 31)
    costs = {date(2026, 1, 3): 7, date(2026, 11, 3): 5}
    today = date(2026, 11, 4)  # a Wednesday
    got = pace(costs, first=first, last=last, today=today, spent=12, held=3, forecast=20)
    days = [one.day for one in got.told]
    sundays = [one.day for one in got.days if one.day.weekday() == 6]
    assert days == sorted({*sundays, today, last})
    assert [one.spent for one in got.told[:1]] == [7]  # all up to Sunday, the 4th
    assert next(one.ahead for one in got.told if one.day == today) == 15
    assert got.told[-1].ahead == 20
    assert len(got.days) == 365


def test_a_hundred_days_are_told_one_by_one():
    last = date(2026, 4, 10)
    got = pace({}, first=date(2026, 1, 1), last=last, today=last, spent=0)
    assert (len(got.days), got.told) == (100, got.days)
