"""Closing a month: what it came to is kept, and nothing is booked into it any more.

A correction that comes later is an adjustment of the open month which names the closed one.
The database itself refuses lines dated into a closed month; there is no opening again.
"""

import hashlib
import json
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet, Sum

from accounts.access import Access
from accounts.audit import record
from generation import clock, notices
from generation.asks import Refused
from generation.choices import ATTEMPT_LIVE
from generation.models import LedgerLine, PeriodClose
from generation.money.reconcile import Reconciliation, reconcile
from generation.money.reports_ledger import month_bounds, next_month

# A transaction that began before midnight may commit after it; none takes this long.
QUIET = timedelta(hours=1)
SHORTEST_REASON = 10


@dataclass(frozen=True, kw_only=True)
class Readiness:
    """What stands in the way. `too_early` and `closed` cannot be overridden by a reason."""

    month: date
    too_early: bool
    closed: PeriodClose | None
    open_holds: int
    open_hold_micros: int
    open_differences: int
    uncovered: tuple[str, ...]

    @property
    def blocked(self) -> list[str]:
        """Sentences for a person; empty when the month can be closed as it is."""
        said = []
        if self.open_holds:
            said.append(f"{self.open_holds} holds of this month are still open.")
        if self.open_differences:
            said.append(f"{self.open_differences} differences to the bills are undecided.")
        if self.uncovered:
            said.append(f"No bill covers the whole month for {', '.join(self.uncovered)}.")
        return said


def readiness(
    access: Access,
    *,
    month: date,
    found: Reconciliation | None = None,
    every_hold: bool = False,
) -> Readiness:
    """What closing this month would meet. `month` is its first day.

    With `every_hold` nothing is taken for granted: the holds of all attempts are looked at.
    """
    found = found or reconcile(access, month=month)
    rows = open_holds(access, month=month)
    if not every_hold:
        rows = rows.filter(attempt__state__in=ATTEMPT_LIVE)
    holds = rows.aggregate(n=Count("pk"), sum=Sum("held_delta"))
    until = next_month(month)
    return Readiness(
        month=month,
        too_early=clock.now() < month_bounds(month)[1] + QUIET,
        closed=found.closed,
        open_holds=holds["n"],
        open_hold_micros=holds["sum"] or 0,
        open_differences=len(found.open),
        uncovered=tuple(
            side.provider
            for side in found.accounts
            if side.covered_until is None or side.covered_until < until
        ),
    )


def open_holds(access: Access, *, month: date) -> QuerySet[LedgerLine]:
    """Holds of the month whose attempts have no resolution yet.

    Those attempts are live, as A2 says, so that a page looks only at the few that are.
    """
    first, until = month_bounds(month)
    resolved = LedgerLine.objects.filter(
        attempt=OuterRef("attempt"), kind__in=("release", "settle")
    )
    rows = LedgerLine.objects.within(access).filter(kind="hold", created_at__lt=until)
    return rows.filter(~Exists(resolved), created_at__gte=first)


def close(access: Access, *, month: date, override_reason: str = "") -> PeriodClose:
    """Close the month. Raises Refused: too early, closed already, or blocked without a reason
    of at least SHORTEST_REASON characters; then nothing was written."""
    reason = " ".join(override_reason.split())
    with transaction.atomic():
        found = reconcile(access, month=month)
        ready = readiness(access, month=month, found=found, every_hold=True)
        _check(ready, reason)
        report = month_report(access, month=month)
        report["reconciliation"] = _told(found, ready)
        try:
            with transaction.atomic():
                row = PeriodClose.objects.create(
                    workspace_id=access.workspace_id,
                    mode=access.mode,
                    month=month,
                    until=next_month(month),
                    spent_micros=report["spent_micros"],
                    report=report,
                    report_sha256=fingerprint(report),
                    override_reason=reason if ready.blocked else "",
                    closed_by_id=access.user_id,
                )
        except IntegrityError:
            raise Refused("This month is closed already.", field="month", code="closed") from None
        record(access, "month.close", f"month:{month:%Y-%m}", reason, after={"id": row.pk})
        notices.month_closed(row)
    return row


def _check(ready: Readiness, reason: str) -> None:
    if ready.closed:
        raise Refused("This month is closed already.", field="month", code="closed")
    if ready.too_early:
        raise Refused(
            "A month can be closed one hour after its end (UTC).", field="month", code="too_early"
        )
    if ready.blocked and len(reason) < SHORTEST_REASON:
        raise Refused(
            f"{' '.join(ready.blocked)} Settle that first, or close with a reason of at least"
            f" {SHORTEST_REASON} characters.",
            field="override_reason",
            code="blocked",
        )


def month_report(access: Access, *, month: date) -> dict[str, Any]:
    """What the month came to, out of its lines alone, in micro-dollars: a closed month gives
    the same report for ever."""
    first, until = month_bounds(month)
    lines = LedgerLine.objects.within(access).filter(created_at__gte=first, created_at__lt=until)
    spent = lines.aggregate(sum=Sum("spent_delta", default=0))["sum"]
    return {
        "month": f"{month:%Y-%m}",
        "spent_micros": spent,
        "by_kind": _grouped(lines, "kind"),
        "by_provider": _grouped(lines, "account__provider"),
        "by_model": _grouped(lines, "attempt__model"),
        "by_tier": _grouped(lines, "job__tier"),
        "by_centre": _grouped(lines, "cost_centre__uid"),
        "lines": lines.count(),
        "lines_sha256": _hash_of(lines),
    }


def fingerprint(report: dict[str, Any]) -> str:
    """The hash of a report; the order of its names does not matter."""
    return hashlib.sha256(json.dumps(report, sort_keys=True).encode()).hexdigest()


def _grouped(lines: QuerySet[LedgerLine], name: str) -> dict[str, dict[str, int]]:
    rows = lines.values(name).annotate(
        spent=Sum("spent_delta"), held=Sum("held_delta"), clips=Count("pk", filter=_made())
    )
    return {
        str(row[name]): {
            "spent_micros": row["spent"],
            "held_micros": row["held"],
            "clips": row["clips"],
        }
        for row in rows.order_by(name)
    }


def _made() -> Q:
    return Q(kind__in=("settle", "charge"), spent_delta__gt=0)


def _hash_of(lines: QuerySet[LedgerLine]) -> str:
    """A fingerprint of every line, so that anybody can prove that none was changed or added."""
    digest = hashlib.sha256()
    values = lines.order_by("pk").values_list("pk", "kind", "held_delta", "spent_delta", "task_id")
    for row in values.iterator(chunk_size=5000):
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _told(found: Reconciliation, ready: Readiness) -> dict[str, Any]:
    return {
        "accounts": [
            {
                "provider": side.provider,
                "billed_micros": side.billed,
                "booked_micros": side.booked,
                "awaited_micros": side.awaited,
                "uncovered_micros": side.uncovered,
                "matched": side.matched,
            }
            for side in found.accounts
        ],
        "open": [one.subject for one in found.open],
        "disputed": [{"subject": one.subject, "reason": one.decided} for one in found.disputed],
        "open_holds": ready.open_holds,
        "open_hold_micros": ready.open_hold_micros,
    }
