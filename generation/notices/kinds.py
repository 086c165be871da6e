"""What news there is. A name once given stays: receivers branch on it."""

from generation.models.webhook_endpoint import ANY

KINDS: dict[str, str] = {
    "job.completed": "A clip is stored and checked",
    "job.failed": "A job has failed for good",
    "job.cancelled": "A job was cancelled",
    "job.attention": "Nobody knows whether a provider took a request",
    "batch.completed": "The last clip of a batch has ended",
    "budget.threshold": "A budget has come to a share of its limit",
    "month.closed": "A month was closed",
}
# Sent on request only, whatever an endpoint has chosen.
PING = "ping"

__all__ = ["ANY", "KINDS", "PING"]
