"""Finding things by the beginning of their id, or by words of their names and prompts.

Prompts are looked through in the newest jobs only: a prompt is read, not indexed, and somebody
who searches looks for what was made lately. The queue's own filter reaches further back.
"""

import re
from dataclasses import dataclass
from typing import TypeVar

from django.db.models import Model, Q, QuerySet

from accounts.access import Access
from campaigns.models import Product, PromptTemplate
from generation.models import Batch, CentreKind, CostCentre, Job

NEWEST_JOBS = 2000
MOST_EACH = 6
LONGEST = 100
MOST_WORDS = 6
ID = re.compile(r"[a-z]+_[0-9a-z]+")
Row = TypeVar("Row", bound=Model)


@dataclass(frozen=True, kw_only=True)
class Found:
    """What a search found, the newest first, at most six of each."""

    jobs: tuple[Job, ...] = ()
    batches: tuple[Batch, ...] = ()
    campaigns: tuple[CostCentre, ...] = ()
    clients: tuple[CostCentre, ...] = ()
    products: tuple[Product, ...] = ()
    templates: tuple[PromptTemplate, ...] = ()

    @property
    def count(self) -> int:
        return sum(len(rows) for rows in vars(self).values())


def search(access: Access, text: str) -> Found:
    """Five queries, fewer for somebody who may not see all; none for no words."""
    text = text.strip()[:LONGEST]
    if not text:
        return Found()
    jobs = _jobs(access, text) if access.may("jobs:read") else ()
    batches = _newest(Batch.objects.within(access), text) if access.may("jobs:read") else ()
    if not access.may("campaigns:read"):
        return Found(jobs=jobs, batches=batches)
    centres = CostCentre.objects.within(access).filter(
        kind__in=(CentreKind.CLIENT, CentreKind.CAMPAIGN)
    )
    named = _matching(centres, text).order_by("-pk")[: 2 * MOST_EACH]
    kinds: dict[str, list[CostCentre]] = {CentreKind.CLIENT: [], CentreKind.CAMPAIGN: []}
    for centre in named:
        kinds[centre.kind].append(centre)
    return Found(
        jobs=jobs,
        batches=batches,
        campaigns=tuple(kinds[CentreKind.CAMPAIGN][:MOST_EACH]),
        clients=tuple(kinds[CentreKind.CLIENT][:MOST_EACH]),
        products=_newest(_kept(Product.objects.within(access)), text),
        templates=_newest(_kept(PromptTemplate.objects.within(access)), text),
    )


def _jobs(access: Access, text: str) -> tuple[Job, ...]:
    mine = Job.objects.within(access)
    if ID.fullmatch(text):
        return tuple(mine.filter(_begins(text)).order_by("-pk")[:MOST_EACH])
    newest = mine.order_by("-pk").values("pk")[:NEWEST_JOBS]
    rows = mine.filter(_words("prompt", text), pk__in=newest)
    return tuple(rows.order_by("-pk")[:MOST_EACH])


def _newest(rows: QuerySet[Row, Row], text: str) -> tuple[Row, ...]:
    return tuple(_matching(rows, text).order_by("-pk")[:MOST_EACH])


def _kept(rows: QuerySet[Row, Row]) -> QuerySet[Row, Row]:
    return rows.filter(archived_at=None)


def _matching(rows: QuerySet[Row, Row], text: str) -> QuerySet[Row, Row]:
    return rows.filter(_begins(text) if ID.fullmatch(text) else _words("name", text))


def _begins(text: str) -> Q:
    """Ids from this beginning on. As a range, so that the id's index serves it in any
    collation: no id sorts behind its beginning followed by z."""
    return Q(uid__range=(text, text + "z" * 26))


def _words(field: str, text: str) -> Q:
    every = Q()
    for word in text.split()[:MOST_WORDS]:
        every &= Q(**{f"{field}__icontains": word})
    return every
