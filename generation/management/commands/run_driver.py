"""Drive all work without a broker: `manage.py run_driver`."""

import signal
from typing import Any

from django.core.management.base import BaseCommand

from aivideo_project import loading
from generation.driver import run_for_ever


class Command(BaseCommand):
    help = "Send, watch and fetch everything that is due, without any broker. Ctrl-C stops it."

    def handle(self, *args: Any, **options: Any) -> None:
        stopped: list[int] = []
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda which, frame: stopped.append(which))
        loading.end()
        self.stdout.write("Driving. Stop with Ctrl-C.")
        run_for_ever(stop=lambda: bool(stopped))
