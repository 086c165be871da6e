"""Files to be fetched, and people and systems to be told."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count, Min
from prometheus_client.core import GaugeMetricFamily, Metric

from generation.choices import AssetState
from generation.figures.since import seconds_since
from generation.models import Asset, Notice


def figures(moment: datetime) -> Iterator[Metric]:
    """Two statements, each over the index of what is due."""
    assets = Asset.objects.filter(state=AssetState.PENDING).aggregate(
        count=Count("pk"), due=Min("next_check_at")
    )
    notices = Notice.objects.filter(next_try_at__isnull=False).aggregate(
        count=Count("pk"), due=Min("next_try_at"), oldest=Min("created_at")
    )
    yield GaugeMetricFamily(
        "aivideo_assets_pending", "Files not fetched yet.", value=assets["count"]
    )
    yield GaugeMetricFamily(
        "aivideo_assets_overdue_seconds",
        "How long the oldest file has been due to be fetched; 0 where none is.",
        value=seconds_since(assets["due"], moment),
    )
    yield GaugeMetricFamily(
        "aivideo_notices_waiting", "Webhook messages not taken yet.", value=notices["count"]
    )
    yield GaugeMetricFamily(
        "aivideo_notices_oldest_age_seconds",
        "Since the oldest webhook message not taken yet was written; 0 without one.",
        value=seconds_since(notices["oldest"], moment),
    )
    yield GaugeMetricFamily(
        "aivideo_notices_overdue_seconds",
        "How long the oldest webhook message has been due; 0 where none is.",
        value=seconds_since(notices["due"], moment),
    )
