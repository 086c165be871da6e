"""What can differ between a vendor's bill and our ledger, as one value each."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Finding(StrEnum):
    NOT_OURS = "not_ours"
    NOT_BILLED = "not_billed"
    WRONG_PRICE = "wrong_price"
    DOUBLE = "double"
    REFUND = "refund"
    DAY_DIFFERS = "day_differs"
    UNKNOWN_BILLED = "unknown_billed"
    UNKNOWN_NOT_BILLED = "unknown_not_billed"


WORDS = {
    Finding.NOT_OURS: "Billed, but not in our ledger",
    Finding.NOT_BILLED: "In our ledger, but not billed",
    Finding.WRONG_PRICE: "Billed at another price",
    Finding.DOUBLE: "Billed more than once",
    Finding.REFUND: "Refunded by the provider",
    Finding.DAY_DIFFERS: "The day's sum differs",
    Finding.UNKNOWN_BILLED: "Outcome unknown, and it was billed",
    Finding.UNKNOWN_NOT_BILLED: "Outcome unknown, and it was not billed",
}


@dataclass(frozen=True, kw_only=True)
class Difference:
    """One thing to decide. `subject` names it with its amounts; micros are micro-dollars.

    Accepting it books `billed` minus `booked`, or settles the attempt in doubt. `line_id` is
    the bill's line, None where the bill has none. `decided` is the reason of a dispute.
    """

    subject: str
    kind: Finding
    account_id: int
    provider: str
    day: date
    billed: int
    booked: int
    task_id: str = ""
    model: str = ""
    client_ref: str = ""
    line_id: int | None = None
    attempt_id: int | None = None
    job_uid: str = ""
    decided: str = ""

    @property
    def off(self) -> int:
        return self.billed - self.booked

    @property
    def words(self) -> str:
        return WORDS[self.kind]

    @property
    def in_doubt(self) -> bool:
        return self.kind in (Finding.UNKNOWN_BILLED, Finding.UNKNOWN_NOT_BILLED)


@dataclass(frozen=True, kw_only=True)
class AccountSide:
    """One provider's month: what was billed for it, what our ledger has for the same tasks.

    `awaited` are costs near the end of what the bill covers, expected on the next one.
    """

    account_id: int
    provider: str
    grain: str
    billed: int
    booked: int
    matched: int
    awaited: int
    uncovered: int
    covered_until: date | None

    @property
    def off(self) -> int:
        return self.billed - self.booked
