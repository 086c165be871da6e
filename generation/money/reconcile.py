"""A month of a workspace: what vendors billed against what our ledger says, with nothing hidden."""

from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, date, timedelta

from django.db.models import Q

from accounts.access import Access
from generation.choices import AttemptState
from generation.models import (
    Attempt,
    DailyRollup,
    DecisionKind,
    Grain,
    PeriodClose,
    StatementDecision,
    StatementLine,
)
from generation.money.bill_cover import Cover, covers_of
from generation.money.days_matched import match_days
from generation.money.differences import AccountSide, Difference, Finding
from generation.money.given_up import NEAR, GivenUp, explain, given_up
from generation.money.months_matched import bills_of
from generation.money.reports_ledger import month_bounds, next_month
from generation.money.tasks_matched import match_tasks
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
    """Compare a month. Changes nothing; `month` is its first day."""
    sides: list[AccountSide] = []
    found: list[Difference] = []
    accounts = _accounts(access, month=month)
    papers = _papers(access, accounts, month=month)
    compared = [_compare(access, account, papers, month=month) for account in accounts]
    by_task = {side.account_id: rest for side, rest in compared if side.grain == Grain.TASK}
    lost = given_up(access, by_task)
    for side, differences in compared:
        now, left = _in_doubt(side, differences, papers, lost[side.account_id])
        sides.append(now)
        found += left
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


@dataclass(frozen=True, kw_only=True)
class _Papers:
    """What a month needs of all accounts, by their ids."""

    bills: dict[int, str]
    covers: dict[int, Cover]
    doubtful: defaultdict[int, list[Attempt]]


def _accounts(access: Access, *, month: date) -> list[ProviderAccount]:
    """Those with lines or bills of the month. An account is one provider's in one mode."""
    days = {"day__gte": month, "day__lt": next_month(month)}
    booked = DailyRollup.objects.within(access).filter(**days)
    billed = StatementLine.objects.within(access).filter(**days)
    named = set(booked.values_list("provider", flat=True).distinct())
    ids = set(billed.values_list("account_id", flat=True).distinct())
    rows = ProviderAccount.objects.filter(Q(pk__in=ids) | Q(provider__in=named, mode=access.mode))
    return list(rows.order_by("provider"))


def _papers(access: Access, accounts: list[ProviderAccount], *, month: date) -> _Papers:
    ids = [account.pk for account in accounts]
    # In this order: what is kept for a bill must not be younger than the bill.
    bills = bills_of(access, ids)
    return _Papers(
        bills=bills,
        covers=covers_of(access, ids, month=month),
        doubtful=_doubtful(access, ids, month=month),
    )


def _compare(
    access: Access, account: ProviderAccount, papers: _Papers, *, month: date
) -> tuple[AccountSide, list[Difference]]:
    cover = papers.covers[account.pk]
    if cover.by_day(month):
        return match_days(access, account, month=month, cover=cover)
    bills = papers.bills[account.pk]
    return match_tasks(access, account, month=month, cover=cover, bills=bills)


def _in_doubt(
    side: AccountSide, found: list[Difference], papers: _Papers, lost: list[GivenUp]
) -> tuple[AccountSide, list[Difference]]:
    """The same, with what is known of requests that nobody heard of again."""
    cover, doubtful = papers.covers[side.account_id], papers.doubtful[side.account_id]
    if side.grain == Grain.DAY:
        return side, _doubts_by_day(found, doubtful, cover)
    rest = explain(found, lost, cover=cover)
    side = replace(side, booked=side.booked + rest.booked, matched=side.matched + rest.matched)
    return side, _doubts_by_task(rest.found, doubtful, cover)


def _doubtful(
    access: Access, account_ids: list[int], *, month: date
) -> defaultdict[int, list[Attempt]]:
    first, until = month_bounds(month)
    rows = Attempt.objects.within(access).filter(
        account__in=account_ids,
        state=AttemptState.UNKNOWN,
        submit_started_at__gte=first,
        submit_started_at__lt=until,
    )
    found: defaultdict[int, list[Attempt]] = defaultdict(list)
    for row in rows.select_related("job").order_by("pk"):
        found[row.account_id].append(row)
    return found


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
