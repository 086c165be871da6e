"""All campaigns, and a new one."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from campaigns.models import Campaign
from generation.pages.door import page


@page("campaigns:read")
def campaigns(request: HttpRequest, access: Access) -> HttpResponse:
    rows = Campaign.objects.within(access).select_related("centre", "client__centre")
    return render(request, "campaigns/campaigns.html", {"rows": rows.order_by("-pk")[:30]})
