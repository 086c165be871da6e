"""Alerts: one for each line that is crossed, told by mail once, and never in a purchase's way."""

from datetime import timedelta

import pytest
from django.core import mail
from django.core.mail.backends.base import BaseEmailBackend

from accounts.models import Membership, Role, User
from generation.models import BudgetAlert, BudgetPeriod
from generation.money import alerts, budget_terms, shares
from generation.money.budgets import BudgetExceeded
from tests.generation.money.budgets_by_hand import DRAFT, budget_of, draft, settle

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shop")]


class Dead(BaseEmailBackend):
    def send_messages(self, messages):
        raise ConnectionRefusedError("no mail server")


def told() -> list[tuple[int, int, int]]:
    """(share, limit, used) of each alert, in the order in which they were written."""
    return list(
        BudgetAlert.objects.order_by("pk").values_list("share", "limit_micros", "used_micros")
    )


def test_each_line_is_told_when_held_and_spent_cross_it(access):
    budget_of(access, limit_micros=4 * DRAFT)
    first = draft(access)
    assert told() == []
    draft(access)
    assert told() == [(50, 400_000, 200_000)]
    draft(access)
    assert len(told()) == 1
    draft(access)
    assert told()[1:] == [(80, 400_000, 400_000), (100, 400_000, 400_000)]
    settle(first, micros=DRAFT)  # moves, and crosses nothing
    assert len(told()) == 3


def test_falling_below_a_line_and_crossing_it_again_tells_nobody_twice(access):
    budget_of(access, limit_micros=2 * DRAFT, alert_shares=[50])
    settle(draft(access), micros=0)
    draft(access)
    assert told() == [(50, 200_000, 100_000)]


def test_a_cost_above_the_hold_can_cross_a_line(access):
    budget_of(access, hard=False, limit_micros=2 * DRAFT, alert_shares=[100])
    job = draft(access)
    assert told() == []
    settle(job, micros=2 * DRAFT)
    assert told() == [(100, 200_000, 200_000)]


def test_a_refused_purchase_leaves_no_alert(access):
    budget_of(access, name="Soft", hard=False, limit_micros=DRAFT, alert_shares=[100])
    budget_of(access, name="Shut", limit_micros=0, alert_shares=[])
    with pytest.raises(BudgetExceeded):
        draft(access)
    assert told() == []


def test_lowering_a_limit_crosses_the_lines_in_between_and_raising_it_crosses_none(access):
    budget = budget_of(access, limit_micros=10 * DRAFT)
    for _ in range(5):
        draft(access)
    assert told() == [(50, 1_000_000, 500_000)]
    for limit in (6 * DRAFT, 20 * DRAFT, 8 * DRAFT):
        budget_terms.change(access, budget, changes={"limit_micros": limit}, reason="x")
    assert told()[1:] == [(80, 600_000, 500_000), (50, 800_000, 500_000)]
    assert BudgetPeriod.objects.get().next_alert_micros == 640_000


@pytest.mark.parametrize(
    ("limit", "used", "line"), [(100, 0, 50), (100, 50, 80), (100, 100, None), (0, 0, 1), (3, 0, 2)]
)
def test_the_next_line(limit, used, line):
    assert shares.next_line([50, 80, 100], limit=limit, used=used) == line


@pytest.fixture
def people(workspace, owner) -> None:
    """An owner, a manager and a creator with addresses, and an owner without one."""
    owner.email = "olga@example.com"
    owner.save()
    for name, role, email in (
        ("max", Role.MANAGER, "max@example.com"),
        ("carl", Role.CREATOR, "carl@example.com"),
        ("nora", Role.OWNER, None),
    ):
        user = User.objects.create_user(name, password=None, email=email)
        Membership.objects.create(workspace=workspace, user=user, role=role)


def test_owners_and_managers_get_one_mail_for_all_lines_crossed_together(access, people):
    budget = budget_of(access, name="Spring\nlaunch", limit_micros=DRAFT)
    draft(access)
    assert alerts.anything_due()
    assert alerts.deliver_due() == 1
    [message] = mail.outbox
    assert sorted(message.to) == ["max@example.com", "olga@example.com"]
    assert message.subject == "[Test] Budget “Spring launch” is at 100 %"
    assert "$0.10 of $0.10 are held or spent" in message.body
    assert f"/budgets/{budget.uid}/" in message.body
    assert alerts.deliver_due() == 0
    assert not alerts.anything_due()
    assert not BudgetAlert.objects.filter(mailed_at=None).exists()


def test_without_an_address_nobody_is_mailed_and_the_row_says_so(access, owner):
    budget_of(access, limit_micros=DRAFT, alert_shares=[100])
    draft(access)
    assert alerts.deliver_due() == 0
    assert not alerts.anything_due()
    assert (BudgetAlert.objects.get().mailed_at, mail.outbox) == (None, [])


def test_a_dead_mail_server_is_tried_again_later_and_given_up_in_the_end(
    access, people, settings, clock_at
):
    settings.EMAIL_BACKEND = f"{__name__}.Dead"
    budget_of(access, limit_micros=DRAFT, alert_shares=[100])
    draft(access)
    tries = 0
    while alerts.anything_due():
        assert alerts.deliver_due() == 0
        tries += 1
        clock_at.moment += timedelta(hours=7)
    assert tries == 5
    assert (len(mail.outbox), told()) == (0, [(100, 100_000, 100_000)])
    assert BudgetAlert.objects.get().mailed_at is None


def test_the_events_body_names_budget_period_share_and_money(access):
    budget = budget_of(access, limit_micros=DRAFT, alert_shares=[100])
    draft(access)
    assert alerts.payload(BudgetAlert.objects.get()) == {
        "budget_id": budget.uid,
        "name": "Quarter",
        "mode": "test",
        "share": 100,
        "hard": True,
        "period_start": "2020-01-01",
        "period_end": None,
        "currency": "USD",
        "limit": 0.1,
        "used": 0.1,
    }
