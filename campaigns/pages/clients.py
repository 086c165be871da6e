"""One client."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from campaigns.pages.door import client_or_404
from generation.pages.door import page


@page("campaigns:read")
def client(request: HttpRequest, access: Access, uid: str) -> HttpResponse:
    return render(request, "campaigns/client.html", {"client": client_or_404(access, uid)})
