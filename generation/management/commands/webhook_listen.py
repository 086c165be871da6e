"""Print the messages that a webhook endpoint on this machine gets, once each is verified."""

from getpass import getpass
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from generation.notices.listening import HOST, server

PORT = 9000


class Command(BaseCommand):
    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--port", type=int, default=PORT, help=f"on {HOST}, {PORT} by default")
        parser.add_argument("--secret", default="", help="whsec_…; asked for if left out")
        parser.add_argument("--secret-file", type=Path, help="a file that holds it")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            listening = server(port=options["port"], secret=_secret(options), say=self._say)
        except (OSError, ValueError) as fault:
            raise CommandError(str(fault)) from None
        with listening:
            self._say(f"Listening on http://{HOST}:{listening.server_port}/. Stop with Ctrl-C.")
            try:
                listening.serve_forever(0.1)
            except KeyboardInterrupt:
                self._say("Stopped.")

    def _say(self, line: str) -> None:
        self.stdout.write(line)
        self.stdout.flush()


def _secret(options: dict[str, Any]) -> str:
    if options["secret_file"]:
        return Path(options["secret_file"]).read_text(encoding="utf-8").strip()
    return str(options["secret"] or getpass("Secret of the endpoint: ")).strip()
