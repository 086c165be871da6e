"""Which days, month and tier orders a report is asked about, out of an address."""

from collections.abc import Mapping
from datetime import date, timedelta
from zoneinfo import ZoneInfo

from accounts.access import Access
from generation import clock
from generation.asks import Refused
from generation.money.report_span import Span, today_in, zone_of
from providers.types import Tier

LONGEST_SPAN = 400  # days
MOST_ENTRIES = 12


def month_from(access: Access, text: str) -> date:
    """The first of a month written as 2026-10; of this one where nothing is. Raises Refused."""
    if not text:
        return today_in(zone_of(access.workspace_id), now=clock.now()).replace(day=1)
    try:
        if len(text) != len("2026-10"):
            raise ValueError
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise Refused("Send a month such as 2026-10.", field="month") from None


def span_from(
    access: Access, *, first: date | None, last: date | None, zone: ZoneInfo | None = None
) -> Span:
    """The days asked about, in the workspace's zone, which is read unless given. Raises Refused."""
    zone = zone or zone_of(access.workspace_id)
    last = last or today_in(zone, now=clock.now())
    first = first or last.replace(day=1)
    if first > last:
        raise Refused("The first day comes after the last one.", field="first")
    if last - first >= timedelta(days=LONGEST_SPAN):
        raise Refused(f"Ask for up to {LONGEST_SPAN} days.", field="first")
    if last.year > 9000 or first.year < 1970:
        raise Refused("Choose days of our time.", field="first")
    return Span(first=first, last=last, zone=zone)


def orders_from(given: Mapping[str, str]) -> dict[Tier, tuple[str, ...]]:
    """The tiers for which an order is written, entry by entry. Raises Refused."""
    orders = {}
    for tier in Tier:
        text = given.get(tier.value, "")
        entries = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        if len(entries) > MOST_ENTRIES:
            raise Refused(f"Name up to {MOST_ENTRIES} entries.", field=tier)
        if entries:
            orders[tier] = entries
    return orders
