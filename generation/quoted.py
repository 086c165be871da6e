"""Making clips on a kept quote: at its prices, once for each line, and never beyond its worst."""

from collections.abc import Sequence
from dataclasses import fields
from typing import Any

from django.db.models import F, Sum

from accounts.access import Access
from generation import clock
from generation.asks import JobAsk, QuotedLine, Refused
from generation.choices import ATTEMPT_LIVE
from generation.models import Attempt, Job, Quote
from generation.quotes import terms_of, worst_of
from generation.routing import LeftOut, Leg, Route
from providers.micros import dollars

FIELD = "quote_id"


def take(access: Access, uid: str, asks: Sequence[JobAsk]) -> list[QuotedLine]:
    """The quoted line of each ask; inside the transaction that makes the jobs.

    One ask takes the first free line that is priced on its terms; several take all lines, in
    order. Requests on one quote take turns here. Raises Refused, and then nothing is taken.
    """
    kept = Quote.objects.within(access).filter(uid=uid).first()
    if kept is None:
        raise Refused(
            "There is no such quote in this workspace. Ask for one (POST /api/ai-video/quote).",
            field=FIELD,
            code="not_found",
        )
    if not Quote.objects.filter(pk=kept.pk, valid_until__gt=clock.now()).update(uses=F("uses") + 1):
        raise Refused(
            f"This quote was valid until {kept.valid_until:%H:%M} UTC. Ask for a new one.",
            field=FIELD,
            code="quote_expired",
        )
    taken = set(Job.objects.filter(quote=kept).values_list("quote_line", flat=True))
    free = [line for line in range(len(kept.lines)) if line not in taken]
    if len(asks) == 1:
        return [_taken(kept, _fitting(kept, free, asks[0]))]
    if len(asks) != len(kept.lines):
        raise _changed(f"{len(asks)} clips, quoted {len(kept.lines)}")
    if taken:
        raise _used()
    for line, ask in enumerate(asks):
        if difference := _difference(kept, line, ask):
            raise _changed(f"clip {line + 1}: {difference}")
    return [_taken(kept, line) for line in free]


def route_of(line: QuotedLine) -> Route:
    """The quoted legs as a route, capped at the dearest of them."""
    names = {one.name for one in fields(Leg)}
    legs = tuple(
        Leg.from_json({name: value for name, value in leg.items() if name in names})
        for leg in line.legs
    )
    return Route(
        legs=legs,
        left_out=tuple(LeftOut(**miss) for miss in line.left_out),
        likely_micros=legs[0].price_micros,
        cap_micros=line.worst_micros,
    )


def has_room(job: Job, leg: dict[str, Any]) -> bool:
    """Whether another leg keeps a quoted job within its worst, all that it has cost included."""
    if job.quote_id is None:
        return True
    spent = Job.objects.values_list("cost_micros", flat=True).get(pk=job.pk)
    live = Attempt.objects.filter(job=job, state__in=ATTEMPT_LIVE)
    held = live.aggregate(held=Sum("max_micros"))["held"] or 0
    return bool(spent + held + leg["price_micros"] <= job.cap_micros)


def _taken(kept: Quote, line: int) -> QuotedLine:
    way = _way(kept, line)
    return QuotedLine(
        quote_id=kept.pk,
        line=line,
        legs=way["legs"],
        left_out=way["left_out"],
        worst_micros=worst_of(way["legs"]),
    )


def _way(kept: Quote, line: int) -> dict[str, Any]:
    way: dict[str, Any] = kept.routes[kept.lines[line]["route"]]
    return way


def _fitting(kept: Quote, free: Sequence[int], ask: JobAsk) -> int:
    fitting = [line for line in free if not _difference(kept, line, ask)]
    if fitting:
        return fitting[0]
    lines = range(len(kept.lines))
    if any(not _difference(kept, line, ask) for line in lines):
        raise _used()
    raise _changed(_difference(kept, 0, ask) if len(lines) == 1 else "no line has these terms")


def _difference(kept: Quote, line: int, ask: JobAsk) -> str:
    """The first thing in which the request differs from the quoted line, in words."""
    quoted, asked = _way(kept, line)["terms"], terms_of(ask)
    for name in {**quoted, **asked}:
        then, now = quoted.get(name), asked.get(name)
        if then != now:
            shown = name.removesuffix("_micros")
            return f"{shown} is {_said(name, now)}, quoted {_said(name, then)}"
    return ""


def _said(name: str, value: Any) -> str:
    if value in ("", None):
        return "not set"
    return dollars(value) if name.endswith("_micros") else str(value)


def _used() -> Refused:
    return Refused(
        "What this quote covers has been made already. Ask for a new one.",
        field=FIELD,
        code="quote_used",
    )


def _changed(difference: str) -> Refused:
    return Refused(
        f"The request is not the quoted one ({difference}). Ask for a new quote, or send the"
        " request as it was quoted.",
        field=FIELD,
        code="quote_changed",
    )
