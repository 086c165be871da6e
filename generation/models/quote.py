"""What a list of clips was said to cost, kept so that it can be held to."""

from django.db import models

from accounts.models import WorkspaceRow
from generation.identifiers import quote_uid


class QuoteKind(models.TextChoices):
    JOB = "job", "One clip"
    BATCH = "batch", "A batch"
    PLAN = "plan", "A plan"


class Quote(WorkspaceRow):
    """`routes` has each distinct way with its terms and priced legs, `lines` one entry a clip.

    A line is `{"label", "route"}` with the index of its way. Both are frozen: a job made on the
    quote plays these legs at these prices. `uses` counts the requests that came with the quote;
    changing it is what makes two of them take turns.
    """

    uid = models.CharField(max_length=32, unique=True, default=quote_uid)
    kind = models.CharField(max_length=5, choices=QuoteKind.choices)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    api_key = models.ForeignKey("accounts.ApiKey", models.SET_NULL, null=True, related_name="+")
    routes = models.JSONField()
    lines = models.JSONField()
    alternatives = models.JSONField()
    likely_micros = models.BigIntegerField()
    worst_micros = models.BigIntegerField()
    uses = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    valid_until = models.DateTimeField()

    class Meta:
        indexes = [
            # A workspace's quotes, newest first.
            models.Index(fields=["workspace", "mode", "-id"], name="quote_list"),
        ]

    def __str__(self) -> str:
        return self.uid
