"""Bills that a server tells: the sandbox's invoice, and Runway's usage report."""

from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from django.conf import settings

from accounts.models import Mode
from generation.models import Grain, StatementSource
from generation.money.bills import BadBill, Bill, BillLine
from generation.money.reports_ledger import next_month
from providers.adapters.runway import Runway
from providers.base import run
from providers.clients import adapter_for
from providers.errors import ProviderError
from providers.http import Transport
from providers.transports import transport_for
from providers.types import Call

MOST_INVOICE_BYTES = 256 * 1024 * 1024


def from_sandbox(*, month: date, today: date) -> list[Bill]:
    """The sandbox's invoice of a month, one bill a provider that it bills. Raises BadBill."""
    until = min(next_month(month), today + timedelta(days=1))
    bills: dict[str, list[BillLine]] = {provider: [] for provider in settings.PROVIDER_KEYS}
    for line in _sandbox_lines():
        day = _day_of(line["at"])
        if month <= day < until and line["provider"] in bills:
            bills[line["provider"]].append(_sandbox_line(line, day))
    return [
        Bill(
            provider=provider,
            source=StatementSource.SANDBOX,
            grain=Grain.TASK,
            starts_on=month,
            ends_on=until,
            lines=tuple(lines),
        )
        for provider, lines in bills.items()
        if month < until
    ]


def from_runway(mode: Mode, *, month: date, today: date) -> Bill:
    """Runway's usage of a month's whole days; today is not over and does not count.

    Raises BadBill when there is no whole day yet, or when Runway does not answer.
    """
    until = min(next_month(month), today)
    if until <= month:
        raise BadBill(["No day of this month is over yet. Ask again tomorrow."])
    adapter = cast(Runway, adapter_for("runway", mode))
    try:
        days = run(adapter.usage(first=month, until=until), transport_for("runway", str(mode)).send)
    except ProviderError as fault:
        raise BadBill([f"Runway did not give its usage: {fault.reason}"]) from fault
    return Bill(
        provider="runway",
        source=StatementSource.RUNWAY,
        grain=Grain.DAY,
        starts_on=month,
        ends_on=until,
        lines=tuple(
            BillLine(
                key=f"usage:{one.day}:{one.model}",
                day=one.day,
                micros=one.micros,
                model=one.model,
                native_amount=one.native_amount,
                native_unit=one.native_unit,
            )
            for one in days
        ),
    )


def _sandbox_lines() -> list[dict[str, Any]]:
    transport = Transport(provider="sandbox", max_answer_bytes=MOST_INVOICE_BYTES)
    try:
        reply = transport.send(Call(method="GET", url=f"{settings.SANDBOX_URL}/_control/invoice"))
        lines: list[dict[str, Any]] = reply.json()["lines"]
    except (ProviderError, ValueError, KeyError, TypeError) as fault:
        raise BadBill(["The sandbox did not give its invoice. Is it running?"]) from fault
    finally:
        transport.close()
    return lines


def _sandbox_line(line: dict[str, Any], day: date) -> BillLine:
    return BillLine(
        key=f"sandbox:{line['task_id']}",
        day=day,
        micros=int(line["amount_micros"]),
        task_id=str(line["task_id"]),
        client_ref=str(line["client_ref"] or ""),
        model=str(line["model"]),
        seconds=int(line["seconds"]),
    )


def _day_of(moment: str) -> date:
    return datetime.fromisoformat(moment.replace("Z", "+00:00")).astimezone(UTC).date()
