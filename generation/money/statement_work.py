"""What a client's campaigns cost and delivered in a month, piece by piece of its rate cards.

A cost counts on the day of its ledger line. An adjustment counts on the day of the cost that it
corrects, whenever it is booked, so that it is told at the terms of that day.
"""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from generation.choices import JobState, LineKind
from generation.models import CentreKind, CostCentre, LedgerLine, RateCard
from generation.money.day_sums import Books, Sums
from generation.money.rate_cards import cards_of, in_force
from generation.money.report_span import Span, month_of, zone_of
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


def parts_of(client: CostCentre, *, month: date) -> list[Part]:
    """The month in pieces of one card each, with what every campaign had in them."""
    days = month_for(client, month)
    cards = cards_of(client)
    begins = sorted({days.first, *(c.valid_from for c in cards if days.first < c.valid_from)})
    begins = [day for day in begins if day <= days.last]
    ends = [*(day - timedelta(days=1) for day in begins[1:]), days.last]
    names = campaign_names(client)
    parts = []
    for first, last in zip(begins, ends, strict=True):
        span = Span(first=first, last=last, zone=days.zone)
        card = in_force(cards, on=first)
        parts.append(Part(days=span, card=card, works=_works(client, span, names=names)))
    return parts


def campaign_names(client: CostCentre) -> dict[int, tuple[str, str]]:
    """Id of a campaign's centre to its public id and name."""
    rows = CostCentre.objects.filter(
        workspace_id=client.workspace_id,
        mode=client.mode,
        kind=CentreKind.CAMPAIGN,
        path__startswith=client.path,
    )
    return {pk: (uid, name) for pk, uid, name in rows.values_list("pk", "uid", "name")}


def _works(
    client: CostCentre, days: Span, *, names: dict[int, tuple[str, str]]
) -> tuple[Work, ...]:
    sums: dict[tuple[str, str], Sums] = {}
    moved = _adjusted(client, days, names=names)
    for pk, kept in _booked(client, days).items():
        place = names.get(int(pk or 0), ("", NO_CAMPAIGN))
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


def _booked(client: CostCentre, days: Span) -> dict[str, Sums]:
    """What was booked and delivered on these days by the id of the campaign, empty for none."""
    books = Books(workspace_id=client.workspace_id, mode=client.mode, zone=days.zone)
    summed = SummedDays(books=books, client=client.pk, first=days.first, last=days.last)
    return summed.sums("campaign")


@dataclass(kw_only=True)
class _Adjusted:
    """Micro-dollars adjusted on these days, and those that correct them; None for none."""

    booked: int = 0
    corrected: int | None = None


def _adjusted(
    client: CostCentre, days: Span, *, names: dict[int, tuple[str, str]]
) -> defaultdict[tuple[str, str], _Adjusted]:
    found: defaultdict[tuple[str, str], _Adjusted] = defaultdict(_Adjusted)
    # A cost is booked before what corrects it.
    for one in adjustments(client, booked_since=days.starts):
        row = found[_campaign_of(one.path, names)]
        if one.booked < days.ends:
            row.booked += one.micros
        if days.starts <= one.corrects < days.ends:
            row.corrected = (row.corrected or 0) + one.micros
    return found


def adjustments(client: CostCentre, *, booked_since: datetime) -> list[Adjustment]:
    """A client's adjustments of costs, those that were booked from a moment on."""
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


def _campaign_of(path: str, names: dict[int, tuple[str, str]]) -> tuple[str, str]:
    ids = (int(part) for part in path.strip("/").split("/"))
    return next((names[pk] for pk in ids if pk in names), ("", NO_CAMPAIGN))


def month_for(client: CostCentre, month: date) -> Span:
    """The month of a client's workspace in which the day lies."""
    return month_of(month, zone=zone_of(client.workspace_id))
