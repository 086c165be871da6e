"""The templates of a workspace: finding, opening, renaming, forking, putting away."""

from dataclasses import dataclass

from django.db import IntegrityError, transaction
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery

from accounts.access import Access
from accounts.audit import record
from campaigns import said
from campaigns.history import note_change
from campaigns.models import PromptTemplate, TemplateVersion
from campaigns.prompts.library.content import Content
from campaigns.prompts.library.kinds import KINDS
from campaigns.prompts.library.versions import content_of, write
from generation import clock
from generation.asks import Refused

LONGEST_NAME = 120
LONGEST_DESCRIPTION = 1000


@dataclass(frozen=True, kw_only=True)
class TemplateChange:
    """What of a template becomes what; None stays as it is."""

    name: str | None = None
    kind: str | None = None
    description: str | None = None
    archived: bool | None = None


def mine(access: Access) -> QuerySet[PromptTemplate]:
    """The library, each template with the numbers of its newest published version and its
    draft (`published`, `draft`), and with how many versions it has."""
    versions = TemplateVersion.objects.filter(template=OuterRef("pk")).order_by("-number")
    public = versions.filter(published_at__isnull=False).values("number")[:1]
    drafted = versions.filter(published_at__isnull=True).values("number")[:1]
    rows = PromptTemplate.objects.within(access).select_related("forked_from__template")
    return rows.annotate(
        published=Subquery(public), draft=Subquery(drafted), version_count=Count("versions")
    )


def template_by(access: Access, uid: str) -> PromptTemplate | None:
    """The template of that id; another workspace's or mode's is none."""
    return mine(access).filter(uid=uid).first()


def found(
    rows: QuerySet[PromptTemplate], *, kind: str = "", words: str = ""
) -> QuerySet[PromptTemplate]:
    """Those of a kind whose name, description or prompt has all the words."""
    if kind:
        rows = rows.filter(kind=kind)
    for word in words.split()[:8]:
        named = Q(name__icontains=word) | Q(description__icontains=word)
        written = TemplateVersion.objects.filter(body__icontains=word).values("template")
        rows = rows.filter(named | Q(pk__in=written))
    return rows


@transaction.atomic
def create(
    access: Access, *, name: str, kind: str, content: Content, description: str = ""
) -> PromptTemplate:
    """A new template with its first version as a draft. Raises Refused."""
    told = _checked(TemplateChange(name=name, kind=kind, description=description))
    template = opened(access, **told)
    write(access, template, content, number=1)
    record(access, "template.open", subject_of(template), after=told)
    return template


@transaction.atomic
def change(access: Access, template: PromptTemplate, asked: TemplateChange) -> PromptTemplate:
    """Raises Refused, and then nothing is changed. What was made with it stays as it is."""
    told = _checked(asked)
    locked = PromptTemplate.objects.select_for_update(of=("self",), no_key=True).get(pk=template.pk)
    before = {name: getattr(locked, name) for name in told}
    if asked.archived is not None:
        before["archived"], told["archived"] = locked.archived_at is not None, asked.archived
    subject = subject_of(locked)
    if not note_change(access, "template.change", subject, before=before, after=told):
        return locked
    for name in set(told) - {"archived"}:
        setattr(locked, name, told[name])
    if asked.archived is not None and before["archived"] != asked.archived:
        locked.archived_at = clock.now() if asked.archived else None
    _saved(locked)
    return locked


@transaction.atomic
def fork(access: Access, version: TemplateVersion, *, name: str = "") -> PromptTemplate:
    """One's own template that says what this version says. Raises Refused for a taken name."""
    origin = version.template
    wanted = name or free_name(access, f"{origin.name} (copy)")
    told = _checked(TemplateChange(name=wanted, kind=origin.kind, description=origin.description))
    template = opened(access, forked_from=version, **told)
    write(access, template, content_of(version), number=1)
    after = {"name": template.name, "from": f"{origin.uid}/{version.number}"}
    record(access, "template.fork", subject_of(template), after=after)
    return template


def free_name(access: Access, wanted: str) -> str:
    """The name, or the same with a number behind it."""
    wanted = wanted[: LONGEST_NAME - 6]
    taken = set(
        PromptTemplate.objects.within(access)
        .filter(name__startswith=wanted)
        .values_list("name", flat=True)
    )
    tries = (wanted if n == 1 else f"{wanted} {n}" for n in range(1, len(taken) + 2))
    return next(name for name in tries if name not in taken)


def subject_of(template: PromptTemplate) -> str:
    return f"template:{template.uid}"


def opened(access: Access, **told: object) -> PromptTemplate:
    """The row of a new template, in the caller's transaction. Raises Refused for a taken name."""
    template = PromptTemplate(
        workspace_id=access.workspace_id,
        mode=access.mode,
        created_by_id=access.user_id,
        **told,
    )
    _saved(template)
    return template


def _saved(template: PromptTemplate) -> None:
    try:
        with transaction.atomic():
            template.save()
    except IntegrityError as taken:
        words = f"There is a template “{template.name}” already. Choose another name."
        raise Refused(words, field="name", code="taken") from taken


def _checked(asked: TemplateChange) -> dict[str, object]:
    told: dict[str, object] = {}
    if asked.name is not None:
        told["name"] = said.name(asked.name, field="name", most=LONGEST_NAME)
    if asked.kind is not None:
        if asked.kind not in KINDS:
            raise Refused(f"Choose one of {', '.join(KINDS)}.", field="kind")
        told["kind"] = asked.kind
    if asked.description is not None:
        told["description"] = said.text(
            asked.description, field="description", most=LONGEST_DESCRIPTION
        )
    return told
