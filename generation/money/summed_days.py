"""The days of a span by one dimension at a time: sums where days are over, else their lines."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import cached_property, lru_cache

from generation import clock
from generation.money.day_sums import Books, Row, Summed, Sums
from generation.money.latest import Latest
from generation.money.report_span import today_in


@dataclass(frozen=True, kw_only=True)
class SummedDays:
    """`client` is the id of a client's centre, 0 for everybody; both days are included. `shared`
    is what others of the same report read of the same books and client."""

    books: Books
    client: int
    first: date
    last: date
    shared: Latest | None = field(default=None, compare=False, repr=False)

    def over(self, *, first: date, last: date) -> "SummedDays":
        """The same books and client over other days; the latest ones are not read again."""
        return replace(self, first=first, last=last, shared=self._latest)

    def sums(self, dimension: str) -> dict[str, Sums]:
        """The span by key of a dimension, jobs counted once; by day the key is the day."""
        first, by_day = self.first, dimension == "day"
        found: dict[str, Sums] = {}
        through = min(self.through, self.last)
        if through >= first:
            kept = _stored(self.books, self._summed, self.client, dimension, first, through)
            for (key, day), sums in kept.items():
                found[str(day) if by_day else key] = replace(sums)
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
            stored = _stored_work(self.books, self._summed, self.client, dimension, tuple(kept))
            for (place, key), sums in stored.items():
                found[place][key] = replace(sums)
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
            found.update(
                _stored_daily(
                    self.books, self._summed, self.client, dimension, self.first, through, key
                )
            )
        for (client, name, word, day, _), sums in self._since.items():
            if (client, name) == (self.client, dimension) and key in (None, word):
                found[word, day] += sums.micros
        return {place: micros for place, micros in found.items() if micros}

    @property
    def through(self) -> date:
        """The last day that is summed already; the day before the span where none is."""
        return self._summed.through or self.first - timedelta(days=1)

    @property
    def _summed(self) -> Summed:
        return self._latest.summed()

    @cached_property
    def _latest(self) -> Latest:
        return self.shared or Latest(books=self.books, client=self.client)

    @property
    def _since(self) -> dict[Row, Sums]:
        """The days of the span that are not summed yet, out of their lines."""
        today = today_in(self.books.zone, now=clock.now())
        days = max(self.first, self.through + timedelta(days=1)), min(self.last, today)
        if days[0] > days[1]:
            return {}
        return self._latest.costs(first=days[0], last=days[1])


# What the sums have said, for as long as their stamp stands. Whoever adds to it takes a copy.


@lru_cache(maxsize=64)
def _stored(
    books: Books, _summed: Summed, client: int, dimension: str, first: date, last: date
) -> dict[tuple[str, date | None], Sums]:
    return books.stored(client=client, dimension=dimension, first=first, last=last)


@lru_cache(maxsize=16)
def _stored_daily(
    books: Books,
    _summed: Summed,
    client: int,
    dimension: str,
    first: date,
    last: date,
    key: str | None,
) -> dict[tuple[str, date], int]:
    return books.stored_daily(client=client, dimension=dimension, first=first, last=last, key=key)


@lru_cache(maxsize=16)
def _stored_work(
    books: Books,
    _summed: Summed,
    client: int,
    dimension: str,
    spans: tuple[tuple[date, date], ...],
) -> dict[tuple[int, str], Sums]:
    return books.stored_work(client=client, dimension=dimension, spans=spans)
