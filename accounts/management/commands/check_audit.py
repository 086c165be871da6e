"""Check the audit trail: `manage.py check_audit`; silent when nobody has touched it."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.audit_chain import seal_settled
from accounts.audit_check import Head, faults, head


class Command(BaseCommand):
    help = "Say which entry of the audit trail was altered, removed or put in; exit 1 if any."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--head", action="store_true", help="print the newest seal, to be kept")
        parser.add_argument("--kept", default="", help="a head that was kept, to be found again")

    def handle(self, *args: Any, head: bool, kept: str, **options: Any) -> None:
        while seal_settled():
            pass
        found = 0
        for fault in faults(kept=_kept(kept) if kept else None):
            self.stderr.write(fault)
            found += 1
        if head:
            self._tell()
        if found:
            sys.exit(1)

    def _tell(self) -> None:
        newest = head()
        self.stdout.write(str(newest) if newest else "Nothing is sealed yet.")


def _kept(text: str) -> Head:
    number, _, chain = text.strip().partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 18 and len(chain) == 64):
        raise CommandError("Give what --head has printed: a number, a colon and 64 characters.")
    return Head(number=int(number), chain=chain)
