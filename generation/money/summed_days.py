"""The days of a span by one dimension at a time: sums where days are over, else their lines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from generation import clock
from generation.money.day_sums import Books, Row, Sums
from generation.money.report_span import today_in


@dataclass(kw_only=True)
class _Latest:
    """The last day that is summed, and what the days after it come to, once they were read."""

    through: date | None = None
    asked: bool = False
    worked_out: dict[tuple[date, date], dict[Row, Sums]] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class SummedDays:
    """`client` is the id of a client's centre, 0 for everybody; both days are included."""

    books: Books
    client: int
    first: date
    last: date
    latest: _Latest = field(default_factory=_Latest, compare=False, repr=False)

    def over(self, *, first: date, last: date) -> "SummedDays":
        """The same books and client over other days; the latest ones are not read again."""
        return replace(self, first=first, last=last)

    def sums(self, dimension: str) -> dict[str, Sums]:
        """The span by key of a dimension, jobs counted once; by day the key is the day."""
        first, by_day = self.first, dimension == "day"
        found: dict[str, Sums] = {}
        through = min(self.through, self.last)
        if through >= first:
            kept = self.books.stored(
                client=self.client, dimension=dimension, first=first, last=through
            )
            for (key, day), sums in kept.items():
                found[str(day) if by_day else key] = sums
        for (client, name, key, day, before), sums in self._since.items():
            if (client, name) != (self.client, dimension):
                continue
            if before < (day if by_day else first):
                continue
            found.setdefault(str(day) if by_day else key, Sums()).add(sums)
        return found

    def work_in(self, dimension: str, spans: Sequence[tuple[date, date]]) -> list[dict[str, Sums]]:
        """Costs and deliveries, but no jobs, by key of a dimension, of each of some spans of
        these days that follow each other."""
        found: list[dict[str, Sums]] = [{} for _ in spans]
        summed = [(first, min(last, self.through)) for first, last in spans]
        kept = [(first, last) for first, last in summed if first <= last]
        if kept:
            stored = self.books.stored_work(client=self.client, dimension=dimension, spans=kept)
            for (place, key), sums in stored.items():
                found[place][key] = sums
        for (client, name, key, day, _), sums in self._since.items():
            if (client, name) == (self.client, dimension):
                place = next(at for at, (_, last) in enumerate(spans) if day <= last)
                found[place].setdefault(key, Sums()).add(sums)
        return found

    def daily(self, dimension: str, *, key: str | None = None) -> dict[tuple[str, date], int]:
        """Micro-dollars by key and day, of one key or all; days without a cost are left out."""
        through = min(self.through, self.last)
        found: defaultdict[tuple[str, date], int] = defaultdict(int)
        if through >= self.first:
            kept = self.books.stored_daily(
                client=self.client, dimension=dimension, first=self.first, last=through, key=key
            )
            found.update(kept)
        for (client, name, word, day, _), sums in self._since.items():
            if (client, name) == (self.client, dimension) and key in (None, word):
                found[word, day] += sums.micros
        return {place: micros for place, micros in found.items() if micros}

    @property
    def through(self) -> date:
        """The last day that is summed already; the day before the span where none is."""
        if not self.latest.asked:
            self.latest.through, self.latest.asked = self.books.summed().through, True
        return self.latest.through or self.first - timedelta(days=1)

    @property
    def _since(self) -> dict[Row, Sums]:
        """The days of the span that are not summed yet, out of their lines."""
        today = today_in(self.books.zone, now=clock.now())
        days = max(self.first, self.through + timedelta(days=1)), min(self.last, today)
        if days[0] > days[1]:
            return {}
        if days not in self.latest.worked_out:
            self.latest.worked_out[days] = self.books.worked_out(
                first=days[0], last=days[1], client=self.client
            )
        return self.latest.worked_out[days]
