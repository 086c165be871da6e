"""A month of a workspace: what vendors billed against what our ledger says, with nothing hidden."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

from accounts.access import Access
from generation.choices import AttemptState
from generation.models import (
    Attempt,
    DecisionKind,
    Grain,
    LedgerLine,
    PeriodClose,
    Statement,
    StatementDecision,
    StatementLine,
)
from generation.money.days_matched import match_days
from generation.money.differences import AccountSide, Difference, Finding
from generation.money.given_up import NEAR, explain, given_up
from generation.money.reports_ledger import month_bounds, next_month
from generation.money.tasks_matched import Cover, cover_of, match_tasks
from providers.models import ProviderAccount


@dataclass(frozen=True, kw_only=True)
class Reconciliation:
    """`open` waits for a person, `disputed` is being settled with the provider."""

    month: date
    accounts: tuple[AccountSide, ...]
    open: tuple[Difference, ...]
    disputed: tuple[Difference, ...]
    closed: PeriodClose | None

    def find(self, subject: str) -> Difference | None:
        both = (*self.open, *self.disputed)
        return next((one for one in both if one.subject == subject), None)


def reconcile(access: Access, *, month: date) -> Reconciliation:
    """Compare a month. Reads only; `month` is its first day."""
    sides: list[AccountSide] = []
    found: list[Difference] = []
    for account in _accounts(access, month=month):
        side, differences = _compare(access, account, month=month)
        sides.append(side)
        found += differences
    reasons = _disputes(access, found)
    told = [replace(one, decided=reasons.get(one.subject, "")) for one in found]
    told.sort(key=lambda one: (one.day, one.subject), reverse=True)
    return Reconciliation(
        month=month,
        accounts=tuple(sides),
        open=tuple(one for one in told if not one.decided),
        disputed=tuple(one for one in told if one.decided),
        closed=PeriodClose.objects.within(access).filter(month=month).first(),
    )


def _accounts(access: Access, *, month: date) -> list[ProviderAccount]:
    first, until = month_bounds(month)
    booked = LedgerLine.objects.within(access).filter(created_at__gte=first, created_at__lt=until)
    lines = StatementLine.objects.within(access).filter(day__gte=month, day__lt=next_month(month))
    ids = {*booked.values_list("account_id", flat=True).distinct()}
    ids |= {*lines.values_list("account_id", flat=True).distinct()}
    return list(ProviderAccount.objects.filter(pk__in=ids).order_by("provider"))


def _compare(
    access: Access, account: ProviderAccount, *, month: date
) -> tuple[AccountSide, list[Difference]]:
    by_day = Statement.objects.within(access).filter(
        account=account, grain=Grain.DAY, starts_on__lt=next_month(month), ends_on__gt=month
    )
    cover = cover_of(access, account, month=month)
    doubtful = _doubtful(access, account, month=month)
    if by_day.exists():
        side, found = match_days(access, account, month=month)
        return side, _doubts_by_day(found, doubtful, cover)
    side, found = match_tasks(access, account, month=month)
    rest = explain(found, given_up(access, account), cover=cover)
    side = replace(side, booked=side.booked + rest.booked, matched=side.matched + rest.matched)
    return side, _doubts_by_task(rest.found, doubtful, cover)


def _doubtful(access: Access, account: ProviderAccount, *, month: date) -> list[Attempt]:
    first, until = month_bounds(month)
    rows = Attempt.objects.within(access).filter(
        account=account,
        state=AttemptState.UNKNOWN,
        submit_started_at__gte=first,
        submit_started_at__lt=until,
    )
    return list(rows.select_related("job").order_by("pk"))


def _doubts_by_task(
    found: list[Difference], doubtful: list[Attempt], cover: Cover
) -> list[Difference]:
    """A billed task that nobody knows and a request that nobody heard of again are probably one;
    without such a task on a bill that had to name it, nothing was made."""
    rest = list(found)
    settled = {one.attempt_id for one in rest if one.kind == Finding.UNKNOWN_BILLED}
    for attempt in doubtful:
        if attempt.pk in settled or attempt.submit_started_at is None:
            continue
        day = attempt.submit_started_at.astimezone(UTC).date()
        fits = [
            one
            for one in rest
            if one.kind == Finding.NOT_OURS
            and one.attempt_id is None
            and one.model in ("", attempt.model)
            and abs(one.day - day) <= NEAR
        ]
        if fits:
            rest[rest.index(fits[0])] = replace(
                fits[0],
                kind=Finding.UNKNOWN_BILLED,
                attempt_id=attempt.pk,
                job_uid=attempt.job.uid,
            )
        elif _had_to_show(attempt, cover):
            rest.append(_doubt(attempt, Finding.UNKNOWN_NOT_BILLED, billed=0))
    return rest


def _doubts_by_day(
    found: list[Difference], doubtful: list[Attempt], cover: Cover
) -> list[Difference]:
    """Sums of a day name no task: they settle a doubt only where they leave no other reading."""
    groups: defaultdict[tuple[date, str], list[Attempt]] = defaultdict(list)
    for attempt in doubtful:
        if attempt.submit_started_at and _had_to_show(attempt, cover):
            key = (attempt.submit_started_at.astimezone(UTC).date(), attempt.model)
            groups[key].append(attempt)
    rest = list(found)
    for (day, model), attempts in groups.items():
        off = next((one for one in rest if (one.day, one.model) == (day, model)), None)
        if off is None:
            rest += [_doubt(one, Finding.UNKNOWN_NOT_BILLED, billed=0) for one in attempts]
        elif off.off == sum(one.max_micros for one in attempts):
            rest.remove(off)
            rest += [
                replace(
                    _doubt(one, Finding.UNKNOWN_BILLED, billed=one.max_micros), line_id=off.line_id
                )
                for one in attempts
            ]
    return rest


def _had_to_show(attempt: Attempt, cover: Cover) -> bool:
    """Whether the bill covers the latest moment at which this request could have ended."""
    if attempt.submit_started_at is None:
        return False
    longest = timedelta(seconds=float(attempt.leg.get("deadline_seconds", 3600)))
    return cover.has(attempt.submit_started_at + longest)


def _doubt(attempt: Attempt, kind: Finding, *, billed: int) -> Difference:
    started = attempt.submit_started_at or attempt.created_at
    return Difference(
        subject=f"{attempt.account_id}:doubt:{attempt.client_ref}:{billed}",
        kind=kind,
        account_id=attempt.account_id,
        provider=attempt.provider,
        day=started.astimezone(UTC).date(),
        billed=billed,
        booked=0,
        model=attempt.model,
        client_ref=attempt.client_ref,
        attempt_id=attempt.pk,
        job_uid=attempt.job.uid,
    )


def _disputes(access: Access, found: list[Difference]) -> dict[str, str]:
    if not found:
        return {}
    rows = StatementDecision.objects.within(access).filter(kind=DecisionKind.DISPUTED)
    known = dict(rows.values_list("subject", "reason"))
    return {one.subject: known[one.subject] for one in found if one.subject in known}
