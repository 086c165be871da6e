"""The brief of a campaign, which is also where one looks at the campaign as a whole."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from campaigns.pages.door import campaign_or_404
from generation.pages.door import page


@page("campaigns:read")
def campaign(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    found = campaign_or_404(access, uid)
    return render(request, "campaigns/campaign.html", {"campaign": found})
