"""manage.py load_catalogue: bring providers/catalog/*.toml into the database."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from providers.catalogue_loading import load_folder
from providers.catalogue_row import CatalogueError


class Command(BaseCommand):
    help = "Loads the offers and prices of providers/catalog. Run again at will."

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            report = load_folder()
        except CatalogueError as error:
            raise CommandError(str(error)) from error
        for sentence in report.kept:
            self.stderr.write(self.style.WARNING(sentence))
        self.stdout.write(
            f"Catalogue loaded: {report.offers_added} offers and"
            f" {report.prices_added} prices added, {report.retired} offers retired."
        )
