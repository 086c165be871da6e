"""Telling people that a budget has come to a share of its limit. Rows first, mail after.

The row is written in the transaction that crossed the line, so it is there if and only if the
money moved. A mail that fails is tried again later and delays no purchase.
"""

import logging
from collections.abc import Iterable, Sequence
from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db.models import F, QuerySet

from accounts.models import Membership, Role
from generation import clock, notices, queue
from generation.models import BudgetAlert, BudgetPeriod
from generation.money import shares
from providers.micros import as_json_number, dollars

log = logging.getLogger(__name__)

CLAIM_SECONDS = 120.0
PAUSES = (60.0, 600.0, 3600.0, 21600.0)
TOLD = (Role.OWNER, Role.MANAGER)


def note_crossings(period_ids: Sequence[int]) -> None:
    """Write an alert for each line that was reached; in the transaction that moved the periods.

    The rows are locked by the move itself, so nobody else sees the same crossing.
    """
    reached = BudgetPeriod.objects.filter(
        pk__in=period_ids, next_alert_micros__lte=F("held_micros") + F("spent_micros")
    )
    for period in reached.select_related("budget"):
        above = (period.next_alert_micros or 1) - 1
        write(period, above=above)


def write(period: BudgetPeriod, *, above: int) -> None:
    """Write the alerts of the lines above `above` that the period has reached, and set its next
    line."""
    chosen: list[int] = period.budget.alert_shares
    used, limit = period.used_micros, period.limit_micros
    moment = clock.now()
    rows = [
        BudgetAlert(
            workspace_id=period.workspace_id,
            mode=period.mode,
            period=period,
            share=share,
            limit_micros=limit,
            used_micros=used,
            at=moment,
            next_try_at=moment,
        )
        for share in shares.crossed(chosen, limit=limit, above=above, used=used)
    ]
    known = set(period.alerts.filter(limit_micros=limit).values_list("share", flat=True))
    fresh = [row for row in rows if row.share not in known]
    BudgetAlert.objects.bulk_create(fresh, ignore_conflicts=True)
    for alert in fresh:
        notices.budget_crossed(alert, at=moment, data=payload(alert))
    BudgetPeriod.objects.filter(pk=period.pk).update(
        next_alert_micros=shares.next_line(chosen, limit=limit, used=used)
    )
    if fresh:
        queue.ring_notices()


def payload(alert: BudgetAlert) -> dict[str, object]:
    """The body of the event `budget.threshold`, for whoever is subscribed to it."""
    period = alert.period
    return {
        "budget_id": period.budget.uid,
        "name": period.budget.name,
        "mode": alert.mode,
        "share": alert.share,
        "hard": period.hard,
        "period_start": period.starts_on.isoformat(),
        "period_end": period.ends_on.isoformat() if period.ends_on else None,
        "currency": "USD",
        "limit": as_json_number(alert.limit_micros),
        "used": as_json_number(alert.used_micros),
    }


def deliver_due(most: int = 20) -> int:
    """Mail what is due, one message for each period. Returns how many messages went out.

    A mail server that refuses one message ends the round: the others wait for the next one.
    """
    due = BudgetAlert.objects.filter(next_try_at__lte=clock.now())
    period_ids = list(due.order_by("next_try_at").values_list("period_id", flat=True)[:most])
    sent = 0
    for period_id in dict.fromkeys(period_ids):
        alerts = _claim(period_id)
        if not alerts:
            continue
        try:
            went = _mail(alerts[-1])
        except OSError as fault:
            _put_off(alerts)
            log.warning("alert_mail_failed period=%s reason=%s", period_id, fault)
            break
        _mine(alerts).update(mailed_at=clock.now() if went else None, next_try_at=None)
        sent += went
    return sent


def anything_due() -> bool:
    return BudgetAlert.objects.filter(next_try_at__lte=clock.now()).exists()


def _claim(period_id: int) -> list[BudgetAlert]:
    """The period's due alerts, lowest share first, put aside for one try by this caller."""
    moment = clock.now()
    due = BudgetAlert.objects.filter(period_id=period_id, next_try_at__lte=moment)
    won = [
        pk
        for pk, seen in due.values_list("pk", "next_try_at")
        if BudgetAlert.objects.filter(pk=pk, next_try_at=seen).update(
            next_try_at=moment + timedelta(seconds=CLAIM_SECONDS), tries=F("tries") + 1
        )
    ]
    rows = BudgetAlert.objects.filter(pk__in=won)
    return list(rows.select_related("period__budget", "workspace").order_by("share", "pk"))


def _mine(alerts: Iterable[BudgetAlert]) -> QuerySet[BudgetAlert]:
    return BudgetAlert.objects.filter(pk__in=[alert.pk for alert in alerts])


def _put_off(alerts: Sequence[BudgetAlert]) -> None:
    """Wait for the next try; after the last one the page alone tells it."""
    for alert in alerts:
        again = clock.after(PAUSES[alert.tries - 1]) if alert.tries <= len(PAUSES) else None
        BudgetAlert.objects.filter(pk=alert.pk).update(next_try_at=again)


def _mail(alert: BudgetAlert) -> bool:
    """To every owner and manager who has an address; False where nobody has one."""
    people = Membership.objects.filter(
        workspace_id=alert.workspace_id,
        role__in=TOLD,
        user__is_active=True,
        user__email__isnull=False,
    )
    addresses = [row for row in people.values_list("user__email", flat=True) if row]
    if not addresses:
        return False
    send_mail(subject_of(alert), body_of(alert), settings.DEFAULT_FROM_EMAIL, addresses)
    return True


def subject_of(alert: BudgetAlert) -> str:
    mode = "[Test] " if alert.mode == "test" else ""
    name = " ".join(alert.period.budget.name.split())
    return f"{mode}Budget “{name}” is at {alert.share} %"


def body_of(alert: BudgetAlert) -> str:
    period = alert.period
    after = (
        "New work that does not fit is refused."
        if period.hard
        else "It is a soft budget: work goes on."
    )
    until = f" to {period.ends_on}" if period.ends_on else ""
    return (
        f"The budget “{period.budget.name}” of {alert.workspace.name} has come to {alert.share} %:"
        f" {dollars(alert.used_micros)} of {dollars(alert.limit_micros)} are held or spent in the"
        f" period from {period.starts_on}{until}. {after}\n\n"
        f"{settings.PUBLIC_BASE_URL}/budgets/{period.budget.uid}/\n"
    )
