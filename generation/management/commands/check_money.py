"""Check the books: `manage.py check_money`; silent when all is well."""

import sys
from typing import Any

from django.core.management.base import BaseCommand

from generation.money.invariants import breaches
from generation.money.long_looks import as_long_as_it_takes


class Command(BaseCommand):
    help = "Check that jobs, ledger and budgets agree: silent when they do, else exit 1."

    def handle(self, *args: Any, **options: Any) -> None:
        with as_long_as_it_takes():
            found = [str(breach) for breach in breaches()]
        for line in found:
            self.stderr.write(line)
        if found:
            sys.exit(1)
