"""The prompt library: templates, their frozen versions, and which job used which."""

from django.db import models

from accounts.models import WorkspaceRow
from generation.identifiers import new_uid


def template_uid() -> str:
    return new_uid("tpl")


class PromptTemplate(WorkspaceRow):
    """A prompt with gaps. What it says is in its versions; the newest published one is used.

    `starter` is the key of the one that came with the product, empty for one's own;
    `starter_digest` tells what that one said when it was last brought in.
    """

    uid = models.CharField(max_length=32, unique=True, default=template_uid)
    name = models.CharField(max_length=120)
    kind = models.CharField(max_length=20)
    description = models.TextField(blank=True)
    starter = models.CharField(max_length=60, blank=True)
    starter_digest = models.CharField(max_length=64, blank=True)
    forked_from = models.ForeignKey(
        "campaigns.TemplateVersion", models.PROTECT, null=True, related_name="forks"
    )
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "mode", "starter"],
                condition=~models.Q(starter=""),
                name="starter_once",
            ),
            models.UniqueConstraint(fields=["workspace", "mode", "name"], name="template_name"),
        ]
        indexes = [
            # A workspace's library, newest first.
            models.Index(fields=["workspace", "mode", "-id"], name="template_list"),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(WorkspaceRow):
    """What a template said from some day on; never changed once it is published.

    A trigger of the database holds that too. `from_starter` came with the product.
    `variables` is a list of `{"name", "type", "label", "default", "choices", "required"}`;
    `renderings` maps a provider to a body of its own; `settings` are seconds, tier, ratio,
    style and negative prompt that go with it.
    """

    template = models.ForeignKey(PromptTemplate, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    body = models.TextField()
    variables = models.JSONField(default=list)
    renderings = models.JSONField(default=dict)
    settings = models.JSONField(default=dict)
    change_note = models.CharField(max_length=200, blank=True)
    from_starter = models.BooleanField(default=False)
    published_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey("accounts.User", models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["template", "number"], name="version_number_once"),
        ]


class TemplateUse(WorkspaceRow):
    """The version that a job's prompt was written with, and with which values."""

    job = models.OneToOneField("generation.Job", models.PROTECT, related_name="template_use")
    version = models.ForeignKey(TemplateVersion, models.PROTECT, related_name="uses")
    values = models.JSONField(default=dict)
