"""A vendor's bill as one value, wherever it was read from."""

from dataclasses import dataclass
from datetime import date

from generation.models import Grain, StatementSource


@dataclass(frozen=True, kw_only=True)
class BillLine:
    """One line; `key` is its own name at the vendor or made from its content, and the same
    line always has the same. A refund is negative."""

    key: str
    day: date
    micros: int
    task_id: str = ""
    client_ref: str = ""
    model: str = ""
    seconds: int | None = None
    native_amount: str = ""
    native_unit: str = ""


@dataclass(frozen=True, kw_only=True)
class Bill:
    """All that one provider charged from `starts_on` up to, not including, `ends_on` (UTC)."""

    provider: str
    source: StatementSource
    grain: Grain
    starts_on: date
    ends_on: date
    lines: tuple[BillLine, ...]
    file_name: str = ""


class BadBill(Exception):
    """The bill cannot be taken in; nothing of it was. Each fault says where and what to do."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(" ".join(faults))
        self.faults = faults
