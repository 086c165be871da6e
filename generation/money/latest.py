"""What a report reads of days that are not over, once, however many of its parts ask for them.

It lives as long as one report: nothing of it is remembered for the next one.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cached_property

from generation.money.centre_places import Places
from generation.money.day_sums import Books, Delivery, Row, Summed, Sums
from generation.money.jobs_of_days import JobRow, delivered, jobs_of_days
from generation.money.report_span import midnight

Days = tuple[date, date]  # the first and the last, both included


@dataclass(kw_only=True)
class Latest:
    """`client` is the id of a client's centre, 0 for everybody."""

    books: Books
    client: int
    _summed: Summed | None = None
    _costs: dict[Days, dict[Row, Sums]] = field(default_factory=dict)
    _jobs: dict[Days, list[JobRow]] = field(default_factory=dict)

    @cached_property
    def places(self) -> Places:
        """The workspace's clients and campaigns."""
        return Places(workspace_id=self.books.workspace_id, mode=self.books.mode)

    def summed(self, *, anew: bool = False) -> Summed:
        """How far the days are summed; `anew` for who must not know it from before now."""
        if self._summed is None or anew:
            self._summed = self.books.summed()
        return self._summed

    def costs(self, *, first: date, last: date) -> dict[Row, Sums]:
        """What these days came to, out of their lines and deliveries."""
        if (first, last) not in self._costs:
            self._costs[first, last] = self.books.worked_out(
                first=first,
                last=last,
                client=self.client,
                places=self.places,
                deliveries=self._deliveries(first, last),
            )
        return self._costs[first, last]

    def jobs(self, *, first: date, last: date) -> list[JobRow]:
        """The jobs asked for and those delivered on these days."""
        if (first, last) not in self._jobs:
            rows = jobs_of_days(self.books, first=first, last=last, client=self.client)
            self._jobs[first, last] = [JobRow(*row) for row in rows]
        return self._jobs[first, last]

    def _deliveries(self, first: date, last: date) -> list[Delivery] | None:
        """Those of days whose jobs were read already; None where they were not."""
        read = next((days for days in self._jobs if days[0] <= first and last <= days[1]), None)
        if read is None:
            return None
        starts = midnight(first, self.books.zone)
        ends = midnight(last + timedelta(days=1), self.books.zone)
        done = delivered(self._jobs[read], starts=starts, ends=ends)
        return [(at, row.path, row.seconds) for row, at in done]
