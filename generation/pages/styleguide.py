"""The style guide: every token and component, in both themes, out of the pages' own templates."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render

from accounts.access import Access
from accounts.models import User
from generation.pages.door import page
from generation.pages.samples import COLOURS, SIZES, samples


@page("jobs:read")
def styleguide(request: HttpRequest, access: Access) -> HttpResponse:
    """For staff; nobody else is told that it exists. It asks the database for nothing."""
    if not isinstance(request.user, User) or not request.user.is_staff:
        raise Http404("There is no such page.")
    context = {
        "colours": COLOURS,
        "sizes": SIZES,
        "halves": [samples(theme) for theme in ("light", "dark")],
    }
    return render(request, "generation/styleguide.html", context)
