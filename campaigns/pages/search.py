"""Search over everything: a page of its own, and for htmx the list under the field."""

from dataclasses import dataclass

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import NoReverseMatch, reverse

from accounts.access import Access
from campaigns.searching import LONGEST, NEWEST_JOBS, Found, search
from generation.models import Batch, Job
from generation.pages.door import is_partial, page
from generation.pages.labels import of_job

EMPTY_SHOWS = 8


@dataclass(frozen=True, kw_only=True)
class Line:
    """One line of the list: where it leads, its name, and a word beside it."""

    href: str
    words: str
    beside: str = ""


@dataclass(frozen=True, kw_only=True)
class Group:
    title: str
    icon: str
    lines: tuple[Line, ...]


# Where one can go by name: (words, the address's name, the permission it needs).
PLACES = (
    ("Today", "generation:today", "jobs:read"),
    ("Generate a clip", "generation:generate", "jobs:write"),
    ("Many prompts at once", "generation:batch_new", "jobs:write"),
    ("Queue", "generation:jobs", "jobs:read"),
    ("Batches", "generation:batches", "jobs:read"),
    ("Campaigns", "campaigns:campaigns", "campaigns:read"),
    ("New campaign", "campaigns:campaign_new", "campaigns:write"),
    ("Clients", "campaigns:clients", "campaigns:read"),
    ("Library of prompts", "campaigns:library", "campaigns:read"),
    ("Costs", "generation:costs", "costs:read"),
    ("Budgets", "generation:budgets", "budgets:read"),
    ("New budget", "generation:budget_new", "budgets:write"),
    ("Ledger", "generation:ledger", "costs:read"),
    ("Reconciliation", "generation:reconciliation", "costs:read"),
    ("Price book", "generation:prices", "costs:read"),
    ("Providers", "generation:providers", "jobs:read"),
    ("Webhooks", "generation:webhooks", "webhooks:read"),
    ("Members", "accounts:members", "members:write"),
    ("API keys", "accounts:keys", "keys:read"),
    ("Notifications", "accounts:notifications", "jobs:read"),
    ("Profile", "accounts:profile", "jobs:read"),
)


@page("jobs:read")
def find(request: HttpRequest, access: Access) -> HttpResponse:
    """`q` are words or the beginning of an id; without any, the places to go to."""
    text = " ".join(request.GET.get("q", "").split())[:LONGEST]
    groups = tuple(group for group in _groups(access, text) if group.lines)
    context = {
        "q": text,
        "groups": groups,
        "count": sum(len(group.lines) for group in groups),
        "newest": NEWEST_JOBS,
    }
    whole = not is_partial(request)
    return render(request, "campaigns/search.html" if whole else "campaigns/_found.html", context)


def _groups(access: Access, text: str) -> tuple[Group, ...]:
    found = search(access, text)
    return (
        Group(title="Go to", icon="arrow-right", lines=_places(access, text)),
        *_campaign_groups(found),
        Group(title="Jobs", icon="list-video", lines=tuple(map(_job, found.jobs))),
        Group(title="Batches", icon="layers", lines=tuple(map(_batch, found.batches))),
    )


def _campaign_groups(found: Found) -> tuple[Group, ...]:
    named = (
        ("Campaigns", "film", "campaigns:campaign", found.campaigns),
        ("Clients", "users", "campaigns:client", found.clients),
        ("Products", "image", "campaigns:product", found.products),
        ("Templates", "library", "campaigns:library_template", found.templates),
    )
    return tuple(
        Group(
            title=title,
            icon=icon,
            lines=tuple(Line(href=reverse(to, args=[one.uid]), words=one.name) for one in rows),
        )
        for title, icon, to, rows in named
        if rows
    )


def _job(job: Job) -> Line:
    words = " ".join(job.prompt.split())[:160]
    return Line(
        href=reverse("generation:job", args=[job.uid]), words=words, beside=of_job(job).word
    )


def _batch(batch: Batch) -> Line:
    clips = f"{batch.total} clip" if batch.total == 1 else f"{batch.total} clips"
    href = reverse("generation:batch", args=[batch.uid])
    return Line(href=href, words=batch.name or "Unnamed batch", beside=clips)


def _places(access: Access, text: str) -> tuple[Line, ...]:
    """Places whose words all begin somewhere in their name; the first few for no words."""
    wanted = [word.casefold() for word in text.split()]
    lines: list[Line] = []
    for words, to, permission in PLACES:
        parts = words.casefold().split()
        fits = all(any(part.startswith(word) for part in parts) for word in wanted)
        if fits and access.may(permission) and (href := _address(to)):
            lines.append(Line(href=href, words=words))
    return tuple(lines[:EMPTY_SHOWS])


def _address(name: str) -> str:
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
