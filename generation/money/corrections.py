"""What a person decides about a difference: adjust the ledger, settle a doubt, or dispute it."""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction

from accounts.access import Access
from accounts.audit import record
from generation import decisions
from generation.asks import Refused
from generation.models import (
    Attempt,
    DecisionKind,
    Job,
    LedgerLine,
    PeriodClose,
    StatementDecision,
    StatementLine,
)
from generation.money import ledger, orphan_costs
from generation.money.days_matched import absent_name
from generation.money.differences import Difference, Finding
from generation.money.reconcile import reconcile
from providers.models import ProviderAccount

SHORTEST_REASON = 5
LONGEST_REASON = 500


@dataclass(frozen=True, kw_only=True)
class Decided:
    """`line` is the ledger line that was written, None where none was."""

    difference: Difference
    line: LedgerLine | None


def accept(access: Access, *, month: date, subject: str, reason: str, by: str) -> Decided:
    """Take over what the bill says. `by` names the person.

    Raises Refused when the reason is missing, or when the difference is not there any more or
    has changed since it was shown; then nothing was written.
    """
    reason = _checked(reason)
    with transaction.atomic():
        difference = _current(access, month=month, subject=subject)
        line = _doubt(difference, by=by) if difference.in_doubt else None
        if not difference.in_doubt:
            line = _adjust(access, difference, reason=reason)
        kind = DecisionKind.RESOLVED if difference.in_doubt else DecisionKind.ADJUSTED
        _remember(access, difference, kind, reason=reason, line=line)
    return Decided(difference=difference, line=line)


def dispute(access: Access, *, month: date, subject: str, reason: str) -> Decided:
    """Leave the ledger as it is and say why: the provider is to correct its bill.

    Raises Refused as `accept` does, and for a doubt, which only its outcome can settle.
    """
    reason = _checked(reason)
    with transaction.atomic():
        difference = _current(access, month=month, subject=subject)
        if difference.in_doubt or difference.decided:
            raise Refused("This cannot be disputed (again).", field="subject", code="conflict")
        _remember(access, difference, DecisionKind.DISPUTED, reason=reason, line=None)
    return Decided(difference=difference, line=None)


def _checked(reason: str) -> str:
    reason = " ".join(reason.split())
    if not SHORTEST_REASON <= len(reason) <= LONGEST_REASON:
        raise Refused(
            f"Say why, in {SHORTEST_REASON} to {LONGEST_REASON} characters.", field="reason"
        )
    return reason


def _current(access: Access, *, month: date, subject: str) -> Difference:
    """The difference as it is now. Decisions about one account are taken one after the other."""
    account_id = subject.partition(":")[0]
    if not (account_id.isascii() and account_id.isdigit()) or len(account_id) > 18:
        raise Refused("Send the subject exactly as it came.", field="subject")
    list(ProviderAccount.objects.select_for_update().filter(pk=int(account_id)))
    found = reconcile(access, month=month).find(subject)
    if found is None:
        raise Refused(
            "This difference is settled already or has changed. Look at the list again.",
            field="subject",
            code="not_found",
        )
    return found


def _doubt(difference: Difference, *, by: str) -> LedgerLine | None:
    attempt = Attempt.objects.get(pk=difference.attempt_id or 0)
    billed = difference.kind == Finding.UNKNOWN_BILLED
    done = decisions.resolve_unknown(
        attempt,
        billed=billed,
        by=by,
        micros=difference.billed if billed else None,
        task_id=difference.task_id,
    )
    if not done:
        raise Refused("Its outcome became known in the meantime.", field="subject", code="conflict")
    return attempt.ledger_lines.order_by("-pk").first()


def _adjust(access: Access, difference: Difference, *, reason: str) -> LedgerLine:
    line = StatementLine.objects.filter(pk=difference.line_id or 0).first()
    attempt = _attempt(access, difference, line)
    closed = PeriodClose.objects.within(access).filter(
        month__lte=difference.day, until__gt=difference.day
    )
    month = closed.values_list("month", flat=True).first()
    named = f"For {month:%Y-%m}, closed: " if month else ""
    return ledger.adjust(
        attempt,
        Job.objects.get(pk=attempt.job_id),
        micros=difference.off,
        statement_line=_free_name(difference, line),
        task_id=difference.task_id,
        reason=f"{named}{difference.words}. {reason}",
        for_month=month,
    )


def _attempt(access: Access, difference: Difference, line: StatementLine | None) -> Attempt:
    if difference.attempt_id:
        return Attempt.objects.get(pk=difference.attempt_id)
    try:
        return orphan_costs.adopt(access, difference, line)
    except orphan_costs.NoOffer as fault:
        raise Refused(f"{fault} Load the catalogue first.", field="subject") from fault


def _free_name(difference: Difference, line: StatementLine | None) -> str:
    """The bill's line that the adjustment hangs from; a second one for it gets a number."""
    if line is not None:
        name = line.uid
    elif difference.task_id:
        name = f"absent:{difference.account_id}:{difference.task_id}"[:110]
    else:
        name = absent_name(difference.account_id, model=difference.model, day=difference.day)
    used = set(
        LedgerLine.objects.filter(statement_line__startswith=name).values_list(
            "statement_line", flat=True
        )
    )
    if name not in used:
        return name
    return next(f"{name}/{n}" for n in range(2, len(used) + 3) if f"{name}/{n}" not in used)


def _remember(
    access: Access,
    difference: Difference,
    kind: DecisionKind,
    *,
    reason: str,
    line: LedgerLine | None,
) -> None:
    # An adjustment after a dispute is a second decision about the same amounts.
    disputed = difference.decided and kind != DecisionKind.DISPUTED
    try:
        with transaction.atomic():
            decision = StatementDecision.objects.create(
                workspace_id=access.workspace_id,
                mode=access.mode,
                subject=f"{difference.subject}{':after' if disputed else ''}"[:200],
                kind=kind,
                finding=difference.kind,
                account_id=difference.account_id,
                statement_line_id=difference.line_id,
                ledger_line=line,
                reason=reason,
                decided_by_id=access.user_id,
            )
    except IntegrityError:
        raise Refused("Somebody decided this already.", field="subject", code="conflict") from None
    record(
        access,
        f"statement.{kind}",
        f"statement_decision:{decision.pk}",
        reason,
        before={"booked_micros": difference.booked},
        after={"billed_micros": difference.billed, "task_id": difference.task_id},
    )
