"""What the scheduler last found about the books, and whether it lives."""

from collections.abc import Iterator
from datetime import datetime

from prometheus_client.core import GaugeMetricFamily, Metric

from generation.figures.since import seconds_since
from generation.heartbeat import last_beats
from generation.models import MoneyCheck

BEATS = ("worker", "scheduler")


def figures(moment: datetime) -> Iterator[Metric]:
    """Two statements. Before the first check, and before the first sign of life, nothing is said
    of them: an alarm on their absence tells that."""
    check = MoneyCheck.objects.order_by("-at").first()
    if check is not None:
        breaches = GaugeMetricFamily(
            "aivideo_books_breaches",
            "Breaches of each invariant that the last check of the books has found.",
            labels=["invariant"],
        )
        for name, count in sorted(check.found.items()):
            breaches.add_metric([name], count)
        yield breaches
        yield GaugeMetricFamily(
            "aivideo_books_checked_age_seconds",
            "Since the books were last checked.",
            value=seconds_since(check.at, moment),
        )
    beats = last_beats()
    ages = GaugeMetricFamily(
        "aivideo_beat_age_seconds", "Since the last sign of life.", labels=["name"]
    )
    for name in BEATS:
        if name in beats:
            ages.add_metric([name], seconds_since(beats[name], moment))
    yield ages
