"""One way to ask for a bill, whichever source it comes from."""

from dataclasses import dataclass
from datetime import date

from accounts.access import Access
from accounts.models import Mode
from generation import clock
from generation.models import StatementSource
from generation.money import bill_fetching
from generation.money.bill_csv import read_csv
from generation.money.bills import BadBill, Bill
from generation.money.statements_in import Imported, take_in


@dataclass(frozen=True, kw_only=True)
class BillAsk:
    """`provider` and `content` matter for a CSV alone."""

    source: StatementSource
    month: date
    provider: str = ""
    content: bytes = b""
    file_name: str = ""


def import_bill(access: Access, ask: BillAsk) -> list[Imported]:
    """Fetch or read a bill and take it in. Raises BadBill."""
    return [take_in(access, bill) for bill in _bills(access, ask)]


def _bills(access: Access, ask: BillAsk) -> list[Bill]:
    today = clock.now().date()
    if ask.source == StatementSource.SANDBOX:
        if access.mode != Mode.TEST:
            raise BadBill(["The sandbox bills test mode alone."])
        return bill_fetching.from_sandbox(month=ask.month, today=today)
    if ask.source == StatementSource.RUNWAY:
        return [bill_fetching.from_runway(access.mode, month=ask.month, today=today)]
    if not ask.provider:
        raise BadBill(["Say which provider's bill this is."])
    return [
        read_csv(
            ask.content,
            provider=ask.provider,
            month=ask.month,
            today=today,
            file_name=ask.file_name,
        )
    ]
