"""The versions of a template: one draft at most, and behind it what was published for good."""

from django.db import transaction
from django.db.models import Max

from accounts.access import Access
from accounts.audit import record
from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.prompts.library.content import Content, Terms
from campaigns.prompts.library.variables import variable_from
from generation import clock
from generation.asks import Refused


def content_of(version: TemplateVersion) -> Content:
    """What a version says, as it was checked when it was written."""
    return Content(
        body=version.body,
        variables=tuple(map(variable_from, version.variables)),
        renderings=version.renderings,
        terms=Terms(**version.settings),
        change_note=version.change_note,
    )


def published_of(template: PromptTemplate) -> TemplateVersion | None:
    """The newest published version: the one that is used."""
    return template.versions.exclude(published_at=None).order_by("-number").first()


def draft_of(template: PromptTemplate) -> TemplateVersion | None:
    return template.versions.filter(published_at=None).order_by("-number").first()


def in_use(template: PromptTemplate, number: int | None = None) -> TemplateVersion:
    """The newest published version, or the published one of that number. Raises Refused."""
    if number is None:
        version = published_of(template)
        if version is None:
            words = "Nothing of this template is published yet. Publish its draft first."
            raise Refused(words, field="version", code="not_published")
    else:
        version = by_number(template, number)
        if version.published_at is None:
            words = f"Version {number} is a draft. Publish it first."
            raise Refused(words, field="version", code="not_published")
    version.template = template
    return version


def by_number(template: PromptTemplate, number: int) -> TemplateVersion:
    """That version, published or not. Raises Refused."""
    version = template.versions.filter(number=number).first()
    if version is None:
        words = f"There is no version {number} of {template.name}."
        raise Refused(words, field="version", code="not_found")
    version.template = template
    return version


@transaction.atomic
def save_draft(access: Access, template: PromptTemplate, content: Content) -> TemplateVersion:
    """The draft of the template, begun or written anew. What is published stays as it is."""
    # Two people who begin a draft take turns, so that there is never a second one.
    PromptTemplate.objects.select_for_update(no_key=True).get(pk=template.pk)
    draft = draft_of(template)
    if draft is not None:
        _write_over(draft, content, user_id=access.user_id)
        return draft
    top = template.versions.aggregate(top=Max("number"))["top"] or 0
    return write(access, template, content, number=top + 1)


@transaction.atomic
def publish(access: Access, version: TemplateVersion) -> TemplateVersion:
    """From now on this is what the template says. Twice is harmless."""
    rows = TemplateVersion.objects.filter(pk=version.pk, published_at=None)
    if rows.update(published_at=clock.now()):
        subject = f"template:{version.template.uid}"
        record(access, "template.publish", subject, after={"version": version.number})
    version.refresh_from_db(fields=["published_at"])
    return version


def write(
    access: Access,
    template: PromptTemplate,
    content: Content,
    *,
    number: int,
    published: bool = False,
    from_starter: bool = False,
) -> TemplateVersion:
    """The row of a new version, in the caller's transaction."""
    return TemplateVersion.objects.create(
        workspace_id=template.workspace_id,
        mode=template.mode,
        template=template,
        number=number,
        created_by_id=None if from_starter else access.user_id,
        published_at=clock.now() if published else None,
        from_starter=from_starter,
        **content.as_json(),
    )


def _write_over(draft: TemplateVersion, content: Content, *, user_id: int | None) -> None:
    rows = TemplateVersion.objects.filter(pk=draft.pk, published_at=None)
    told = {**content.as_json(), "created_by_id": user_id, "from_starter": False}
    if not rows.update(**told):
        words = f"Version {draft.number} was published meanwhile. Save once more as a new draft."
        raise Refused(words, field="version", code="published")
    draft.refresh_from_db()
