"""What an issued month comes to by now, less what the client was told for it.

An issued statement never changes. What its month comes to differently since then, because a
cost was adjusted or the workspace moved to another time zone, stands on the next statement of
the same currency as corrections, or on a correction of its own, and names the first statement.
All papers together therefore always come to the ledger times the rate cards.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from fractions import Fraction

from django.db.models import Max, Sum

from generation.models import IssuedLine, IssuedStatement
from generation.money.closing import QUIET
from generation.money.statement_work import ClientWork
from generation.money.statements_out import ClientStatement, StatementLine, statement
from providers.micros import CENT


@dataclass(kw_only=True)
class _Sum:
    cents: int = 0
    clips: int = 0
    seconds: int = 0

    def add(self, *, cents: int, clips: int, seconds: int) -> None:
        self.cents += cents
        self.clips += clips
        self.seconds += seconds


def with_corrections(work: ClientWork, told: ClientStatement) -> ClientStatement:
    """A month's draft with the corrections that would stand on it, were it issued now."""
    lines = [
        line
        for first in _moved(work, before=told.month.first)
        if first.currency == told.currency
        for line in since_issued(work, first)
    ]
    return _more(told, lines)


def correction(work: ClientWork, first: IssuedStatement) -> ClientStatement:
    """The month of an issued statement, as nothing but what has changed since."""
    told = statement(work, month=first.month)
    bare = replace(told, lines=(), total_cents=0, clips=0, seconds=0, unpriced_clips=0)
    return _more(replace(bare, preliminary=()), list(_changes(work, first, told)))


def since_issued(work: ClientWork, first: IssuedStatement) -> list[StatementLine]:
    """One line for each campaign whose sums differ from what was told for that month so far."""
    return list(_changes(work, first, statement(work, month=first.month)))


def _changes(
    work: ClientWork, first: IssuedStatement, now: ClientStatement
) -> Iterator[StatementLine]:
    sums: dict[str, _Sum] = {}
    for line in now.lines:
        there = sums.setdefault(line.campaign_id, _Sum())
        there.add(cents=line.cents, clips=line.clips, seconds=line.seconds)
    before = IssuedLine.objects.filter(client=work.client, month=first.month).values("campaign_id")
    for row in before.annotate(c=Sum("cents"), n=Sum("clips"), s=Sum("seconds")):
        there = sums.setdefault(row["campaign_id"], _Sum())
        there.add(cents=-row["c"], clips=-row["n"], seconds=-row["s"])
    changed = {uid: there for uid, there in sums.items() if there != _Sum()}
    names = dict(work.names.values()) if changed else {}
    for uid, there in sorted(changed.items(), key=lambda item: names.get(item[0], "")):
        yield _line(first, uid, names.get(uid, ""), there)


def _line(first: IssuedStatement, uid: str, name: str, change: _Sum) -> StatementLine:
    what = f"Correction of {first.number}, {first.month:%B %Y}"
    return StatementLine(
        campaign_id=uid,
        what=f"{what}: {name}" if name else what,
        clips=change.clips,
        seconds=change.seconds,
        rate="",
        exact=Fraction(change.cents * CENT),
        cents=change.cents,
        corrects=first.number,
        of=first.month,
    )


def _moved(work: ClientWork, *, before: date) -> list[IssuedStatement]:
    """The issued statements of earlier months that may have something to correct."""
    firsts = {month: first for month, first in work.issued.items() if month < before}
    if not firsts:
        return []
    zone = work.zone
    told_at = _told_at(work, firsts)
    moved = {month for month, first in firsts.items() if first.time_zone != zone.key}
    # A transaction that had begun before the paper was written may have ended after it.
    since = {month: at - QUIET for month, at in told_at.items()}
    days = {month: at.astimezone(zone).date() for month, at in since.items()}
    for month, day in work.last_adjusted(since=min(days.values())).items():
        if month in firsts and day >= days[month]:
            moved.add(month)
    return [firsts[month] for month in sorted(moved)]


def _told_at(work: ClientWork, firsts: dict[date, IssuedStatement]) -> dict[date, datetime]:
    """When the last paper about each month was issued."""
    papers = IssuedLine.objects.filter(client=work.client, month__in=firsts).values_list("month")
    latest = dict(papers.annotate(at=Max("statement__issued_at")))
    return {month: latest.get(month, first.issued_at) for month, first in firsts.items()}


def _more(told: ClientStatement, lines: list[StatementLine]) -> ClientStatement:
    return replace(
        told,
        lines=(*told.lines, *lines),
        total_cents=told.total_cents + sum(line.cents for line in lines),
        clips=told.clips + sum(line.clips for line in lines),
        seconds=told.seconds + sum(line.seconds for line in lines),
    )
