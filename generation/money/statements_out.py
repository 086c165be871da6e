"""What a client owes for a month: the ledger and the delivered clips times the rate cards.

Amounts are exact fractions until the end. The total is rounded once, half up, to the hundredth of
the currency; the lines share its hundredths by largest remainder, so that they add up to it.
Costs belong to the day of their ledger line, clips to the day on which they were delivered, both
in the workspace's time zone.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from generation import clock
from generation.models import CardKind, RateCard
from generation.money.cents import half_up, price_of_second, shares
from generation.money.report_span import Span
from generation.money.statement_work import ClientWork, Part, Work
from providers.micros import MICROS


@dataclass(frozen=True, kw_only=True)
class StatementLine:
    """`cents` are hundredths of the currency; `rate` is empty where the client is shown none.

    `corrects` is the number of the issued statement that a correction is about, and `of` that
    one's month."""

    campaign_id: str
    what: str
    clips: int
    seconds: int
    rate: str
    exact: Fraction  # micro-units of the currency
    cents: int
    corrects: str = ""
    of: date | None = None


@dataclass(frozen=True, kw_only=True)
class Issued:
    """That a statement was given to the client, on a day of the workspace's time zone."""

    number: str
    kind: str
    corrects: str
    on: date
    by: str


@dataclass(frozen=True, kw_only=True)
class ClientStatement:
    """What the client may see: no cost, no percentage, no margin.

    `preliminary` says why the figures can still change, and is empty when they cannot.
    `unpriced_clips` were delivered before the client's first rate card and are on no line.
    """

    client_id: str
    client: str
    month: Span
    currency: str
    lines: tuple[StatementLine, ...]
    total_cents: int
    clips: int
    seconds: int
    unpriced_clips: int
    preliminary: tuple[str, ...]
    rate_cards: tuple[str, ...] = ()
    issued: Issued | None = None


@dataclass(frozen=True, kw_only=True)
class Margin:
    """For staff alone. `cost_micros` is the ledger's sum in dollars; cents are hundredths of the
    statement's currency. `share_bp` is of what is billed, None where nothing is."""

    cost_micros: int
    cost_cents: int
    billed_cents: int
    margin_cents: int
    share_bp: int | None


def statement(work: ClientWork, *, month: date) -> ClientStatement:
    """The statement of the month in which the day `month` lies."""
    days, parts = work.month(month), work.parts(month)
    drafts = [line for part in parts for line in _lines(part, whole=len(parts) == 1)]
    total = half_up(sum((line.exact for line in drafts), Fraction(0)))
    cents = shares([line.exact for line in drafts], total=total)
    card = next((part.card for part in reversed(parts) if part.card), None)
    works = [one for part in parts if part.card for one in part.works]
    return ClientStatement(
        client_id=work.client.uid,
        client=work.client.name,
        month=days,
        currency=card.currency if card else "USD",
        lines=tuple(replace(line, cents=share) for line, share in zip(drafts, cents, strict=True)),
        total_cents=total,
        clips=sum(one.clips for one in works),
        seconds=sum(one.seconds for one in works),
        unpriced_clips=sum(w.clips for part in parts if not part.card for w in part.works),
        preliminary=_preliminary(work, days),
        rate_cards=tuple(dict.fromkeys(part.card.uid for part in parts if part.card)),
    )


def margin_of(work: ClientWork, *, month: date, billed_cents: int) -> Margin:
    """What is left of a month for which the client is told `billed_cents`. Not for its eyes."""
    parts = work.parts(month)
    cost = sum(part.cost_micros for part in parts)
    rate = next((part.card.micros_per_dollar for part in parts if part.card), MICROS)
    cost_cents = half_up(Fraction(cost * rate, MICROS))
    left = billed_cents - cost_cents
    share = round(Fraction(left * 10_000, billed_cents)) if billed_cents else None
    return Margin(
        cost_micros=cost,
        cost_cents=cost_cents,
        billed_cents=billed_cents,
        margin_cents=left,
        share_bp=share,
    )


def _lines(part: Part, *, whole: bool) -> Iterator[StatementLine]:
    """The lines of one card's days, without their share of the rounding yet."""
    card = part.card
    if card is None:
        return
    days = "" if whole else f" ({part.days.first:%d %b} to {part.days.last:%d %b})"
    if card.kind == CardKind.RETAINER:
        yield _line(f"Retainer for {part.days.first:%B %Y}", exact=Fraction(card.fee_micros))
    for work in part.works:
        yield _line(
            f"{work.name}{days}",
            work=work,
            rate=_rate(card),
            exact=_amount(card, work),
        )
    if card.kind == CardKind.RETAINER:
        yield from _overage(card, seconds=sum(work.seconds for work in part.works))


def _amount(card: RateCard, work: Work) -> Fraction:
    """Micro-units of the card's currency for one campaign's work, exactly."""
    if card.kind == CardKind.COST_PLUS:
        in_currency = Fraction(work.cost_micros * card.micros_per_dollar, MICROS)
        return in_currency * (10_000 + card.markup_bp) / 10_000
    if card.kind == CardKind.PER_SECOND:
        return Fraction(work.seconds * card.second_micros)
    return Fraction(0)


def _overage(card: RateCard, *, seconds: int) -> Iterator[StatementLine]:
    over = seconds - card.included_seconds
    if over > 0 and card.second_micros:
        yield _line(
            f"{over} s over the {card.included_seconds} s included",
            rate=price_of_second(card.currency, card.second_micros),
            exact=Fraction(over * card.second_micros),
        )


def _rate(card: RateCard) -> str:
    if card.kind == CardKind.PER_SECOND:
        return price_of_second(card.currency, card.second_micros)
    return "included" if card.kind == CardKind.RETAINER else ""


def _line(what: str, *, exact: Fraction, work: Work | None = None, rate: str = "") -> StatementLine:
    return StatementLine(
        campaign_id=work.campaign_id if work else "",
        what=what,
        clips=work.clips if work else 0,
        seconds=work.seconds if work else 0,
        rate=rate,
        exact=exact,
        cents=0,
    )


def _preliminary(work: ClientWork, days: Span) -> tuple[str, ...]:
    """Why the month can still change."""
    reasons = []
    if clock.now() < days.ends:
        reasons.append("The month is not over.")
    if running := work.running(before=days.ends):
        reasons.append(f"{running} clip{'s are' if running > 1 else ' is'} still being made.")
    return tuple(reasons)
