"""What /metrics says about the work: read from the database whenever somebody asks.

Every room that knows a figure has a function for it; here they are only gathered.
"""

import logging
from collections.abc import Callable, Iterator
from datetime import datetime

from django.db import DatabaseError
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from generation import clock
from generation.figures import attempts, books, jobs, waiting

log = logging.getLogger(__name__)

ROOMS: tuple[Callable[[datetime], Iterator[Metric]], ...] = (
    jobs.figures,
    attempts.figures,
    waiting.figures,
    books.figures,
)


class WorkFigures(Collector):
    """Eight statements a scrape. Without a database only the word that it is away: whoever
    watches must still learn the rest, and that."""

    def collect(self) -> Iterator[Metric]:
        found: list[Metric] = []
        try:
            moment = clock.now()
            for room in ROOMS:
                found += room(moment)
        except DatabaseError as fault:
            log.warning("figures_not_read reason=%s", type(fault).__name__)
            found = []
        up = GaugeMetricFamily(
            "aivideo_database_up", "Whether the database answered.", value=bool(found)
        )
        yield from (up, *found)
