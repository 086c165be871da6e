"""Jobs that have not ended, by state. Those that have are counted as they end."""

from collections.abc import Iterator
from datetime import datetime

from django.db.models import Count
from prometheus_client.core import GaugeMetricFamily, Metric

from accounts.models import Mode
from generation.choices import JOB_OPEN
from generation.models import Job


def figures(moment: datetime) -> Iterator[Metric]:
    """One statement over the index of open jobs."""
    rows = Job.objects.filter(ended_at__isnull=True).values_list("mode", "state").order_by()
    counts = {(mode, state): count for mode, state, count in rows.annotate(count=Count("pk"))}
    told = GaugeMetricFamily("aivideo_jobs_open", "Jobs not ended.", labels=["mode", "state"])
    for mode in Mode.values:
        for state in JOB_OPEN:
            told.add_metric([mode, state], counts.get((mode, state), 0))
    yield told
