"""What processes count as it happens; /metrics adds it up over all of them."""

from prometheus_client import Counter, Histogram

JOBS_ENDED = Counter(
    "aivideo_jobs_ended", "Jobs that have ended, since the counting began.", ["mode", "state"]
)
LOOK_LATE = Histogram(
    "aivideo_look_late_seconds",
    "Seconds from when a task was to be looked at until it was.",
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300),
)
