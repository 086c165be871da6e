"""October 2026 of one agency in Berlin, small enough to be worked out by hand.

Kling's price rises from $0.03 to $0.04 a second on 15 October. Two jobs lie beyond midnight UTC
at either end of the month, one on the long night of 25 October. Another workspace and live mode
have spent as well, which no figure may show.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

import time_machine
from django.db import connection, transaction

from accounts.access import Access
from accounts.keys import make_key
from accounts.models import Mode, User, Workspace
from generation import attempts, centres, clock
from generation.models import CardKind, CentreKind, CostCentre, Job
from generation.money import ledger, rate_cards
from generation.money.insight import Scope
from generation.money.rate_cards import CardTerms
from generation.money.report_span import month_of, zone_of
from generation.routing import RouteAsk, plan_route
from providers import catalogue
from providers.market import market
from providers.models import Offer, PriceRow
from providers.types import GenerationMode, Tier

OCTOBER = date(2026, 10, 1)
# The month in Berlin, as UTC: summer time at its start, winter time at its end.
FROM, TO = "2026-09-30 22:00:00", "2026-10-31 23:00:00"
AFTERWARDS = datetime(2026, 11, 23, 12, tzinfo=UTC)


@contextmanager
def at_time(moment: datetime) -> Iterator[None]:
    """It is that moment, by the database's clock too, which our code otherwise goes by."""
    kept = (clock._offset, clock._measured_at)
    clock._offset, clock._measured_at = timedelta(), float("inf")
    try:
        with time_machine.travel(moment, tick=False):
            yield
    finally:
        clock._offset, clock._measured_at = kept


@dataclass
class Books:
    """The agency with its clients; `clip` makes one job that has ended."""

    access: Access
    clients: dict[str, CostCentre] = field(default_factory=dict)
    campaigns: dict[str, CostCentre] = field(default_factory=dict)
    jobs: dict[str, Job] = field(default_factory=dict)

    @property
    def october(self) -> Scope:
        zone = zone_of(self.access.workspace_id)
        return Scope(access=self.access, span=month_of(OCTOBER, zone=zone))

    def clip(
        self,
        name: str,
        at: str,
        centre: CostCentre,
        tier: str,
        provider: str,
        seconds: int = 5,
        *,
        job: str = "completed",
        attempt: str = "succeeded",
        cost: int | None = None,
        error: str = "",
        refused_by: str = "",
        key: int | None = None,
        mode: Mode = Mode.TEST,
    ) -> Job:
        """`cost` is micro-dollars; without it the list price, and 0 gives the hold back."""
        when = datetime.fromisoformat(at).replace(tzinfo=UTC)
        with at_time(when), transaction.atomic():
            row = self._job(centre, tier, seconds, key=key, when=when, mode=mode)
            if refused_by:
                self._attempt(row, refused_by, "rejected", seq=0, cost=0)
            self._attempt(row, provider, attempt, seq=1, cost=cost)
            row.refresh_from_db()
            row.state, row.error_class, row.ended_at = job, error, when + timedelta(minutes=2)
            row.save()
        self.jobs[name] = row
        return row

    def _job(self, centre, tier, seconds, *, key, when, mode) -> Job:
        return Job.objects.create(
            workspace_id=centre.workspace_id,
            mode=mode,
            cost_centre=centre,
            created_by_id=None if key else self.access.user_id,
            api_key_id=key,
            generation_mode=GenerationMode.TEXT_TO_VIDEO,
            prompt="A kite",
            seconds=seconds,
            tier=tier,
            ratio="16:9",
            estimated_micros=0,
            cap_micros=0,
        )

    def _attempt(self, job: Job, provider: str, state: str, *, seq: int, cost: int | None) -> None:
        leg = _leg(job, provider)
        attempt = attempts.draft(job, leg, seq=seq)
        attempt.state, attempt.submit_started_at = state, job.created_at
        attempt.save()
        ledger.hold(attempt, job)
        if cost == 0:
            ledger.release(attempt, job, reason="Nothing was made.")
            return
        ledger.settle(
            attempt,
            job,
            micros=leg["price_micros"] if cost is None else cost,
            task_id=f"task-{attempt.client_ref}",
        )


def _leg(job: Job, provider: str) -> dict:
    ask = RouteAsk(
        generation_mode=GenerationMode.TEXT_TO_VIDEO,
        tier=Tier(job.tier),
        seconds=job.seconds,
        ratio="16:9",
        mode=Mode.TEST,
        provider=provider,
    )
    return plan_route(ask, trade=market("test", now=job.created_at)).legs[0].as_json()


