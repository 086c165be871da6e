"""`manage.py make_demo`: the demo workspace, its owner and key, and the file that names them."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser

from accounts.demo import ensure_demo


class Command(BaseCommand):
    help = "Make the demo workspace, or what is missing of it, and write DATA_DIR/demo.env."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--base-url", default=settings.PUBLIC_BASE_URL)
        parser.add_argument("--sandbox-url", default=settings.SANDBOX_URL)

    def handle(self, *args: Any, **options: Any) -> None:
        path = ensure_demo(
            data_dir=settings.DATA_DIR,
            base_url=options["base_url"],
            sandbox_url=options["sandbox_url"],
        )
        self.stdout.write(f"Demo workspace ready: {path}")
