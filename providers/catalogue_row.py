"""One table of a catalogue file, read key by key, with errors that say where."""

import re
from collections.abc import Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from providers.micros import decimal_from_micros, micros_from_decimal

RATIO = re.compile(r"[1-9]\d{0,2}:[1-9]\d{0,2}")
SIZE = re.compile(r"[1-9]\d{1,3}x[1-9]\d{1,3}")


class CatalogueError(ValueError):
    """A catalogue file that cannot be used; the message names file, row and field."""


class Row:
    """A TOML table whose keys are taken one after the other; `done` refuses what is left."""

    def __init__(self, table: Mapping[str, Any], *, where: str) -> None:
        self._left = dict(table)
        self._where = where

    def wrong(self, field: str, problem: str) -> CatalogueError:
        return CatalogueError(f"{self._where}, field {field}: {problem}")

    def has(self, field: str) -> bool:
        return field in self._left

    def _take(self, field: str, kind: type, *, default: Any) -> Any:
        if field not in self._left and default is not None:
            return default
        value = self._left.pop(field, None)
        # A TOML true is a Python int too, which a length or a limit must never be.
        if not isinstance(value, kind) or (kind is int and isinstance(value, bool)):
            raise self.wrong(field, f"must be {kind.__name__}, not {value!r}.")
        return value

    def text(self, field: str, *, longest: int, default: str | None = None) -> str:
        value: str = self._take(field, str, default=default)
        if len(value) > longest or (not value and default is None):
            raise self.wrong(field, f"must have 1 to {longest} characters.")
        return value

    def choice(self, field: str, allowed: tuple[str, ...]) -> str:
        value: str = self._take(field, str, default=None)
        if value not in allowed:
            raise self.wrong(field, f"must be one of {', '.join(allowed)}, not {value!r}.")
        return value

    def whole(self, field: str, *, least: int = 1, most: int = 86_400) -> int:
        value: int = self._take(field, int, default=None)
        if not least <= value <= most:
            raise self.wrong(field, f"must be between {least} and {most}, not {value}.")
        return value

    def flag(self, field: str, *, default: bool | None = None) -> bool:
        value: bool = self._take(field, bool, default=default)
        return value

    def day(self, field: str) -> date:
        value: date = self._take(field, date, default=None)
        return value

    def table(self, field: str, *, default: dict[str, Any] | None = None) -> dict[str, Any]:
        value: dict[str, Any] = self._take(field, dict, default=default)
        return value

    def within(self, field: str) -> "Row":
        """The table under `field`, to be read the same way."""
        return Row(self.table(field), where=f"{self._where}, table {field}")

    def words(self, field: str, *, allowed: tuple[str, ...] = ()) -> list[str]:
        value: list[Any] = self._take(field, list, default=None)
        for word in value:
            if not isinstance(word, str) or (allowed and word not in allowed):
                raise self.wrong(field, f"{word!r} is not one of {', '.join(allowed) or 'words'}.")
        return value

    def price(self, field: str) -> int:
        """Micro-dollars of a price written as text, which must be exact to the micro-dollar."""
        raw: str = self._take(field, str, default=None)
        try:
            amount = Decimal(raw)
        except InvalidOperation:
            raise self.wrong(field, f'must be a decimal such as "0.05", not {raw!r}.') from None
        if not (amount.is_finite() and amount >= 0):
            raise self.wrong(field, f"must not be negative, not {raw!r}.")
        micros = micros_from_decimal(amount)
        if decimal_from_micros(micros) != amount:
            raise self.wrong(field, f"has more than six decimals: {raw!r}.")
        return micros

    def lengths(self) -> list[int]:
        """All whole lengths on offer, rising, from `seconds` or `seconds_allowed`."""
        if self.has("seconds") == self.has("seconds_allowed"):
            raise self.wrong("seconds", "give either seconds or seconds_allowed.")
        if self.has("seconds"):
            span = self.within("seconds")
            least = span.whole("min", most=60)
            most = span.whole("max", least=least, most=60)
            span.done()
            return list(range(least, most + 1))
        listed: list[Any] = self._take("seconds_allowed", list, default=None)
        if not listed or not all(type(item) is int and item > 0 for item in listed):
            raise self.wrong("seconds_allowed", "must be whole numbers above 0.")
        if listed != sorted(set(listed)):
            raise self.wrong("seconds_allowed", "must rise without repeats.")
        return listed

    def ratios(self, field: str, *, value: re.Pattern[str] | None = None) -> dict[str, str]:
        """A table from our ratio to the vendor's word, or to pixels when `value` says so."""
        table = self.table(field)
        for ratio, word in table.items():
            if not RATIO.fullmatch(ratio):
                raise self.wrong(field, f"{ratio!r} is not a ratio.")
            if not isinstance(word, str) or (value and not value.fullmatch(word)):
                raise self.wrong(field, f"{word!r} will not do for {ratio}.")
        if not table:
            raise self.wrong(field, "must not be empty.")
        return table

    def done(self) -> None:
        for field in self._left:
            raise self.wrong(field, "is not known.")
