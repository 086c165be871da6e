"""Which days of an account have been billed, and what a bill has to name by now."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

from accounts.access import Access
from generation.models import Grain, Statement
from generation.money.reports_ledger import next_month

# A vendor's bill may lag behind the end of the work; what is younger is awaited, not missed.
LAG = timedelta(hours=24)


@dataclass(frozen=True, kw_only=True)
class Cover:
    """The days of one account that were imported; `asked_at` is when, the latest first."""

    statements: tuple[Statement, ...]

    def has(self, moment: datetime) -> bool:
        """Whether a bill had to name what was booked at `moment`."""
        day = moment.astimezone(UTC).date()
        return any(
            one.starts_on <= day < one.ends_on and moment <= one.imported_at
            for one in self.statements
        )

    def is_edge(self, moment: datetime) -> bool:
        """Whether it was booked so late in what is covered that the next bill may name it."""
        return not self.has(moment + LAG) and not self.live

    @property
    def live(self) -> bool:
        """The sandbox's invoice has no lag: a line is there when the task ends."""
        return bool(self.statements) and self.statements[0].source == "sandbox"

    def by_day(self, month: date) -> bool:
        """Whether a bill of the month has one sum a day and model."""
        return any(
            one.grain == Grain.DAY and one.starts_on < next_month(month) and one.ends_on > month
            for one in self.statements
        )

    @property
    def until(self) -> date | None:
        return max((one.ends_on for one in self.statements), default=None)


def covers_of(access: Access, accounts: Iterable[int], *, month: date) -> dict[int, Cover]:
    """For each account the imports that touch this month or come later: a later one may name its
    last lines."""
    rows = Statement.objects.within(access).filter(account__in=accounts, ends_on__gt=month)
    found: defaultdict[int, list[Statement]] = defaultdict(list)
    for row in rows.order_by("-imported_at", "-pk"):
        found[row.account_id].append(row)
    return {account: Cover(statements=tuple(found[account])) for account in accounts}


def still_missing(cover: Cover, at: datetime) -> str:
    """Why a bill need not name yet what was booked then; empty where it had to."""
    if not cover.has(at):
        return "uncovered"
    return "awaited" if cover.is_edge(at) else ""
