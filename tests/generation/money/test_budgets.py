"""Which period a purchase falls under, when one begins, and where its end is booked."""

from datetime import UTC, date, datetime

import pytest
from django.core.cache import cache

from accounts.keys import check_key, make_key
from accounts.models import Mode, User
from generation import centres
from generation.models import Budget, BudgetPeriod, CentreKind, Job, LedgerBudget, LedgerLine
from generation.money import budgets, ledger
from generation.money.budgets import BudgetExceeded
from generation.money.invariants import breaches
from tests.generation.money.budgets_by_hand import DRAFT, books, budget_of, draft, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


def money_breaches() -> list[str]:
    """Breaches of what budgets and ledger owe each other; hand-made attempts have no tasks."""
    return [str(one) for one in breaches() if one.name in {"A1", "A2", "A3", "A11"}]


def test_a_month_is_that_of_the_workspaces_time_zone(access, workspace, clock_at):
    workspace.time_zone = "Pacific/Auckland"  # thirteen hours ahead
    workspace.save()
    budget = budget_of(access, period="monthly")
    clock_at.moment = datetime(2026, 11, 30, 10, 59, tzinfo=UTC)
    draft(access)
    clock_at.moment = datetime(2026, 11, 30, 11, 0, tzinfo=UTC)
    draft(access)
    assert books(budget) == [
        ("2026-11-01", 1_000_000, DRAFT, 0),
        ("2026-12-01", 1_000_000, DRAFT, 0),
    ]
    ends = BudgetPeriod.objects.order_by("starts_on").values_list("ends_on", flat=True)
    assert list(ends) == [date(2026, 11, 30), date(2026, 12, 31)]
    assert money_breaches() == []


def test_an_end_after_midnight_is_booked_where_it_was_held(access, clock_at):
    budget = budget_of(access, period="monthly", limit_micros=150_000)
    clock_at.moment = datetime(2026, 11, 30, 23, 59, tzinfo=UTC)
    job = draft(access)
    clock_at.moment = datetime(2026, 12, 1, 0, 1, tzinfo=UTC)
    draft(access)
    settle(job, micros=90_000)
    assert books(budget) == [
        ("2026-11-01", 150_000, 0, 90_000),
        ("2026-12-01", 150_000, DRAFT, 0),
    ]
    attempt = job.attempts.get()
    ledger.charge(attempt, job, micros=70_000, task_id="late", vendor=None, reason="late")
    assert books(budget)[0] == ("2026-11-01", 150_000, 0, 160_000)
    assert money_breaches() == []


def test_a_new_month_begins_with_the_budgets_limit_and_nothing_used(access, clock_at):
    budget = budget_of(access, period="monthly", limit_micros=DRAFT)
    draft(access)
    with pytest.raises(BudgetExceeded) as refused:
        draft(access)
    assert (refused.value.budget_name, refused.value.left_micros) == ("Quarter", 0)
    Budget.objects.filter(pk=budget.pk).update(limit_micros=2 * DRAFT)
    clock_at.moment = datetime(2026, 12, 1, tzinfo=UTC)
    draft(access)
    draft(access)
    assert books(budget) == [
        ("2026-11-01", DRAFT, DRAFT, 0),
        ("2026-12-01", 2 * DRAFT, 2 * DRAFT, 0),
    ]


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "counts"),
    [
        (date(2026, 11, 23), date(2026, 11, 23), True),
        (date(2026, 11, 24), date(2026, 12, 24), False),
        (date(2026, 10, 1), date(2026, 11, 22), False),
    ],
)
def test_a_custom_budget_holds_from_its_first_to_its_last_day(
    access, clock_at, starts_on, ends_on, counts
):
    budget = budget_of(
        access, period="custom", starts_on=starts_on, ends_on=ends_on, limit_micros=0
    )
    if counts:
        with pytest.raises(BudgetExceeded):
            draft(access)
        assert Job.objects.count() == 0
    else:
        draft(access)
    assert books(budget) == []


def test_a_budget_that_is_switched_off_limits_nothing(access):
    budget = budget_of(access, active=False, limit_micros=0)
    draft(access)
    assert books(budget) == []


def test_a_soft_budget_goes_on_over_its_limit(access):
    budget = budget_of(access, hard=False, limit_micros=DRAFT)
    draft(access)
    draft(access)
    assert books(budget) == [("2020-01-01", DRAFT, 2 * DRAFT, 0)]


def test_a_refusal_writes_nothing_not_even_the_new_period(access):
    open_budget = budget_of(access, name="Open")
    budget_of(access, name="Shut", limit_micros=DRAFT - 1)
    with pytest.raises(BudgetExceeded):
        draft(access)
    models = (Job, LedgerLine, LedgerBudget, BudgetPeriod)
    assert [model.objects.count() for model in models] == [0, 0, 0, 0]
    assert books(open_budget) == []


def test_every_kind_of_budget_takes_part_and_one_that_refuses_stops_all(access, workspace):
    cache.clear()
    root = centres.root(workspace.pk, mode="test")
    client = centres.add(root, kind=CentreKind.CLIENT, name="Nordwind")
    campaign = centres.add(client, kind=CentreKind.CAMPAIGN, name="Spring")
    other = centres.add(client, kind=CentreKind.CAMPAIGN, name="Autumn")
    user = User.objects.get(pk=access.user_id)
    key, text = make_key(workspace, mode=Mode.TEST, name="Robot", created_by=user)
    robot = check_key(text, ip=None)
    mine = [
        budget_of(access, name="Workspace"),
        budget_of(access, name="Client", kind="centre", cost_centre=client),
        budget_of(access, name="Campaign", kind="centre", cost_centre=campaign),
        budget_of(access, name="Pika", kind="provider", provider="pika"),
        budget_of(access, name="Key", kind="api_key", api_key=key),
    ]
    others = [
        budget_of(access, name="Other campaign", kind="centre", cost_centre=other),
        budget_of(access, name="Sora", kind="provider", provider="sora"),
        budget_of(access, name="Live", mode="live"),
    ]
    draft(robot, campaign=campaign.uid)
    assert [books(budget) for budget in mine] == [[("2020-01-01", 1_000_000, DRAFT, 0)]] * 5
    assert [books(budget) for budget in others] == [[]] * 3
    BudgetPeriod.objects.filter(budget=mine[2]).update(limit_micros=DRAFT)
    with pytest.raises(BudgetExceeded) as refused:
        draft(robot, campaign=campaign.uid)
    assert refused.value.budget_name == "Campaign"
    assert [books(budget)[0][2] for budget in mine] == [DRAFT] * 5
    draft(access)  # no campaign, no key: the workspace and the provider only
    assert [books(budget)[0][2] for budget in mine] == [2 * DRAFT, DRAFT, DRAFT, 2 * DRAFT, DRAFT]
    assert money_breaches() == []


def test_admission_reads_budgets_once_and_moves_each_period_once(access, django_assert_num_queries):
    for number in range(3):
        budget_of(access, name=f"Number {number}")
    job = draft(access)
    with django_assert_num_queries(1):
        periods = budgets.applying(job, provider="pika")
    assert len(periods) == 3
    with django_assert_num_queries(3):  # one update each, where no line of an alert is reached
        budgets.take_holds(dict.fromkeys(periods, 1))
