"""The queue: every job of the workspace, filtered by its address, newest first, in pages."""

from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render

from accounts.access import Access
from generation.choices import JOB_OPEN, Attention, JobState
from generation.models import Attempt, Job
from generation.pages.client_choice import below, client_filter
from generation.pages.door import PATIENCE_STATUS, is_partial, page
from generation.pages.rows import rows_of, version_of
from generation.prompt_search import prompts
from generation.wording import provider_name
from providers.catalogue_file import PROVIDERS
from providers.types import Tier

PER_PAGE = 30
OPEN, ATTENTION = "open", "attention"
STATES = (
    ("", "All states"),
    (OPEN, "Open"),
    (ATTENTION, "Needs a look"),
    *((state.value, state.label) for state in JobState),
)


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the address asks for; words that are not known count as left out."""

    state: str = ""
    provider: str = ""
    tier: str = ""
    text: str = ""
    client: str | None = None
    before: str = ""
    upto: str = ""

    @property
    def any(self) -> bool:
        return bool(self.state or self.provider or self.tier or self.text or self.client)

    def query(self, **more: str) -> str:
        """The filters as a query, with `more` for the position in the list."""
        chosen = {"state": self.state, "provider": self.provider, "tier": self.tier}
        parts = {**chosen, "text": self.text, **more}
        kept = {name: value for name, value in parts.items() if value}
        # An empty client is said: it stands for all of them, against the chosen one.
        return urlencode(kept if self.client is None else {**kept, "client": self.client})


@page("jobs:read")
def job_list(request: HttpRequest, access: Access) -> HttpResponse:
    """The whole page, or for htmx the list alone."""
    filters = _filters(request, access)
    context = _context(access, filters)
    if not is_partial(request):
        return render(request, "generation/job_list.html", context)
    response = render(request, "generation/_job_list.html", context)
    # The address without its empty parts, for those who pass it on.
    response["HX-Push-Url"] = f"{request.path}?{filters.query()}".rstrip("?")
    return response


@page("jobs:read")
def rows(request: HttpRequest, access: Access) -> HttpResponse:
    """The rows of one page of the list as they are now: 204 while unchanged, 286 when all ended."""
    context = _context(access, _filters(request, access))
    if context["any_open"] and request.GET.get("v") == context["version"]:
        return HttpResponse(status=204)
    status = 200 if context["any_open"] else PATIENCE_STATUS
    return render(request, "generation/_job_rows.html", context, status=status)


def _filters(request: HttpRequest, access: Access) -> Filters:
    """What the address asks for, and the chosen client where it names none."""
    filters = filters_from(request.GET)
    chosen = client_filter(request, access)
    return filters if filters.client is not None or not chosen else replace(filters, client=chosen)


def filters_from(data: QueryDict) -> Filters:
    known: dict[str, set[str]] = {
        "state": {value for value, _ in STATES},
        "provider": set(PROVIDERS),
        "tier": set(Tier),
    }
    chosen = {
        name: value if (value := data.get(name, "")) in allowed else ""
        for name, allowed in known.items()
    }
    return Filters(
        **chosen,
        text=data.get("text", "").strip()[:200],
        client=data.get("client", "")[:64] if "client" in data else None,
        before=data.get("before", "")[:40],
        upto=data.get("upto", "")[:40],
    )


def _context(access: Access, filters: Filters) -> dict[str, Any]:
    found = list(_placed(_filtered(access, filters), filters).order_by("-pk")[: PER_PAGE + 1])
    shown = found[:PER_PAGE]
    rows = rows_of(shown)
    upto = filters.upto or (shown[0].uid if shown else "")
    position = {"before": filters.before, "upto": upto}
    return {
        "rows": rows,
        "filters": filters,
        "any_open": any(not row.ended for row in rows),
        "version": version_of(rows),
        "poll_query": filters.query(**position),
        "older_query": filters.query(before=shown[-1].uid) if len(found) > PER_PAGE else "",
        "newest_query": filters.query(),
        "states": STATES,
        "providers": [(name, provider_name(name)) for name in PROVIDERS],
        "tiers": [(tier.value, tier.value.capitalize()) for tier in Tier],
    }


def _filtered(access: Access, filters: Filters) -> QuerySet[Job]:
    jobs = Job.objects.within(access)
    if filters.state == OPEN:
        jobs = jobs.filter(state__in=JOB_OPEN)
    elif filters.state == ATTENTION:
        jobs = jobs.exclude(attention=Attention.NONE)
    elif filters.state:
        jobs = jobs.filter(state=filters.state)
    if filters.tier:
        jobs = jobs.filter(tier=filters.tier)
    if filters.client:
        jobs = jobs.filter(cost_centre__in=below(access, filters.client))
    if filters.provider:
        tried = Attempt.objects.filter(job=OuterRef("pk"), provider=filters.provider)
        jobs = jobs.filter(Exists(tried))
    if filters.text:
        jobs = jobs.filter(prompts("icontains", filters.text) | Q(uid=filters.text))
    return jobs


def _placed(jobs: QuerySet[Job], filters: Filters) -> QuerySet[Job]:
    """From a place in the list on, and while it refreshes itself without what is newer: rows
    must not move away under the pointer."""
    if filters.before:
        jobs = jobs.filter(pk__lt=_pk_of(filters.before))
    if filters.upto:
        jobs = jobs.filter(pk__lte=_pk_of(filters.upto))
    return jobs


def _pk_of(uid: str) -> QuerySet[Job, int]:
    return Job.objects.filter(uid=uid).values_list("pk", flat=True)[:1]
