"""Take in a provider's bill: the sandbox's invoice, Runway's usage, or a CSV file."""

import sys
from datetime import date
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from accounts.access import Access
from accounts.models import Mode, Role, Workspace
from generation import clock
from generation.money import bill_fetching
from generation.money.bill_csv import read_csv
from generation.money.bills import BadBill, Bill
from generation.money.statements_in import take_in
from providers.registry import ADAPTERS


class Command(BaseCommand):
    help = "Take in a provider's bill for a workspace and a month; each line once."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("source", choices=["sandbox", "runway", "csv"])
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
        try:
            for bill in _bills(access, options):
                done = take_in(access, bill)
                self.stdout.write(
                    f"{bill.provider}: {done.added} lines added, {done.known} known before,"
                    f" {done.elsewhere} of other workspaces left out."
                )
        except BadBill as fault:
            for said in fault.faults:
                self.stderr.write(said)
            sys.exit(1)


def _bills(access: Access, options: dict[str, Any]) -> list[Bill]:
    today = clock.now().date()
    month = _month(options["month"]) if options["month"] else today.replace(day=1)
    match options["source"]:
        case "sandbox":
            if access.mode != Mode.TEST:
                raise CommandError("The sandbox bills test mode alone.")
            return bill_fetching.from_sandbox(month=month, today=today)
        case "runway":
            return [bill_fetching.from_runway(access.mode, month=month, today=today)]
    if not options["provider"] or not options["file"]:
        raise CommandError("A CSV needs --provider and --file.")
    content = options["file"].read_bytes()
    name = options["file"].name
    return [
        read_csv(content, provider=options["provider"], month=month, today=today, file_name=name)
    ]


def _month(text: str) -> date:
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        raise CommandError("Write the month as 2026-11.") from None
