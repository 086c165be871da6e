"""The bar of a budget: spent solid, held hatched, left faint, the limit a tick.

Over its limit the bar runs on past the tick, so the scale is the larger of limit and use.
"""

from dataclasses import dataclass

from providers.micros import dollars


@dataclass(frozen=True, kw_only=True)
class Meter:
    """Where things stand on the bar, as percentages of its length, ready for an SVG."""

    spent: str
    held_from: str
    held: str
    tick: str
    over: bool
    words: str


def meter(*, limit: int, held: int, spent: int) -> Meter:
    """The bar for amounts in micro-dollars. A refund below nothing is drawn as nothing."""
    solid = max(spent, 0)
    scale = max(limit, solid + held, 1)
    left = limit - held - spent
    rest = f"{dollars(left)} left" if left >= 0 else f"{dollars(-left)} over"
    return Meter(
        spent=_percent(solid, scale),
        held_from=_percent(solid, scale),
        held=_percent(held, scale),
        tick=_percent(limit, scale),
        over=left < 0,
        words=f"{dollars(spent)} spent, {dollars(held)} held, {rest} of {dollars(limit)}",
    )


def _percent(part: int, whole: int) -> str:
    return f"{part * 100 / whole:.2f}%"
