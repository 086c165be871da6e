"""Take in a provider's bill: the sandbox's invoice, Runway's usage, or a CSV file."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import Access
from accounts.models import Mode, Role, Workspace
from generation import clock
from generation.models import StatementSource
from generation.money.bill_sources import BillAsk, import_bill
from generation.money.bills import BadBill
from providers.registry import ADAPTERS

SOURCES = {
    "sandbox": StatementSource.SANDBOX,
    "runway": StatementSource.RUNWAY,
    "csv": StatementSource.CSV,
}


class Command(BaseCommand):
    help = "Take in a provider's bill for a workspace and a month; each line once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=list(SOURCES))
        parser.add_argument("--workspace", required=True, help="the workspace's short name")
        parser.add_argument("--mode", choices=list(Mode.values), default=Mode.TEST)
        parser.add_argument("--month", help="as 2026-11; the running month without")
        parser.add_argument("--provider", choices=list(ADAPTERS), help="whose CSV it is")
        parser.add_argument("--file", type=Path, help="the CSV")

    def handle(self, *args: Any, **options: Any) -> None:
        workspace = Workspace.objects.filter(slug=options["workspace"]).first()
        if workspace is None:
            raise CommandError("There is no workspace of that short name.")
        access = Access(workspace_id=workspace.pk, mode=Mode(options["mode"]), role=Role.OWNER)
        ask = BillAsk(
            source=SOURCES[options["source"]],
            month=_month(options["month"]),
            provider=options["provider"] or "",
            content=options["file"].read_bytes() if options["file"] else b"",
            file_name=options["file"].name if options["file"] else "",
        )
        try:
            imported = import_bill(access, ask)
        except BadBill as fault:
            for said in fault.faults:
                self.stderr.write(said)
            sys.exit(1)
        for done in imported:
            self.stdout.write(
                f"{done.statement.account.provider}: {done.added} lines added, {done.known} known"
                f" before, {done.elsewhere} of other workspaces left out."
            )


def _month(text: str | None) -> date:
    if not text:
        return clock.now().date().replace(day=1)
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError("Write the month as 2026-11.") from None
