"""A client's costs as a few sentences to send: what was made, and one amount of money at most.

Who knows both what a client pays and what its footage has cost knows the margin. So a client
with a rate card is told what it owes and never a cost; one without is told the cost.
"""

from collections import defaultdict

from generation.models import RateCard
from generation.money.cents import money_in
from generation.money.client_costs import ClientCosts
from generation.money.report_span import Span, month_of, span_words
from providers.micros import dollars

LEFT = ("refused", "failed", "cancelled", "unknown", "open")
SAID = {
    "refused": "refused by the provider’s rules",
    "failed": "failed",
    "cancelled": "cancelled",
    "unknown": "with an unknown outcome",
    "open": "still being made",
}


def in_words(report: ClientCosts) -> str:
    """Plain text without a margin, ready for a letter."""
    days = report.scope.span
    sentences = [f"{report.client.name}, {span_words(days.first, days.last)}.", *_work(report)]
    return " ".join([*sentences, *_money(report)])


def _work(report: ClientCosts) -> list[str]:
    fates = {fate.name: fate.jobs or 0 for fate in report.passed.fates}
    asked = report.passed.steps[0].jobs or 0
    left = [f"{fates[name]} {SAID[name]}" for name in LEFT if fates[name]]
    total = report.total
    if not asked and not total.delivered_clips:
        return ["No clips were asked for and none delivered."]
    told = f"{_clips(total.delivered_clips)} delivered, {total.delivered_seconds} s of footage."
    rest = f" Of these, {', '.join(left)}." if left else ""
    return [told, f"{_clips(asked)} asked for.{rest}"]


def _money(report: ClientCosts) -> list[str]:
    if report.billed is None:
        return []
    if RateCard.objects.filter(client=report.client).exists():
        return _owed(report)
    told = [f"Spent on generation: {dollars(report.total.spent_micros)}."]
    if report.limit is not None:
        left, limit = report.limit.left_micros, dollars(report.limit.limit_micros)
        word = "left of" if left >= 0 else "over"
        told.append(f"{dollars(abs(left))} {word} the budget of {limit}.")
    return told


def _owed(report: ClientCosts) -> list[str]:
    """By whole months, as statements are."""
    days = report.scope.span
    if not report.billed or not _whole_months(days):
        return []
    if report.billed[-1].told.month.first != days.first:
        return []  # more months than the report tells of
    totals: defaultdict[str, int] = defaultdict(int)
    for month in report.billed:
        totals[month.told.currency] += month.told.total_cents
    owed = " and ".join(money_in(currency, cents) for currency, cents in totals.items())
    papers = [month.told.issued.number for month in report.billed if month.told.issued]
    draft = len(papers) < len(report.billed)
    ground = f" by {', '.join(sorted(papers))}" if papers else ""
    told = f"To be paid{ground}: {owed}."
    return [told, "This is a draft and can still change."] if draft else [told]


def _whole_months(days: Span) -> bool:
    return days.first.day == 1 and days.last == month_of(days.last, zone=days.zone).last


def _clips(count: int) -> str:
    return f"{count} clip" if count == 1 else f"{count} clips"
