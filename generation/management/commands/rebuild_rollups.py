"""Make the daily sums anew: `manage.py rebuild_rollups [--first 2026-11-01] [--last …]`."""

from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from generation.money import days_over, ledger_months, rollups


class Command(BaseCommand):
    help = "Make the daily sums anew from the ledger's lines."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--first", type=date.fromisoformat, help="the first day, as 2026-11-01")
        parser.add_argument("--last", type=date.fromisoformat, help="the last day, included")

    def handle(self, *args: Any, **options: Any) -> None:
        rows = rollups.rebuild(first=options["first"], last=options["last"])
        # Those of days that are over hang together by their jobs, so all are made anew.
        over = days_over.sum_anew()
        ledger_months.sum_anew()
        self.stdout.write(f"{rows} sums made, and {over} of days that are over.")
