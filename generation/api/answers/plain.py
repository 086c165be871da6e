"""Times and money as JSON has them."""

from datetime import datetime
from typing import Any

from generation.money.pricing import as_json_number


def moment(at: datetime | None) -> str | None:
    """UTC to the millisecond: 2026-11-22T09:30:00.000Z."""
    return at.isoformat(timespec="milliseconds").replace("+00:00", "Z") if at else None


def money(micros: int | None) -> float | None:
    return None if micros is None else as_json_number(micros)


def in_dollars(data: Any) -> Any:
    """The same data with every `…_micros` told in dollars, without the suffix."""
    if isinstance(data, list):
        return [in_dollars(value) for value in data]
    if not isinstance(data, dict):
        return data
    told = {}
    for name, value in data.items():
        if name.endswith("_micros") and isinstance(value, int):
            told[name.removesuffix("_micros")] = as_json_number(value)
        else:
            told[name] = in_dollars(value)
    return told
