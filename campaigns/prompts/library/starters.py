"""The templates that come with the product, and bringing them into a workspace's library."""

import hashlib
import json
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max

from accounts.access import Access
from campaigns.models import PromptTemplate
from campaigns.prompts.library.content import Content, read_content
from campaigns.prompts.library.kinds import KINDS
from campaigns.prompts.library.templates import free_name
from campaigns.prompts.library.versions import draft_of, published_of, write
from generation.asks import Refused

FOLDER = Path(__file__).with_name("starters")
NEW = "Came with the product"


@dataclass(frozen=True, kw_only=True)
class Starter:
    """One template of the product. `digest` changes with what it says."""

    key: str
    name: str
    kind: str
    description: str
    content: Content

    @property
    def digest(self) -> str:
        told = {**self.content.as_json(), "kind": self.kind}
        return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


class BadStarter(Exception):
    """A file of starters says something that no template may say."""


@cache
def starters() -> tuple[Starter, ...]:
    """All of them, file by file. Raises BadStarter, naming file and field."""
    found = []
    for path in sorted(FOLDER.glob("*.toml")):
        told = tomllib.loads(path.read_text(encoding="utf-8"))
        found += [_starter(key, one, file=path.stem) for key, one in told.items()]
    return tuple(found)


def bring(access: Access) -> int:
    """Give the workspace what it lacks, and what has changed as a new version; returns how many.

    One query where nothing is new. A template that people have changed keeps saying what they
    made of it: the new version waits there as a draft, or behind their own draft.
    """
    here = PromptTemplate.objects.within(access).exclude(starter="")
    known = dict(here.values_list("starter", "starter_digest"))
    new = [one for one in starters() if known.get(one.key) != one.digest]
    return sum(_brought(access, one, fresh=one.key not in known) for one in new)


def _brought(access: Access, starter: Starter, *, fresh: bool) -> bool:
    """False where somebody else was first."""
    try:
        with transaction.atomic():
            if fresh:
                _open(access, starter)
            else:
                return _renew(access, starter)
    except IntegrityError:
        return False
    return True


def _open(access: Access, starter: Starter) -> None:
    template = PromptTemplate.objects.create(
        workspace_id=access.workspace_id,
        mode=access.mode,
        name=free_name(access, starter.name),
        kind=starter.kind,
        description=starter.description,
        starter=starter.key,
        starter_digest=starter.digest,
    )
    write(access, template, starter.content, number=1, published=True, from_starter=True)


def _renew(access: Access, starter: Starter) -> bool:
    rows = PromptTemplate.objects.within(access).select_for_update(no_key=True)
    template = rows.get(starter=starter.key)
    if template.starter_digest == starter.digest:
        return False
    draft, public = draft_of(template), published_of(template)
    if draft is not None and not draft.from_starter:
        return False  # their draft comes first; the next look after it is published tries again
    own = public is not None and not public.from_starter
    if draft is not None:
        draft.delete()
    top = template.versions.aggregate(top=Max("number"))["top"] or 0
    write(access, template, starter.content, number=top + 1, published=not own, from_starter=True)
    template.starter_digest = starter.digest
    template.save(update_fields=["starter_digest"])
    return True


def _starter(key: str, told: dict[str, Any], *, file: str) -> Starter:
    head = {name: told.pop(name, "") for name in ("name", "description")}
    kind = told.pop("kind", file)
    try:
        if kind not in KINDS or not all(head.values()):
            raise Refused("Give it a name, a description and a known kind.", field="kind")
        content = read_content(_with_names(told))
    except Refused as refused:
        raise BadStarter(f"{file}.toml: {key}: {refused.field}: {refused.message}") from refused
    return Starter(key=f"{file}/{key}", kind=kind, content=content, **head)


def _with_names(told: dict[str, Any]) -> dict[str, Any]:
    """In a file the variables are tables by name, which reads better."""
    variables = told.pop("variables", {})
    listed = [{"name": name, **one} for name, one in variables.items()]
    return {"change_note": NEW, **told, "variables": listed}
