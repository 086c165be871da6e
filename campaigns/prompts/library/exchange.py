"""Templates as files: everything that one says, in a format with a number of its own."""

from typing import Any

from django.db import transaction

from accounts.access import Access
from accounts.audit import record
from campaigns import said
from campaigns.models import PromptTemplate
from campaigns.prompts.library.content import PARTS, Content, read_content
from campaigns.prompts.library.fields import (
    at,
    entries,
    flag,
    known_only,
    one_of,
    part,
    text_in,
    whole_in,
)
from campaigns.prompts.library.kinds import KINDS
from campaigns.prompts.library.templates import (
    LONGEST_DESCRIPTION,
    LONGEST_NAME,
    opened,
    subject_of,
)
from campaigns.prompts.library.versions import content_of, write
from generation.asks import Refused

FORMAT = "dailies.prompt-template"
FORMAT_VERSION = 1
MOST_VERSIONS = 100
HIGHEST_NUMBER = 10_000


def exported(template: PromptTemplate) -> dict[str, Any]:
    """The whole template as JSON values. What it was used for stays here."""
    return {
        "format": FORMAT,
        "version": FORMAT_VERSION,
        "template": {
            "name": template.name,
            "kind": template.kind,
            "description": template.description,
        },
        "versions": [
            {
                "number": version.number,
                "published": version.published_at is not None,
                **content_of(version).as_json(),
            }
            for version in template.versions.order_by("number")
        ],
    }


@transaction.atomic
def imported(access: Access, told: Any, *, name: str = "") -> PromptTemplate:
    """A new template of one's own out of a file, under another name if one is given.

    Raises Refused, naming the field by its path; then nothing was written.
    """
    table = part(told, path="")
    known_only(table, ("format", "version", "template", "versions"), path="")
    if table.get("format") != FORMAT:
        raise Refused(f"This is no template: format must be {FORMAT}.", field="format")
    if table.get("version") != FORMAT_VERSION:
        words = f"Only version {FORMAT_VERSION} of the format is known here."
        raise Refused(words, field="version")
    head = _head(table.get("template"), name=name)
    versions = list(_versions(table.get("versions")))
    try:
        template = opened(access, **head)
    except Refused as taken:
        raise Refused(taken.message, field="template.name", code=taken.code) from taken
    for number, published, content in versions:
        write(access, template, content, number=number, published=published)
    record(access, "template.import", subject_of(template), after={"versions": len(versions)})
    return template


def _head(told: Any, *, name: str) -> dict[str, str]:
    table = part(told, path="template")
    known_only(table, ("name", "kind", "description"), path="template")
    kind = one_of(table, "kind", tuple(KINDS), default="other", path="template")
    given = name or text_in(table, "name", path="template")
    description = text_in(table, "description", path="template")
    return {
        "name": said.name(given, field="template.name", most=LONGEST_NAME),
        "kind": kind,
        "description": said.text(
            description, field="template.description", most=LONGEST_DESCRIPTION
        ),
    }


def _versions(told: Any) -> list[tuple[int, bool, Content]]:
    """In their order; a draft may only be the last one."""
    listed = entries(told, most=MOST_VERSIONS, path="versions")
    if not listed:
        raise Refused("Give at least one version.", field="versions", code="required")
    found: list[tuple[int, bool, Content]] = []
    for index, one in enumerate(listed):
        path = at("versions", index)
        table = part(one, path=path)
        known_only(table, ("number", "published", *PARTS), path=path)
        number = whole_in(table, "number", default=index + 1, path=path)
        if not (found[-1][0] if found else 0) < number <= HIGHEST_NUMBER:
            raise Refused("Number the versions upwards, from 1.", field=at(path, "number"))
        published = flag(table, "published", default=False, path=path)
        if not published and index < len(listed) - 1:
            words = "Only the last version may be a draft."
            raise Refused(words, field=at(path, "published"))
        content = read_content({name: table[name] for name in PARTS if name in table}, path=path)
        found.append((number, published, content))
    return found
