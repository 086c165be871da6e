"""Making and changing budgets, what a change would stop, and where a period will end."""

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from accounts.models import AuditEntry, Workspace
from generation import centres
from generation.asks import Refused
from generation.models import Budget, BudgetPeriod
from generation.money import budget_terms
from generation.money.budget_preview import preview
from generation.money.budget_terms import BudgetAsk
from generation.money.forecast import forecast_micros
from tests.generation.money.budgets_by_hand import DRAFT, books, budget_of, draft, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]
UTC_ZONE = ZoneInfo("UTC")


def made(access, **more) -> Budget:
    return budget_terms.create(
        access, BudgetAsk(**{"name": "November", "kind": "workspace", "limit_micros": 5, **more})
    )


def test_a_new_budget_has_its_period_and_its_history(access, clock_at):
    budget = made(access, limit_micros=5_000_000, reason="Signed")
    assert books(budget) == [("2026-11-01", 5_000_000, 0, 0)]
    period = BudgetPeriod.objects.get()
    assert (period.ends_on, period.next_alert_micros) == (date(2026, 11, 30), 2_500_000)
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.subject) == ("budget.create", f"budget:{budget.uid}")
    assert (entry.reason, entry.after["limit_micros"]) == ("Signed", 5_000_000)


def test_a_change_holds_from_now_on_and_never_rewrites_a_past_month(access, clock_at):
    clock_at.moment = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)
    budget = made(access, limit_micros=500_000)
    draft(access)
    clock_at.moment = datetime(2026, 11, 1, 0, 0, tzinfo=UTC)
    changes = {"limit_micros": 50_000, "hard": False}
    budget_terms.change(access, budget, changes=changes, reason="Less")
    assert books(budget) == [("2026-10-01", 500_000, DRAFT, 0), ("2026-11-01", 50_000, 0, 0)]
    hard = BudgetPeriod.objects.order_by("starts_on").values_list("hard", flat=True)
    assert list(hard) == [True, False]
    entry = AuditEntry.objects.get(action="budget.change")
    assert (entry.before["limit_micros"], entry.after["limit_micros"]) == (500_000, 50_000)


def test_nothing_is_written_where_nothing_differs(access):
    budget = made(access)
    budget_terms.change(access, budget, changes={"name": " November "}, reason="")
    assert AuditEntry.objects.count() == 1


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "n" * 121}, "name"),
        ({"limit_micros": -1}, "limit"),
        ({"alert_shares": [0]}, "alert_shares"),
        ({"alert_shares": list(range(1, 12))}, "alert_shares"),
        ({"kind": "workspace", "target": "pika"}, "target"),
        ({"kind": "provider", "target": "acme"}, "target"),
        ({"kind": "centre", "target": "cc_x"}, "target"),
        ({"kind": "api_key", "target": "x"}, "target"),
        ({"starts_on": date(2026, 11, 1)}, "starts_on"),
        ({"period": "custom", "starts_on": date(2026, 11, 1)}, "ends_on"),
        (
            {"period": "custom", "starts_on": date(2026, 12, 2), "ends_on": date(2026, 12, 1)},
            "ends_on",
        ),
        (
            {"period": "custom", "starts_on": date(2026, 11, 1), "ends_on": date(2026, 11, 22)},
            "ends_on",
        ),
        ({"reason": "r" * 501}, "reason"),
    ],
)
def test_a_refusal_names_the_field_and_writes_nothing(access, clock_at, wrong, field):
    with pytest.raises(Refused) as refused:
        made(access, **wrong)
    assert refused.value.field == field
    counts = [model.objects.count() for model in (Budget, BudgetPeriod, AuditEntry)]
    assert counts == [0, 0, 0]


def test_another_workspaces_client_is_no_target(access):
    south = Workspace.objects.create(slug="south", name="South")
    root = centres.root(south.pk, mode="test")
    with pytest.raises(Refused):
        made(access, kind="centre", target=root.uid)
    mine = centres.root(access.workspace_id, mode="test")
    assert made(access, kind="centre", target=mine.uid).cost_centre == mine


def test_a_preview_plays_todays_holds_again(access, clock_at):
    budget = budget_of(access, limit_micros=2_000_000)
    clock_at.moment = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
    yesterday = draft(access)
    clock_at.moment = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
    first, *others = [draft(access, f"Number {n}") for n in range(3)]
    settle(first, micros=50_000)
    settle(yesterday, micros=DRAFT)
    last = draft(access, "The last one")
    told = preview(budget, limit_micros=250_000, hard=True)
    # 0.10 of yesterday; 0.10 fits, two do not; 0.05 comes back, so the last one fits again.
    assert (told.blocked, told.blocked_micros) == (2, 200_000)
    assert told.jobs == (others[0].uid, others[1].uid)
    assert (told.used_micros, told.left_micros, told.going_on_micros) == (
        450_000,
        -200_000,
        300_000,
    )
    assert told.stops_new_work
    assert last.uid not in told.jobs
    assert preview(budget, limit_micros=250_000, hard=False).blocked == 0
    assert preview(budget, limit_micros=2_000_000, hard=True).blocked == 0
    assert books(budget)[0][1] == 2_000_000


def test_the_forecast_adds_what_is_held_and_the_pace_so_far(access, clock_at):
    budget = budget_of(access, period="monthly", limit_micros=10_000_000)
    settle(draft(access), micros=225_000)
    draft(access)
    period = BudgetPeriod.objects.get(budget=budget)
    # 22.5 days over at 0.01 a day, 7.5 to come: 0.225 + 0.100 + 0.075
    assert forecast_micros(period, zone=UTC_ZONE) == 400_000
    clock_at.moment = datetime(2026, 12, 5, tzinfo=UTC)
    assert forecast_micros(period, zone=UTC_ZONE) == 325_000


def test_the_first_day_counts_as_a_whole_one(access, clock_at):
    clock_at.moment = datetime(2026, 11, 1, 1, 0, tzinfo=UTC)
    budget = budget_of(access, period="monthly", limit_micros=10_000_000)
    settle(draft(access), micros=240_000)
    period = BudgetPeriod.objects.get(budget=budget)
    # One hour in: 0.24 a day for the 29 days and 23 hours that are left.
    assert forecast_micros(period, zone=UTC_ZONE) == 240_000 + 7_190_000


def test_without_an_end_there_is_no_forecast(access):
    budget = budget_of(access)
    draft(access)
    assert forecast_micros(BudgetPeriod.objects.get(budget=budget), zone=UTC_ZONE) is None
