"""Exact amounts to hundredths of a currency: one rounding, shared out, and written down."""

from collections.abc import Sequence
from fractions import Fraction
from math import floor

from providers.micros import CENT, per_second


def half_up(micros: Fraction) -> int:
    """Hundredths of the currency of an exact amount; the one rounding of a statement."""
    return floor(micros / CENT + Fraction(1, 2))


def shares(exact: Sequence[Fraction], *, total: int) -> list[int]:
    """Whole hundredths that are nearest below each amount and add up to `total`."""
    cents = [floor(amount / CENT) for amount in exact]
    rests = [amount / CENT - whole for amount, whole in zip(exact, cents, strict=True)]
    order = sorted(range(len(exact)), key=lambda index: (-rests[index], index))
    for index in order[: total - sum(cents)]:
        cents[index] += 1
    return cents


def money_in(currency: str, cents: int) -> str:
    """As people read it: "$1,204.50", "EUR 12.00", "-$0.05"."""
    sign = "-" if cents < 0 else ""
    return f"{sign}{_head(currency)}{abs(cents) // 100:,}.{abs(cents) % 100:02d}"


def price_of_second(currency: str, micros: int) -> str:
    """ "$0.40 per second", "EUR 0.375 per second"."""
    amount = per_second(micros).removeprefix("$").removesuffix("/second")
    return f"{_head(currency)}{amount} per second"


def _head(currency: str) -> str:
    return "$" if currency == "USD" else f"{currency}\u00a0"
