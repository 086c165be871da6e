"""What a client's campaigns cost and delivered in a month, piece by piece of its rate cards.

A cost counts on the day of its ledger line. An adjustment counts on the day of the cost that it
corrects, whenever it is booked, so that it is told at the terms of that day.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from generation.choices import JOB_OPEN, JobState, LineKind
from generation.models import CentreKind, CostCentre, Job, LedgerLine, RateCard
from generation.money.day_sums import Books, Sums
from generation.money.rate_cards import cards_of, in_force
from generation.money.report_span import Span, month_after, month_of, zone_of
from generation.money.summed_days import SummedDays

NO_CAMPAIGN = "Without a campaign"


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


@dataclass(frozen=True, kw_only=True)
class Adjustment:
    """Micro-dollars either way; `corrects` is when the cost that it is about was booked."""

    path: str
    micros: int
    corrects: datetime
    booked: datetime


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

    def __init__(self, client: CostCentre) -> None:
        self.client = client
        self._booked: dict[Span, dict[str, Sums]] = {}
        self._adjusted: tuple[datetime, list[Adjustment]] | None = None

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
        if pieces:
            self.adjustments(booked_since=pieces[0][0].starts)

    def parts(self, month: date) -> list[Part]:
        """The month in pieces of one card each, with what every campaign had in them."""
        pieces = self._pieces(month)
        if any(days not in self._booked for days, _ in pieces):
            self._read(pieces)
        return [Part(days=days, card=card, works=self._works(days)) for days, card in pieces]

    def running(self, *, before: datetime) -> int:
        """How many clips that were asked for before a moment are still being made."""
        return bisect_left(self._running, before)

    def adjustments(self, *, booked_since: datetime) -> list[Adjustment]:
        """The adjustments of the client's costs, those that were booked from a moment on."""
        if self._adjusted is None or booked_since < self._adjusted[0]:
            self._adjusted = booked_since, _adjustments(self.client, booked_since=booked_since)
        return [one for one in self._adjusted[1] if one.booked >= booked_since]

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
        """What was booked and delivered on their days, by the id of the campaign, "" for none."""
        spans = [days for days, _ in pieces]
        books = Books(workspace_id=self.client.workspace_id, mode=self.client.mode, zone=self.zone)
        summed = SummedDays(
            books=books, client=self.client.pk, first=spans[0].first, last=spans[-1].last
        )
        days = [(span.first, span.last) for span in spans]
        self._booked.update(zip(spans, summed.work_in("campaign", days), strict=True))

    def _works(self, days: Span) -> tuple[Work, ...]:
        sums: dict[Place, Sums] = {}
        moved = self._moved(days)
        for pk, kept in self._booked[days].items():
            place = self.names.get(int(pk or 0), ("", NO_CAMPAIGN))
            row = sums.setdefault(place, Sums())
            row.add(kept)
            row.micros -= moved[place].booked
        # What was only adjusted on these days belongs elsewhere.
        sums = {place: row for place, row in sums.items() if row.micros or row.clips}
        for place, change in moved.items():
            if change.corrected is not None:
                sums.setdefault(place, Sums()).micros += change.corrected
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

    def _moved(self, days: Span) -> defaultdict[Place, "_Adjusted"]:
        found: defaultdict[Place, _Adjusted] = defaultdict(_Adjusted)
        starts, ends = days.starts, days.ends
        # A cost is booked before what corrects it.
        for one in self.adjustments(booked_since=starts):
            row = found[_campaign_of(one.path, self.names)]
            if one.booked < ends:
                row.booked += one.micros
            if starts <= one.corrects < ends:
                row.corrected = (row.corrected or 0) + one.micros
        return found


@dataclass(kw_only=True)
class _Adjusted:
    """Micro-dollars adjusted on these days, and those that correct them; None for none."""

    booked: int = 0
    corrected: int | None = None


def _adjustments(client: CostCentre, *, booked_since: datetime) -> list[Adjustment]:
    settled = LedgerLine.objects.filter(
        attempt=OuterRef("attempt"), kind__in=(LineKind.SETTLE, LineKind.RELEASE)
    )
    rows = _lines(client).filter(kind=LineKind.ADJUST, created_at__gte=booked_since)
    dated = rows.annotate(at=Coalesce(Subquery(settled.values("created_at")[:1]), "created_at"))
    return [
        Adjustment(path=path, micros=micros, corrects=at, booked=booked)
        for path, micros, at, booked in dated.values_list(
            "cost_centre__path", "spent_delta", "at", "created_at"
        )
    ]


def _lines(client: CostCentre) -> QuerySet[LedgerLine]:
    return LedgerLine.objects.filter(
        workspace_id=client.workspace_id,
        mode=client.mode,
        cost_centre__path__startswith=client.path,
    ).exclude(spent_delta=0)


def _campaign_of(path: str, names: dict[int, Place]) -> Place:
    ids = (int(part) for part in path.strip("/").split("/"))
    return next((names[pk] for pk in ids if pk in names), ("", NO_CAMPAIGN))
