"""A piece of the first page: what the campaigns wait for, which only they know."""

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from accounts.door import page
from campaigns.models import Campaign
from campaigns.pages.stale_shots import older_than_their_brief
from generation.choices import JobState

MOST_SHOWN = 6


@page("campaigns:read")
def today(request: HttpRequest, access: Access) -> HttpResponse:
    """Campaigns with picks to promote, drafts to judge, or shots older than their brief."""
    stale = older_than_their_brief(access)
    live = Q(shots__removed_at=None, shots__final=None)
    unseen = Q(
        shots__picked=None,
        shots__takes__verdict="",
        shots__takes__rating=None,
        shots__takes__job__state=JobState.COMPLETED,
    )
    rows = (
        Campaign.objects.within(access)
        .filter(archived_at=None)
        .annotate(
            name_shown=F("centre__name"),
            uid_shown=F("centre__uid"),
            picks=Count("shots", filter=live & Q(shots__picked__isnull=False), distinct=True),
            drafts=Count("shots__takes", filter=live & unseen, distinct=True),
        )
        .filter(Q(picks__gt=0) | Q(drafts__gt=0) | Q(pk__in=_newest(stale)))
        .order_by("-pk")[:MOST_SHOWN]
    )
    waiting = [(row, stale.get(row.pk, 0)) for row in rows]
    return render(request, "campaigns/_today.html", {"waiting": waiting})


def _newest(stale: dict[int, int]) -> list[int]:
    """No more campaigns than are shown."""
    return sorted(stale, reverse=True)[:MOST_SHOWN]
