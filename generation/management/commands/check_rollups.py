"""Compare the daily sums with the ledger: `manage.py check_rollups`; silent when they agree."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from generation.money import days_over, ledger_months, rollups
from generation.money.long_looks import as_long_as_it_takes


class Command(BaseCommand):
    help = "Compare the daily sums with the ledger's lines to the micro-dollar; exit 1 if off."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_long_as_it_takes():
            found = [str(difference) for difference in rollups.differences()]
            found += days_over.differences()
            found += ledger_months.differences()
        for line in found:
            self.stderr.write(line)
        if found:
            sys.exit(1)
