"""What a client's campaigns cost and delivered in a month, piece by piece of its rate cards.

A cost counts on the day of its ledger line. An adjustment counts on the day of the cost that it
corrects, whenever it is booked, so that it is told at the terms of that day.
"""

from bisect import bisect_left
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import Q

from generation.choices import JOB_OPEN, JobState
from generation.models import CentreKind, CostCentre, IssuedStatement, IssueKind, Job, RateCard
from generation.money.client_adjustments import Adjusted, adjusted_in, last_adjusted
from generation.money.day_sums import Books, Sums
from generation.money.rate_cards import cards_of, in_force
from generation.money.report_span import Span, month_after, month_of, zone_of
from generation.money.summed_days import SummedDays


@dataclass(frozen=True, kw_only=True)
class Work:
    """What one campaign had on the days of one card: micro-dollars, clips, whole seconds."""

    campaign_id: str
    name: str
    cost_micros: int
    clips: int
    seconds: int


@dataclass(frozen=True, kw_only=True)
class Part:
    """Consecutive days of the month under one card, or under none."""

    days: Span
    card: RateCard | None
    works: tuple[Work, ...]

    @property
    def cost_micros(self) -> int:
        return sum(work.cost_micros for work in self.works)


Place = tuple[str, str]  # a campaign's public id and name
Piece = tuple[Span, RateCard | None]
NO_CAMPAIGN: Place = ("", "Without a campaign")


def delivered(client: CostCentre, days: Span) -> Q:
    """Which jobs count as delivered to a client on these days."""
    return Q(
        workspace_id=client.workspace_id,
        mode=client.mode,
        cost_centre__path__startswith=client.path,
        state=JobState.COMPLETED,
        ended_at__gte=days.starts,
        ended_at__lt=days.ends,
    )


class ClientWork:
    """One client's months. What they have in common is read once, however many are asked for."""

    def __init__(self, client: CostCentre, *, summed: SummedDays | None = None) -> None:
        """`summed` are the client's days as they were read already, if they were."""
        self.client = client
        self._works: dict[Span, tuple[Work, ...]] = {}
        if summed is not None:
            self._days = summed

    def month(self, day: date) -> Span:
        """The month of the client's workspace in which the day lies."""
        return month_of(day, zone=self.zone)

    def read(self, *, first: date, last: date) -> None:
        """Read all months from the first day's to the last day's in one go."""
        pieces, month = [], first.replace(day=1)
        while month <= last:
            pieces += self._pieces(month)
            month = month_after(month)
        self._read(pieces)

    def parts(self, month: date) -> list[Part]:
        """The month in pieces of one card each, with what every campaign had in them."""
        pieces = self._pieces(month)
        if any(days not in self._works for days, _ in pieces):
            self._read(pieces)
        return [Part(days=days, card=card, works=self._works[days]) for days, card in pieces]

    def running(self, *, before: datetime) -> int:
        """How many clips that were asked for before a moment are still being made."""
        return bisect_left(self._running, before)

    def last_adjusted(self, *, since: date) -> dict[date, date]:
        """The first day of each month to the latest day, from `since` on, on which a cost of that
        month was adjusted."""
        return last_adjusted(self.client, self._days.over(first=since, last=since))

    @cached_property
    def zone(self) -> ZoneInfo:
        return zone_of(self.client.workspace_id)

    @cached_property
    def names(self) -> dict[int, Place]:
        """Id of a campaign's centre to its public id and name."""
        rows = CostCentre.objects.filter(
            workspace_id=self.client.workspace_id,
            mode=self.client.mode,
            kind=CentreKind.CAMPAIGN,
            path__startswith=self.client.path,
        )
        return {pk: (uid, name) for pk, uid, name in rows.values_list("pk", "uid", "name")}

    @cached_property
    def issued(self) -> dict[date, IssuedStatement]:
        """The months of the client that were issued already, by their first day."""
        rows = IssuedStatement.objects.filter(client=self.client, kind=IssueKind.STATEMENT)
        return {row.month: row for row in rows.order_by("month")}

    @cached_property
    def _days(self) -> SummedDays:
        books = Books(workspace_id=self.client.workspace_id, mode=self.client.mode, zone=self.zone)
        return SummedDays(books=books, client=self.client.pk, first=date.max, last=date.max)

    @cached_property
    def _cards(self) -> list[RateCard]:
        return cards_of(self.client)

    @cached_property
    def _running(self) -> list[datetime]:
        open_jobs = Job.objects.filter(
            workspace_id=self.client.workspace_id,
            mode=self.client.mode,
            cost_centre__path__startswith=self.client.path,
            state__in=JOB_OPEN,
        )
        return sorted(open_jobs.values_list("created_at", flat=True))

    def _pieces(self, month: date) -> list[Piece]:
        """Consecutive days of the month under one card, or under none."""
        days = self.month(month)
        changes = {card.valid_from for card in self._cards if days.first < card.valid_from}
        begins = sorted(day for day in {days.first, *changes} if day <= days.last)
        ends = [*(day - timedelta(days=1) for day in begins[1:]), days.last]
        return [
            (Span(first=first, last=last, zone=self.zone), in_force(self._cards, on=first))
            for first, last in zip(begins, ends, strict=True)
        ]

    def _read(self, pieces: Sequence[Piece]) -> None:
        """What each campaign had on their days, which follow each other."""
        spans = [(days.first, days.last) for days, _ in pieces]
        summed = self._days.over(first=spans[0][0], last=spans[-1][1])
        booked = summed.work_in("campaign", spans)
        moved = adjusted_in(self.client, summed, spans)
        for (days, _), sums, moves in zip(pieces, booked, moved, strict=True):
            self._works[days] = _works(sums, moves, names=self.names)


def _works(
    booked: Mapping[str, Sums], moved: Mapping[str, Adjusted], *, names: Mapping[int, Place]
) -> tuple[Work, ...]:
    sums: dict[Place, Sums] = {}
    for key, kept in booked.items():
        row = sums.setdefault(_place_of(key, names), Sums())
        row.add(kept)
        row.micros -= moved[key].booked if key in moved else 0
    # What was only adjusted on these days belongs elsewhere.
    sums = {place: row for place, row in sums.items() if row.micros or row.clips}
    for key, change in moved.items():
        if change.corrected is not None:
            sums.setdefault(_place_of(key, names), Sums()).micros += change.corrected
    ordered = sorted(sums.items(), key=lambda item: (item[0][0] == "", item[0][1]))
    return tuple(
        Work(
            campaign_id=uid,
            name=name,
            cost_micros=row.micros,
            clips=row.clips,
            seconds=row.seconds,
        )
        for (uid, name), row in ordered
    )


def _place_of(key: str, names: Mapping[int, Place]) -> Place:
    return names.get(int(key or 0), NO_CAMPAIGN)
