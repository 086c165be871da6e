"""Amounts, days and numbers as people type them; what cannot be read names its field."""

from datetime import date
from decimal import Decimal, InvalidOperation

from generation.asks import Refused
from providers.micros import decimal_from_micros, micros_from_decimal

LARGEST = Decimal(10_000_000)


def decimal_typed(text: str, *, field: str, empty: Decimal = Decimal(0)) -> Decimal:
    """A number from nothing up, with at most six decimals. Raises Refused."""
    text = text.strip().removeprefix("$").replace(" ", "")
    if not text:
        return empty
    try:
        amount = Decimal(text)
    except InvalidOperation:
        raise Refused("Type a number such as 0.25.", field=field) from None
    if not amount.is_finite() or not 0 <= amount < LARGEST:
        raise Refused("Type a number from 0 up to ten million.", field=field)
    if decimal_from_micros(micros_from_decimal(amount)) != amount:
        raise Refused("Six decimals are the most.", field=field)
    return amount


def micros_typed(text: str, *, field: str) -> int:
    """Micro-units of an amount. Raises Refused."""
    return micros_from_decimal(decimal_typed(text, field=field))


def day_typed(text: str, *, field: str) -> date:
    """Raises Refused."""
    try:
        return date.fromisoformat(text.strip())
    except ValueError:
        raise Refused("Choose a day.", field=field) from None


def optional_day(text: str, *, field: str) -> date | None:
    """None where nothing is typed. Raises Refused."""
    return day_typed(text, field=field) if text.strip() else None


def whole_typed(text: str, *, field: str) -> int:
    """0 where nothing is typed. Raises Refused."""
    text = text.strip()
    if not text:
        return 0
    if not (text.isascii() and text.isdigit() and len(text) < 9):
        raise Refused("Type a whole number.", field=field)
    return int(text)
