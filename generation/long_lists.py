"""Searching and filtering lists of millions of rows at the back desk by an index.

Telling apart all values of a column, and asking several columns in one OR each read a whole table.
So filters offer words that are known beforehand, and a search asks one column after the other
until one of them knows the term.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.contrib import admin
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest

from generation.prompt_search import prompts
from providers.catalogue_file import PROVIDERS
from providers.errors import ProviderError
from providers.models import ProviderAccount
from providers.types import Tier

MOST = 1000


def found(rows: QuerySet[Any, Any], term: str, *, lookups: Iterable[str]) -> QuerySet[Any, Any]:
    """The rows that the first of the lookups knows, at most MOST; none for a term that none does.

    "task" stands for a provider's own id of its task, which is one's only within an account.
    """
    for lookup in lookups:
        ids = list(rows.filter(_asked(lookup, term)).order_by().values_list("pk", flat=True)[:MOST])
        if ids:
            return rows.filter(pk__in=ids)
    return rows.none()


def _asked(lookup: str, term: str) -> Q:
    if lookup.startswith("prompt__"):
        return prompts(lookup.removeprefix("prompt__"), term)
    if lookup not in ("task", "tasks__task"):
        return Q(**{lookup: term})
    accounts = list(ProviderAccount.objects.values_list("pk", flat=True))
    above = lookup.removesuffix("task")
    return Q(**{f"{above}account__in": accounts, f"{above}task_id": term})


class KnownWords(admin.SimpleListFilter):
    """A filter whose choices are known without asking the table."""

    words: Sequence[str] = ()

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(word, word.replace("_", " ").capitalize()) for word in self.words]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Model]) -> QuerySet[Model]:
        word = self.value()
        return queryset.filter(**{str(self.parameter_name): word}) if word else queryset


class ProviderWords(KnownWords):
    title = parameter_name = "provider"
    words = PROVIDERS


class TierWords(KnownWords):
    title = parameter_name = "tier"
    words = tuple(Tier)


class FailureWords(KnownWords):
    title, parameter_name = "failure class", "failure_class"
    # One word a class; NotSent is its parent's.
    words = tuple(dict.fromkeys(one.failure_class for one in ProviderError.__subclasses__()))
