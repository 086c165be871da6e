"""A piece of the providers' page: what of our campaigns leans on what is going."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from accounts.door import page
from campaigns.sunsets import radar
from generation import clock
from providers.market import market


@page("campaigns:read")
def sunset(request: HttpRequest, access: Access) -> HttpResponse:
    found = radar(access, trade=market(access.mode, now=clock.now()))
    return render(request, "campaigns/_sunset.html", {"radar": found})