def golden_month(access: Access) -> Books:
    """Everything booked, both clients with their terms. Takes the catalogue for granted."""
    Workspace.objects.filter(pk=access.workspace_id).update(time_zone="Europe/Berlin")
    _dearer_kling()
    books = Books(access=access)
    _open(books)
    root = centres.root(access.workspace_id, mode=Mode.TEST)
    autumn, winter, launch = (books.campaigns[name] for name in ("Autumn", "Winter", "Launch"))
    batch = centres.add(autumn, kind=CentreKind.BATCH, name="Batch of 1")
    user = User.objects.get(pk=access.user_id)
    key = make_key(
        Workspace.objects.get(pk=access.workspace_id), mode=Mode.TEST, name="Robot", created_by=user
    )[0]
    books.clip("A1", "2026-09-30T22:30", autumn, "draft", "pika")
    books.clip("A2", "2026-10-10T09:00", batch, "standard", "runway", 10)
    books.clip("A3", "2026-10-16T09:00", autumn, "draft", "kling", refused_by="pika")
    books.clip(
        *("A4", "2026-10-20T09:00", autumn, "standard", "runway"),
        job="failed",
        attempt="failed",
        error="moderation",
    )
    books.clip("A5", "2026-10-12T09:00", winter, "high", "sora", 4)
    books.clip("A6", "2026-10-31T23:30", winter, "draft", "pika")
    books.clip("A7", "2026-10-18T09:00", books.clients["Acme"], "draft", "pika", 3, key=key.pk)
    books.clip("B1", "2026-10-05T09:00", launch, "master", "sora", 8)
    books.clip("B2", "2026-10-25T00:30", launch, "standard", "runway", 7)
    books.clip(
        *("B3", "2026-10-26T09:00", launch, "standard", "kling"),
        job="failed",
        attempt="lost_billed",
        error="unknown",
    )
    books.clip(
        *("W1", "2026-10-07T09:00", root, "draft", "pika"),
        job="cancelled",
        attempt="cancelled",
        cost=0,
    )
    _elsewhere(books)
    return books


def _dearer_kling() -> None:
    for offer in Offer.objects.filter(catalogue="2025-seed", provider="kling"):
        PriceRow.objects.create(
            offer=offer,
            micros_per_second=40_000,
            valid_from=date(2026, 10, 15),
            source="Kling's letter of 1 October",
            confidence="confirmed",
        )
    catalogue.forget()


def _open(books: Books) -> None:
    access = books.access
    for name in ("Acme", "Bolt"):
        books.clients[name] = centres.open_client(access, name=name)
    for name, client in (("Autumn", "Acme"), ("Winter", "Acme"), ("Launch", "Bolt")):
        books.campaigns[name] = centres.open_campaign(
            access, name=name, client=books.clients[client]
        )
    with at_time(datetime(2026, 10, 1, 6, tzinfo=UTC)):
        acme, bolt = books.clients["Acme"], books.clients["Bolt"]
        plus = CardTerms(kind=CardKind.COST_PLUS, valid_from=OCTOBER, markup_bp=1250)
        rate_cards.add(access, acme, plus)
        seconds = CardTerms(
            kind=CardKind.PER_SECOND, valid_from=date(2026, 10, 15), second_micros=400_000
        )
        rate_cards.add(access, acme, seconds)
        retainer = CardTerms(
            kind=CardKind.RETAINER,
            valid_from=OCTOBER,
            currency="EUR",
            micros_per_dollar=920_000,
            fee_micros=1_000_000_000,
            included_seconds=10,
            second_micros=1_250_000,
        )
        rate_cards.add(access, bolt, retainer)


def _elsewhere(books: Books) -> None:
    """Live mode and another agency, on the same days."""
    live = centres.root(books.access.workspace_id, mode=Mode.LIVE)
    books.clip("L", "2026-10-09T09:00", live, "draft", "pika", cost=9_990_000, mode=Mode.LIVE)
    other = centres.root(Workspace.objects.create(slug="other", name="Other").pk, mode=Mode.TEST)
    books.clip("X", "2026-10-09T09:00", other, "draft", "pika", cost=7_770_000)


def by_sql(sql: str, *values) -> list[tuple]:
    """Rows of a question that goes past our own code."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return [tuple(row) for row in cursor.fetchall()]
